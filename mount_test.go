package cantil_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	_ "net/http/pprof"
	"runtime"
	"strings"
	"testing"

	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/fasthttputil"

	"github.com/cantil-go/cantil"
)

// serveIt serves an application in memory, and returns how to dial it.
func serveIt(t *testing.T, app *cantil.App) func() net.Conn {
	t.Helper()
	ln := fasthttputil.NewInmemoryListener()
	served := make(chan error, 1)
	go func() { served <- app.Serve(ln) }()
	t.Cleanup(func() {
		if err := app.Shutdown(context.Background()); err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		if err := <-served; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return func() net.Conn {
		conn, err := ln.Dial()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		return conn
	}
}

// roundTrip sends raw bytes and reads one answer.
func roundTrip(t *testing.T, conn net.Conn, in *bufio.Reader, method, raw string) (*http.Response, string) {
	t.Helper()
	if _, err := conn.Write([]byte(raw)); err != nil {
		t.Fatal(err)
	}
	r, err := http.ReadResponse(in, &http.Request{Method: method})
	if err != nil {
		t.Fatalf("%.40q: %v", raw, err)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return r, "ERROR " + err.Error()
	}
	return r, string(body)
}

func mountedHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/m/echo", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s %s %s %q %v", r.Method, r.RequestURI, r.Host, r.Header.Get("X-A"), body, err)
	})
	mux.HandleFunc("/m/panic", func(http.ResponseWriter, *http.Request) { panic("mounted") })
	mux.HandleFunc("/m/exit", func(http.ResponseWriter, *http.Request) { runtime.Goexit() })
	mux.HandleFunc("/m/late", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "begun")
		w.(http.Flusher).Flush()
		panic("late")
	})
	mux.HandleFunc("/m/stream", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for i := range 3 {
			fmt.Fprintf(w, "data: %d\n\n", i)
			w.(http.Flusher).Flush()
		}
		if _, err := r.Body.Read(make([]byte, 1)); err == nil {
			fmt.Fprint(w, "the body was read after the answer began")
		}
	})
	mux.HandleFunc("/m/large", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "200000")
		w.Write(bytes.Repeat([]byte("x"), 200_000))
	})
	mux.HandleFunc("/m/head", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "7")
		w.Header().Add("Set-Cookie", "a=1")
		w.Header().Add("Set-Cookie", "a=2")
		w.Header().Set("X-Split", "a\r\nX-Evil: 1")
		fmt.Fprint(w, "1234567")
	})
	mux.HandleFunc("/m/none", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) })
	mux.HandleFunc("/m/hijack", func(w http.ResponseWriter, _ *http.Request) {
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			http.Error(w, "no hijack", http.StatusNotImplemented)
			return
		}
		defer conn.Close()
		line, _ := rw.ReadString('\n')
		rw.WriteString("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n" + line[:3])
		rw.Flush()
	})
	return mux
}

func mountedApp() *cantil.App {
	app := quiet()
	app.MaxContentLength = 1000
	app.SecretKey = "um segredo de teste"
	app.BeforeRequest(func(c *cantil.Context) any {
		if strings.HasPrefix(c.Path(), "/m/") {
			return "a hook ran"
		}
		return nil
	})
	app.Get("/")(func(*cantil.Context) any { return "ok" })
	app.Get("/m/echo", cantil.Endpoint("shadowed"))(conta)
	app.Get("/mm", cantil.Endpoint("mm"))(func(*cantil.Context) any { return "mm" })
	app.Mount("/m", mountedHandler())
	app.Mount("/m/deep/", http.StripPrefix("/m/deep", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "deep ", r.URL.Path)
	})))
	return app
}

func TestMount(t *testing.T) {
	conn := serveIt(t, mountedApp())()
	in := bufio.NewReader(conn)
	for _, test := range []struct{ method, target, more, want string }{
		{"GET", "/m/echo?a=%2F", "X-A: é\r\n\r\n", "200 GET /m/echo?a=%2F h é \"\" <nil>"},
		{"POST", "/m/echo", "Content-Length: 3\r\n\r\nabc", "200 POST /m/echo h  \"abc\" <nil>"},
		{"POST", "/m/echo", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "200 POST /m/echo h  \"abc\" <nil>"},
		{"PUT", "/m/none", "Content-Length: 3\r\n\r\nabc", "204 "},
		{"GET", "/m/stream", "\r\n", "200 data: 0\n\ndata: 1\n\ndata: 2\n\n"},
		{"GET", "/m/large", "\r\n", "200 " + strings.Repeat("x", 200_000)},
		{"HEAD", "/m/head", "\r\n", "200 "},
		{"GET", "/m/deep/x", "\r\n", "200 deep /x"},
		{"GET", "/m/deeper", "\r\n", "404 404 page not found\n"},
		{"GET", "/mm", "\r\n", "200 mm"},
		{"GET", "//m/echo", "\r\n", "200 GET /m/echo h  \"\" <nil>"},
		{"GET", "/", "\r\n", "200 ok"},
	} {
		r, body := roundTrip(t, conn, in, test.method, test.method+" "+test.target+" HTTP/1.1\r\nHost: h\r\n"+test.more)
		if got := fmt.Sprint(r.StatusCode, " ", body); got != test.want {
			t.Errorf("%s %s: %.200q, want %.200q", test.method, test.target, got, test.want)
		}
		if test.method == "HEAD" {
			if got := fmt.Sprint(r.ContentLength, r.Header["Set-Cookie"], r.Header["X-Split"], r.Header["X-Evil"]); got != "7 [a=1 a=2] [a  X-Evil: 1] []" {
				t.Errorf("HEAD: %s", got)
			}
		}
	}
}

// TestMountEnds: what a mounted handler does wrong ends its own connection.
func TestMountEnds(t *testing.T) {
	dial := serveIt(t, mountedApp())
	for _, test := range []struct{ target, more, want string }{
		{"/m/panic", "\r\n", "500"},
		{"/m/exit", "\r\n", "500"},
		{"/m/late", "\r\n", "200 ERROR"},
		{"/m/echo", "Content-Length: 1001\r\n\r\n" + strings.Repeat("a", 1001), "413"},
	} {
		conn := dial()
		in := bufio.NewReader(conn)
		r, body := roundTrip(t, conn, in, "POST", "POST "+test.target+" HTTP/1.1\r\nHost: h\r\n"+test.more)
		if got := fmt.Sprint(r.StatusCode, " ", body); !strings.HasPrefix(got, test.want) {
			t.Errorf("%s: %.200q, want %q", test.target, got, test.want)
		}
		if broken := strings.HasPrefix(body, "ERROR"); r.StatusCode != 413 && !r.Close && !broken {
			t.Errorf("%s: the connection goes on", test.target)
		}
	}
	long := strings.Repeat("3e8\r\n"+strings.Repeat("a", 1000)+"\r\n", 2) + "0\r\n\r\n"
	conn := dial()
	r, body := roundTrip(t, conn, bufio.NewReader(conn), "POST", "POST /m/echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"+long)
	if r.StatusCode != 200 || !strings.Contains(body, "request body too large") || strings.Count(body, "a") > 1020 {
		t.Errorf("a chunked body above the limit: %d %.100q", r.StatusCode, body)
	}
	conn = dial()
	r, body = roundTrip(t, conn, bufio.NewReader(conn), "GET", "GET /m/hijack HTTP/1.1\r\nHost: h\r\n\r\nabc\n")
	if r.StatusCode != 200 || body != "abc" {
		t.Errorf("hijack: %d %q", r.StatusCode, body)
	}
	if r := mountedApp().TestClient().Get("/m/hijack"); r.Status != 501 {
		t.Errorf("a request in memory has no connection: %d", r.Status)
	}
}

func TestMountPprof(t *testing.T) {
	app := cantil.New()
	app.Mount("/debug/pprof", http.DefaultServeMux)
	if r := app.TestClient().Get("/debug/pprof/cmdline"); r.Status != 200 || !strings.Contains(r.Text(), "test") {
		t.Errorf("pprof: %d %q", r.Status, r.Text())
	}
	for _, prefix := range []string{"", "/", "x", "/a//b", "/debug/pprof/"} {
		mustPanic(t, "Mount", func() {
			app := cantil.New()
			app.Mount("/debug/pprof", http.DefaultServeMux)
			app.Mount(prefix, http.DefaultServeMux)
		})
	}
}

// TestMountContext: the request's context ends when the client has gone.
func TestMountContext(t *testing.T) {
	app := cantil.New()
	ended := make(chan error, 1)
	begun := make(chan bool, 1)
	app.Mount("/m", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		begun <- true
		<-r.Context().Done()
		ended <- r.Context().Err()
	}))
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go app.Serve(ln)
	defer app.Shutdown(context.Background())
	conn, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(conn, "GET /m HTTP/1.1\r\nHost: h\r\n\r\n")
	<-begun
	conn.Close()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the context ended with %v", err)
	}
}

// TestWrap: the last middleware is the outermost, and what it does wrong ends its
// own request.
func TestWrap(t *testing.T) {
	app := mountedApp()
	header := func(name string) func(fasthttp.RequestHandler) fasthttp.RequestHandler {
		return func(next fasthttp.RequestHandler) fasthttp.RequestHandler {
			return func(ctx *fasthttp.RequestCtx) {
				next(ctx)
				ctx.Response.Header.Set("X-Way", string(ctx.Response.Header.Peek("X-Way"))+name)
			}
		}
	}
	app.Wrap(header("a"))
	app.Wrap(func(next fasthttp.RequestHandler) fasthttp.RequestHandler {
		return func(ctx *fasthttp.RequestCtx) {
			switch string(ctx.Path()) {
			case "/panic":
				panic("middleware")
			case "/own":
				ctx.SetBodyString("own")
			default:
				next(ctx)
			}
		}
	})
	app.Wrap(header("b"))
	dial := serveIt(t, app)
	conn := dial()
	in := bufio.NewReader(conn)
	for _, test := range [][3]string{
		{"POST /own", "b", "200 own"}, {"GET /", "ab", "200 ok"}, {"PUT /m/none", "ab", "204 "}, {"POST /nowhere", "ab", "404"}, {"GET /", "ab", "200 ok"},
	} {
		// A body that middleware does not read is not the next request.
		raw := test[0] + " HTTP/1.1\r\nHost: h\r\nContent-Length: 40\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: evil\r\n\r\nxx"
		r, body := roundTrip(t, conn, in, "", raw)
		if got := fmt.Sprint(r.StatusCode, " ", body); !strings.HasPrefix(got, test[2]) || r.Header.Get("X-Way") != test[1] {
			t.Errorf("%s: %.100q by way of %q", test[0], got, r.Header.Get("X-Way"))
		}
	}
	conn = dial()
	in = bufio.NewReader(conn)
	if r, _ := roundTrip(t, conn, in, "", "GET /panic HTTP/1.1\r\nHost: h\r\n\r\n"); r.StatusCode != 500 || !r.Close {
		t.Errorf("a panic in middleware: %d", r.StatusCode)
	}
	mustPanic(t, "the middleware returned nil", func() {
		app := cantil.New()
		app.Wrap(func(fasthttp.RequestHandler) fasthttp.RequestHandler { return nil })
		app.Handler()
	})
}
