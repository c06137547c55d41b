package cantil_test

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cantil-go/cantil"
)

// rest reads an answer without its body's help: the header's lines, and all the
// bytes up to the connection's end.
func (w *wire) rest() (header, body string) {
	w.t.Helper()
	all, err := io.ReadAll(w.in)
	if timeout, ok := err.(net.Error); ok && timeout.Timeout() {
		w.t.Fatalf("no end of the answer: %q", all)
	}
	header, body, _ = strings.Cut(string(all), "\r\n\r\n")
	return header, body
}

// TestStatusThatIsNotFinal sets one in each way there is: the answer is a 500
// which frames itself, the connection serves the next request, and the log names
// the status.
func TestStatusThatIsNotFinal(t *testing.T) {
	for _, status := range []int{-5, 0, 1, 99, 100, 101, 103, 199, 600, 1000, 99999} {
		app := cantil.New()
		var log bytes.Buffer
		app.Logger = slog.New(slog.NewTextHandler(&log, nil))
		app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any { return "ok" })
		app.Get("/make")(func(c *cantil.Context) any { return c.MakeResponse("x", status) })
		app.Get("/redirect")(func(c *cantil.Context) any { return c.Redirect("/", status) })
		app.Get("/error")(func(c *cantil.Context) any { return &cantil.HTTPError{Code: status} })
		app.Get("/set")(func(c *cantil.Context) any {
			r := c.MakeResponse("x")
			r.SetStatus(status)
			return r
		})
		app.Get("/after")(func(c *cantil.Context) any { return "x" })
		app.Get("/abort")(func(c *cantil.Context) any { return cantil.Abort(404) })
		app.ErrorHandler(404)(func(c *cantil.Context, err error) any {
			r := c.MakeResponse("x")
			r.SetStatus(status)
			return r
		})
		app.AfterRequest(func(c *cantil.Context, r *cantil.Response) {
			if c.Path() == "/after" {
				r.SetStatus(status)
			}
		})
		addr := listen(t, app.Server())
		for _, path := range []string{"/make", "/redirect", "/error", "/set", "/after", "/abort"} {
			log.Reset()
			w := dial(t, addr)
			for range 2 {
				w.send("GET "+path+" HTTP/1.1\r\nHost: a\r\n\r\n").expect(500, "Internal Server Error")
			}
			w.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").expect(200, "ok")
			if !strings.Contains(log.String(), fmt.Sprint("status ", status)) {
				t.Errorf("%d, %s: the log does not name the status: %s", status, path, log.String())
			}
		}
	}
}

func TestResetContentHasNoBody(t *testing.T) {
	app := quiet()
	app.Get("/")(func(c *cantil.Context) any { return c.MakeResponse("x", 205) })
	header, body := dial(t, listen(t, app.Server())).send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").rest()
	if !strings.HasPrefix(header, "HTTP/1.1 205 ") || !strings.Contains(header, "Content-Length: 0") || body != "" {
		t.Errorf("%q %q", header, body)
	}
}

// liar is a body that announces another length than it has.
type liar struct {
	io.Reader
	size int
}

func (l liar) Len() int { return l.size }

// TestAnnouncedLengths has bodies give more or less than they announce: never a
// byte follows an answer, and an answer that is too short is not taken for whole.
func TestAnnouncedLengths(t *testing.T) {
	app := quiet()
	path := filepath.Join(t.TempDir(), "log")
	os.WriteFile(path, bytes.Repeat([]byte("x"), 1<<20), 0o644)
	app.Get("/grows")(func(c *cantil.Context) any {
		r := c.SendFile(path)
		f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = f.Write(bytes.Repeat([]byte("y"), 100_000))
		if err != nil {
			return err
		}
		return r
	})
	app.Get("/more")(func(c *cantil.Context) any { return liar{strings.NewReader(strings.Repeat("x", 100_000)), 5} })
	app.Get("/one-more")(func(c *cantil.Context) any { return liar{strings.NewReader(strings.Repeat("x", 4097)), 4096} })
	app.Get("/negative")(func(c *cantil.Context) any { return liar{strings.NewReader("xxx"), -1} })
	app.Get("/less")(func(c *cantil.Context) any { return liar{strings.NewReader("xxx"), 4096} })
	addr := listen(t, app.Server())
	for path, want := range map[string]int{"/grows": 1 << 20, "/more": 5, "/one-more": 4096, "/negative": 0} {
		_, body := dial(t, addr).send("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").rest()
		if len(body) != want {
			t.Errorf("%s: %d bytes, want %d", path, len(body), want)
		}
	}
	// Kept connections: the next answer follows at once.
	w := dial(t, addr)
	w.send("GET /more HTTP/1.1\r\nHost: a\r\n\r\n").expect(200, "xxxxx")
	w.send("GET /one-more HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").expect(200, "xxx")
	if got := outcome(t, addr, "GET", "/less"); got != 0 {
		t.Errorf("a body that is too short: %d", got)
	}
}

// TestStreamToHTTP10 streams to a client that knows no chunks.
func TestStreamToHTTP10(t *testing.T) {
	app := quiet()
	app.Get("/seq")(func(c *cantil.Context) any {
		return iter.Seq[string](func(yield func(string) bool) {
			for i := range 3 {
				if !yield(fmt.Sprint(i, strings.Repeat("x", 5000))) {
					return
				}
			}
		})
	})
	app.Get("/reader")(func(c *cantil.Context) any { return io.MultiReader(strings.NewReader("abc")) })
	app.Get("/sized")(func(c *cantil.Context) any { return strings.NewReader("abc") })
	addr := listen(t, app.Server())
	whole := "0" + strings.Repeat("x", 5000) + "1" + strings.Repeat("x", 5000) + "2" + strings.Repeat("x", 5000)
	for _, keep := range []string{"", "Connection: keep-alive\r\n"} {
		for path, want := range map[string]string{"/seq": whole, "/reader": "abc"} {
			header, body := dial(t, addr).send("GET " + path + " HTTP/1.0\r\nHost: a\r\n" + keep + "\r\n").rest()
			if body != want || strings.Contains(header, "Transfer-Encoding") || strings.Contains(header, "Content-Length") ||
				!strings.Contains(header, "Connection: close") {
				t.Errorf("%s: %q and %d bytes", path, header, len(body))
			}
		}
	}
	header, body := dial(t, addr).send("GET /sized HTTP/1.0\r\nHost: a\r\n\r\n").rest()
	if body != "abc" || !strings.Contains(header, "Content-Length: 3") {
		t.Errorf("a body of known length: %q %q", header, body)
	}
}

// TestHijack hands connections over, by Hijack and as WebSocket libraries do it,
// and never without a 101.
func TestHijack(t *testing.T) {
	app := quiet()
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any { return "ok" })
	echo := func(conn net.Conn) {
		buf := make([]byte, 4)
		if _, err := io.ReadFull(conn, buf); err == nil {
			conn.Write(bytes.ToUpper(buf))
		}
	}
	upgrade := func(c *cantil.Context) { // what a WebSocket library does
		c.Session().Set("k", "v")
		c.RequestCtx().Response.SetStatusCode(101)
		c.RequestCtx().Response.Header.Set("Upgrade", "websocket")
		c.RequestCtx().Response.Header.Set("Connection", "Upgrade")
		c.RequestCtx().Hijack(echo)
	}
	answers := map[string]func(c *cantil.Context) any{
		"text": func(*cantil.Context) any { return "" }, "nil": func(*cantil.Context) any { return nil },
		"error": func(*cantil.Context) any { return cantil.Abort(404) },
		"101":   func(c *cantil.Context) any { return c.MakeResponse("", 101) },
		"panic": func(*cantil.Context) any { panic("no") },
	}
	for name, answer := range answers {
		app.Get("/ws/"+name, cantil.Endpoint("ws"+name))(func(c *cantil.Context) any { upgrade(c); return answer(c) })
		app.Get("/own/"+name, cantil.Endpoint("own"+name))(func(c *cantil.Context) any {
			c.Session().Set("k", "v")
			c.Hijack(echo)
			return answer(c)
		})
	}
	app.Get("/own/returned")(func(c *cantil.Context) any {
		c.Session().Set("k", "v")
		r := c.Hijack(echo)
		r.Header().Set("X-Own", "1")
		return r
	})
	app.Get("/without")(func(c *cantil.Context) any { c.RequestCtx().Hijack(echo); return "ok" })
	app.Get("/panics")(func(c *cantil.Context) any { return c.Hijack(func(net.Conn) { panic("no") }) })
	addr := listen(t, app.Server())

	const headers = " HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
	for _, path := range []string{"/ws/text", "/ws/nil", "/ws/error", "/ws/101", "/own/text", "/own/nil", "/own/error", "/own/101", "/own/returned"} {
		header, body := dial(t, addr).send("GET " + path + headers + "abcd").rest()
		if !strings.HasPrefix(header, "HTTP/1.1 101 ") || body != "ABCD" || !strings.Contains(header, "Upgrade: websocket") ||
			!strings.Contains(header, "Set-Cookie: session=") || strings.Contains(header, "Content-") {
			t.Errorf("%s: %q %q", path, header, body)
		}
	}
	for path, want := range map[string]int{"/ws/panic": 500, "/own/panic": 500, "/without": 200} {
		w := dial(t, addr).send("GET " + path + headers)
		r, err := http.ReadResponse(w.in, nil)
		if err != nil || r.StatusCode != want || r.Header.Get("Upgrade") != "" {
			t.Errorf("%s: %v %v", path, r, err)
			continue
		}
		io.Copy(io.Discard, r.Body)
		w.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").expect(200, "ok") // the connection was not handed over
	}
	header, body := dial(t, addr).send("GET /panics" + headers).rest()
	if !strings.HasPrefix(header, "HTTP/1.1 101 ") || body != "" {
		t.Errorf("a handler that panics: %q %q", header, body)
	}
	dial(t, addr).send("GET /own/text HTTP/1.0\r\nHost: a\r\n\r\n").expect(400, "")
	alive(t, addr)
}
