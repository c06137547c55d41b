package cantil_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/cantil-go/cantil"
)

// farApp is served by net/http.
func farApp() *cantil.App {
	app := quiet()
	app.SecretKey = "um segredo de teste"
	app.StaticFolder = ""
	app.Route("/echo", cantil.Methods("GET", "POST"), cantil.Endpoint("echo"))(func(c *cantil.Context) any {
		return fmt.Sprintf("%s %s %s %q %q %v %v", c.Method(), c.URL(), c.RemoteAddr(), c.Data(), c.Form().Get("a"), c.ContentLength(), c.IsSecure())
	})
	app.Post("/form", cantil.Endpoint("form"))(func(c *cantil.Context) any {
		return c.Form().Get("a") + string(c.Files("f")[0].Bytes())
	})
	app.Get("/count", cantil.Endpoint("count"))(func(c *cantil.Context) any {
		n, _ := c.Session().Get("n", 0).(int)
		c.Session().Set("n", n+1)
		return fmt.Sprint(n + 1)
	})
	app.Get("/stream", cantil.Endpoint("stream"))(func(*cantil.Context) any {
		return func(yield func(string) bool) { _ = yield("a") && yield("b") }
	})
	app.Get("/broken", cantil.Endpoint("broken"))(func(*cantil.Context) any {
		return func(yield func(string) bool) { yield("a"); panic("broken") }
	})
	app.Get("/go", cantil.Endpoint("go"))(func(c *cantil.Context) any { return c.Redirect(c.URLFor("echo", "x", 1)) })
	app.Get("/empty", cantil.Endpoint("empty"))(func(c *cantil.Context) any { return c.MakeResponse("", 204) })
	app.Get("/untyped", cantil.Endpoint("untyped"))(func(c *cantil.Context) any {
		r := c.MakeResponse("<html>")
		r.Header().Del("Content-Type")
		return r
	})
	app.Get("/up", cantil.Endpoint("up"))(func(c *cantil.Context) any {
		return c.Hijack(func(conn net.Conn) {
			line, _ := bufio.NewReader(conn).ReadString('\n')
			fmt.Fprint(conn, "echo "+line)
		})
	})
	return app
}

func TestServeHTTP(t *testing.T) {
	app := farApp()
	for _, test := range []struct{ method, target, kind, body, want string }{
		{"GET", "http://h/echo?q=%C3%A9", "", "", `200 GET http://h/echo?q=é 192.0.2.1 "" "" -1 false`},
		{"POST", "https://h/echo", "text/plain", "abc", `200 POST https://h/echo 192.0.2.1 "abc" "" 3 true`},
		{"POST", "http://h/echo", "application/x-www-form-urlencoded", "a=b", `200 POST http://h/echo 192.0.2.1 "a=b" "b" 3 false`},
		{"HEAD", "http://h/echo", "", "", "200 "},
		{"GET", "http://h/nowhere", "", "", "404 "},
		{"PUT", "http://h/echo", "", "", "405 "},
		{"GET", "http://h/stream", "", "", "200 ab"},
		{"GET", "http://h/empty", "", "", "204 "},
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(test.method, test.target, strings.NewReader(test.body))
		if test.body == "" {
			r.Body, r.ContentLength = http.NoBody, 0
		}
		r.Header.Set("Content-Type", test.kind)
		app.ServeHTTP(w, r)
		if got := fmt.Sprint(w.Code, " ", w.Body); !strings.HasPrefix(got, test.want) {
			t.Errorf("%s %s: %q, want %q", test.method, test.target, got, test.want)
		}
	}
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "/echo", nil)
	r.Header["X-A"] = []string{"a\r\nX-Evil: 1"}
	app.ServeHTTP(w, r)
	if w.Code != 400 {
		t.Errorf("a header that no client can send: %d", w.Code)
	}
}

// TestServeHTTPServer: over real connections, HTTP/1.1 and HTTP/2.
func TestServeHTTPServer(t *testing.T) {
	app := farApp()
	mux := http.NewServeMux()
	mux.Handle("/", app)
	mux.Handle("/pre/", http.StripPrefix("/pre", app))
	server := httptest.NewUnstartedServer(mux)
	server.EnableHTTP2 = true
	server.Config.ErrorLog = nil
	server.StartTLS()
	defer server.Close()
	plain := httptest.NewServer(mux)
	defer plain.Close()
	for proto, s := range map[string]*httptest.Server{"HTTP/2.0": server, "HTTP/1.1": plain} {
		client := s.Client()
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		get := func(path string) (*http.Response, string) {
			r, err := client.Get(s.URL + path)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Body.Close()
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return r, "ERROR"
			}
			return r, string(body)
		}
		if r, body := get("/stream"); r.Proto != proto || body != "ab" || r.ContentLength != -1 {
			t.Errorf("%s: %s %q", proto, r.Proto, body)
		}
		if _, body := get("/broken"); body != "ERROR" {
			t.Errorf("%s: a broken stream looks whole: %q", proto, body)
		}
		if r, _ := get("/pre/go"); r.Header.Get("Location") != "/pre/echo?x=1" {
			t.Errorf("%s: below a prefix: %q", proto, r.Header.Get("Location"))
		}
		if r, _ := get("/go"); r.Header.Get("Location") != "/echo?x=1" {
			t.Errorf("%s: Location %q", proto, r.Header.Get("Location"))
		}
		if r, body := get("/untyped"); len(r.Header["Content-Type"]) > 0 || r.ContentLength != 6 || body != "<html>" {
			t.Errorf("%s: the type was guessed: %q", proto, r.Header["Content-Type"])
		}
		if r, body := get("/count"); body != "1" || len(r.Cookies()) != 1 || r.Header.Get("Vary") != "Cookie" {
			t.Errorf("%s: the session: %q %v", proto, body, r.Header)
		}
		var form bytes.Buffer
		fmt.Fprint(&form, "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--x\r\nContent-Disposition: form-data; name=f; filename=f\r\n\r\nfile\r\n--x--\r\n")
		r, err := client.Post(s.URL+"/form", "multipart/form-data; boundary=x", io.MultiReader(&form)) // of unknown length
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(r.Body)
		r.Body.Close()
		if string(body) != "1file" {
			t.Errorf("%s: the form: %q", proto, body)
		}
	}
	upgrade(t, plain.Listener.Addr().String(), nil)
	upgrade(t, server.Listener.Addr().String(), &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"http/1.1"}})
}

// upgrade changes the protocol of a connection.
func upgrade(t *testing.T, addr string, secure *tls.Config) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if secure != nil {
		conn = tls.Client(conn, secure)
	}
	fmt.Fprint(conn, "GET /up HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\nhello\n")
	in := bufio.NewReader(conn)
	r, err := http.ReadResponse(in, nil)
	if err != nil || r.StatusCode != 101 || r.Header.Get("Upgrade") != "chat" {
		t.Fatalf("upgrade: %v %v", r, err)
	}
	if line, err := in.ReadString('\n'); line != "echo hello\n" {
		t.Errorf("after the upgrade: %q %v", line, err)
	}
}
