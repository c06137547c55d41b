package cantil_test

import (
	"io"
	"iter"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/cantil-go/cantil"
)

// countdown is a stream that says when it was closed.
type countdown struct {
	io.Reader
	closed *atomic.Int32
}

func (c countdown) Close() error { c.closed.Add(1); return nil }

func TestStreams(t *testing.T) {
	app := quiet()
	var closed, ended atomic.Int32
	app.Get("/reader")(func(c *cantil.Context) any { return countdown{strings.NewReader("abc"), &closed} })
	app.Get("/seq")(func(c *cantil.Context) any {
		return iter.Seq[string](func(yield func(string) bool) {
			defer ended.Add(1)
			for _, piece := range []string{"", c.Path(), "", "|" + c.Args().Get("q")} {
				if !yield(piece) {
					return
				}
			}
		})
	})
	app.Get("/nothing")(func(c *cantil.Context) any { return iter.Seq[string](func(func(string) bool) {}) })
	app.Get("/204")(func(c *cantil.Context) any {
		return c.MakeResponse(countdown{strings.NewReader("x"), &closed}, http.StatusNoContent)
	})
	addr := listen(t, app.Server())
	get := func(method, path string) (*http.Response, string) {
		t.Helper()
		req, _ := http.NewRequest(method, "http://"+addr+path, nil)
		r, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		return r, string(body)
	}
	if r, body := get("GET", "/seq?q=é"); body != "/seq|é" || r.ContentLength != -1 {
		t.Errorf("a generator: %q, length %d", body, r.ContentLength)
	}
	if _, body := get("GET", "/reader"); body != "abc" {
		t.Errorf("a reader: %q", body)
	}
	if _, body := get("GET", "/nothing"); body != "" {
		t.Errorf("a generator of nothing: %q", body)
	}
	get("GET", "/204")
	get("HEAD", "/reader")
	get("HEAD", "/seq")
	w := dial(t, addr).send("HEAD /seq HTTP/1.1\r\nHost: a\r\n\r\nGET /nada HTTP/1.1\r\nHost: a\r\n\r\n")
	if _, err := http.ReadResponse(w.in, &http.Request{Method: "HEAD"}); err != nil {
		t.Fatal(err)
	}
	if next, err := w.in.Peek(5); string(next) != "HTTP/" {
		t.Errorf("behind the answer to HEAD stands %q, %v", next, err)
	}
	eventually(t, "every reader is closed", func() bool { return closed.Load() == 3 })
	eventually(t, "the generator ended once, for HEAD it never began", func() bool { return ended.Load() == 1 })
}

func TestStreamHoldsNoWholeBody(t *testing.T) {
	const piece, pieces = 64 << 10, 1024
	app := quiet()
	var most atomic.Uint64
	app.Get("/")(func(c *cantil.Context) any {
		text := strings.Repeat("x", piece)
		return iter.Seq[string](func(yield func(string) bool) {
			for i := range pieces {
				if i%256 == 255 {
					most.Store(max(most.Load(), heapInUse()))
				}
				if !yield(text) {
					return
				}
			}
		})
	})
	addr := listen(t, app.Server())
	before := heapInUse()
	r, err := http.Get("http://" + addr + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if n, err := io.Copy(io.Discard, r.Body); n != piece*pieces || err != nil {
		t.Fatalf("%d bytes, %v", n, err)
	}
	if grown := int64(most.Load()) - int64(before); grown > 16<<20 {
		t.Errorf("a body of %d MiB takes %d MiB", piece*pieces>>20, grown>>20)
	}
}

// TestBrokenStreams has a generator panic and a client hang up.
func TestBrokenStreams(t *testing.T) {
	app := quiet()
	var stopped atomic.Bool
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any { return "ok" })
	app.Get("/panic")(func(c *cantil.Context) any {
		return iter.Seq[string](func(yield func(string) bool) {
			yield("começo")
			panic("no meio")
		})
	})
	app.Get("/endless")(func(c *cantil.Context) any {
		return iter.Seq[string](func(yield func(string) bool) {
			defer stopped.Store(true)
			for yield(strings.Repeat("x", 4096)) {
				runtime.Gosched()
			}
		})
	})
	addr := listen(t, app.Server())
	r, err := http.Get("http://" + addr + "/panic")
	if err == nil {
		_, err = io.ReadAll(r.Body)
		r.Body.Close()
	}
	if err == nil {
		t.Error("an answer that broke off looks whole")
	}
	w := dial(t, addr).send("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n")
	if _, err := w.in.Peek(1000); err != nil {
		t.Fatal(err)
	}
	w.Close()
	eventually(t, "the generator ends when its client has gone", stopped.Load)
	alive(t, addr)
}
