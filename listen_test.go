package cantil_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil"
)

// TestRunUnix: Run at a Unix socket.
func TestRunUnix(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.sock")
	app := quiet()
	app.Get("/")(func(c *cantil.Context) any { return fmt.Sprintf("%q %q", c.RemoteAddr(), c.Host()) })
	done := run(t, func() error { return app.Run("unix:" + path) })
	conn := dialUntil(t, "unix", path, done)
	defer conn.Close()
	r, body := roundTrip(t, conn, bufio.NewReader(conn), "GET", "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	if r.StatusCode != 200 || body != `"" "h"` {
		t.Errorf("%d %s", r.StatusCode, body)
	}
	if err := app.Run("unix:" + path); err == nil || !strings.Contains(err.Error(), "listens there already") {
		t.Errorf("a second server at the socket: %v", err)
	}
	stop(t, app, done)
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket was left behind: %v", err)
	}
}

func run(t *testing.T, f func() error) <-chan error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- f() }()
	return done
}

func stop(t *testing.T, app *cantil.App, done <-chan error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := app.Shutdown(ctx); err != nil {
		t.Errorf("Shutdown: %v", err)
	}
	if err := <-done; err != nil {
		t.Errorf("the server: %v", err)
	}
}

// dialUntil dials until the server listens.
func dialUntil(t *testing.T, network, addr string, done <-chan error) net.Conn {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		conn, err := net.Dial(network, addr)
		if err == nil {
			return conn
		}
		select {
		case err := <-done:
			t.Fatalf("the server ended: %v", err)
		case <-time.After(5 * time.Millisecond):
		}
	}
	t.Fatal("the server does not listen")
	return nil
}

// freeAddr is an address at which nothing listens.
func freeAddr(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// testPair writes net/http's test certificate and returns the names of its files.
func testPair(t *testing.T) (certFile, keyFile string) {
	t.Helper()
	s := httptest.NewUnstartedServer(nil)
	s.StartTLS()
	defer s.Close()
	pair := s.TLS.Certificates[0]
	return writePEM(t, "CERTIFICATE", pair.Certificate[0]), writeKey(t, pair.PrivateKey)
}

func writePEM(t *testing.T, kind string, der []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "x.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func writeKey(t *testing.T, key any) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return writePEM(t, "PRIVATE KEY", der)
}

// TestRunTLS: https, and http that leads there.
func TestRunTLS(t *testing.T) {
	certFile, keyFile := testPair(t)
	app := quiet()
	app.TrustedHosts = []string{"127.0.0.1", "loja.example"}
	app.Route("/", cantil.Methods("GET", "POST"))(func(c *cantil.Context) any { return c.URL() })
	app.Get("/.well-known/acme-challenge/<token>", cantil.Endpoint("acme"))(func(c *cantil.Context) any { return c.Param("token") })
	addr, plainAddr := freeAddr(t), freeAddr(t)
	done := run(t, func() error { return app.RunTLS(addr, certFile, keyFile, cantil.RedirectHTTP(plainAddr)) })
	conn := tls.Client(dialUntil(t, "tcp", addr, done), &tls.Config{InsecureSkipVerify: true})
	defer conn.Close()
	r, body := roundTrip(t, conn, bufio.NewReader(conn), "GET", "GET / HTTP/1.1\r\nHost: loja.example\r\n\r\n")
	if r.StatusCode != 200 || body != "https://loja.example/" {
		t.Errorf("%d %s", r.StatusCode, body)
	}
	_, port, _ := net.SplitHostPort(addr)
	plain := dialUntil(t, "tcp", plainAddr, done)
	defer plain.Close()
	in := bufio.NewReader(plain)
	for _, test := range []struct{ request, want string }{
		{"GET /a%2Fb?c=d HTTP/1.1\r\nHost: LOJA.example:80\r\n\r\n", "301 https://loja.example:" + port + "/a%2Fb?c=d"},
		{"POST / HTTP/1.1\r\nHost: loja.example\r\nContent-Length: 40\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: evil\r\n\r\nxx", "308 https://loja.example:" + port + "/"},
		{"GET //evil.example/ HTTP/1.1\r\nHost: loja.example\r\n\r\n", "301 https://loja.example:" + port + "/evil.example/"},
		{"GET http://loja.example/x HTTP/1.1\r\nHost: other\r\n\r\n", "301 https://loja.example:" + port + "/x"},
		{"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", "400 "},
		{"GET /.well-known/acme-challenge/abc HTTP/1.1\r\nHost: loja.example\r\n\r\n", "200 "},
	} {
		r, _ := roundTrip(t, plain, in, "GET", test.request)
		if got := fmt.Sprint(r.StatusCode, " ", r.Header.Get("Location")); got != test.want {
			t.Errorf("%q: %s, want %s", test.request, got, test.want)
		}
	}
	stop(t, app, done)
	if err := app.RunTLS(addr, keyFile, keyFile); err == nil {
		t.Error("a key as the certificate")
	}
}

// TestContext: a request's context ends with it.
func TestContext(t *testing.T) {
	app := quiet()
	var kept context.Context
	var inTeardown error
	app.TeardownRequest(func(c *cantil.Context, _ error) { inTeardown = c.Context().Err() })
	app.Get("/")(func(c *cantil.Context) any {
		kept = c.Context()
		if c.Context() != kept {
			t.Error("a request has two contexts")
		}
		return fmt.Sprint(kept.Err())
	})
	app.Get("/stream", cantil.Endpoint("stream"))(func(c *cantil.Context) any {
		kept = c.Context()
		return func(yield func(string) bool) { yield(fmt.Sprint(kept.Err(), c.Context() != nil)) }
	})
	client := app.TestClient()
	for path, want := range map[string]string{"/": "<nil>", "/stream": "<nil> true"} {
		if got := client.Get(path).Text(); got != want {
			t.Errorf("%s: %s", path, got)
		}
		if kept.Err() == nil || inTeardown != nil {
			t.Errorf("%s: after the request: %v, in teardown: %v", path, kept.Err(), inTeardown)
		}
	}
	if _, ok := kept.Deadline(); ok {
		t.Error("a deadline that nothing set")
	}
}

// TestContextDeadline: RequestTimeout, and the values of net/http's request.
func TestContextDeadline(t *testing.T) {
	app := quiet()
	now := time.Unix(1_000_000, 0)
	app.Now = func() time.Time { return now }
	app.RequestTimeout = time.Hour
	app.Get("/")(func(c *cantil.Context) any {
		at, ok := c.Context().Deadline()
		return fmt.Sprint(ok, time.Until(at) > 50*time.Minute, time.Until(at) <= time.Hour)
	})
	if got := app.TestClient().Get("/").Text(); got != "true true true" {
		t.Errorf("the deadline: %s", got)
	}

	type key struct{}
	app = quiet()
	app.Get("/")(func(c *cantil.Context) any { return fmt.Sprint(c.Context().Value(key{})) })
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("GET", "/", http.NoBody).WithContext(context.WithValue(context.Background(), key{}, "v")))
	if w.Body.String() != "v" {
		t.Errorf("below net/http the context has no value: %q", w.Body)
	}
}

// TestContextGone: a request's context ends when its client has gone.
func TestContextGone(t *testing.T) {
	app := quiet()
	begun, ended := make(chan bool, 1), make(chan error, 1)
	app.Get("/")(func(c *cantil.Context) any {
		begun <- true
		<-c.Context().Done()
		ended <- c.Context().Err()
		return ""
	})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := run(t, func() error { return app.Serve(ln) })
	conn := dialUntil(t, "tcp", ln.Addr().String(), done)
	io.WriteString(conn, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	<-begun
	conn.Close()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the client has gone: %v", err)
	}
	stop(t, app, done)
}
