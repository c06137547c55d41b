package sse_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/compress"
	"github.com/cantil-go/cantil/internal/testkit"
	"github.com/cantil-go/cantil/sse"
)

func TestEventBytes(t *testing.T) {
	for want, event := range map[string]sse.Event{
		"data: a\n\n": {Data: "a"},
		"data: \n\n":  {},
		"event: x\nid: 7\nretry: 1500\ndata: a\ndata: b\n\n":       {Event: "x", ID: "7", Retry: 1500 * time.Millisecond, Data: "a\nb"},
		"data: a\ndata: b\ndata: c\ndata: \n\n":                    {Data: "a\r\nb\rc\n"},
		"data: olá\ndata: event: x\ndata: \ndata: id: 1\n\n":       {Data: "olá\nevent: x\n\nid: 1"},
		"event: x\ndata: \n\n":                                     {Event: "x"},
		"id: 7\n\n":                                                {ID: "7"},
		"retry: 1\n\n":                                             {Retry: 900 * time.Microsecond},
		"retry: 3000\n\n":                                          {Retry: 3 * time.Second},
		"data: \uFFFD\n\n":                                         {Data: "\xff"},
		"id: \u00e9\ndata:  two spaces: the browser drops one\n\n": {ID: "é", Data: " two spaces: the browser drops one"},
	} {
		if got, err := event.Bytes(); string(got) != want || err != nil {
			t.Errorf("%+v: %q, %v, want %q", event, got, err, want)
		}
	}
	for _, event := range []sse.Event{{ID: "a\nb"}, {ID: "a\x00"}, {Event: "a\rdata: b"}} {
		if got, err := event.Bytes(); err == nil {
			t.Errorf("%+v: %q", event, got)
		}
	}
}

func newApp() *cantil.App {
	app := cantil.New()
	app.SecretKey = strings.Repeat("k", 16)
	app.Logger = slog.New(slog.DiscardHandler)
	return app
}

// open asks a server for its events.
func open(t *testing.T, url string, headers ...string) (*http.Response, *bufio.Reader) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	r, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Body.Close() })
	return r, bufio.NewReader(r.Body)
}

// event is the next one, up to its empty line.
func event(t *testing.T, body *bufio.Reader) string {
	t.Helper()
	var lines []string
	for {
		line, err := body.ReadString('\n')
		if err != nil {
			t.Fatalf("after %q: %v", lines, err)
		}
		if line = strings.TrimSuffix(line, "\n"); line == "" {
			return strings.Join(lines, "|")
		}
		lines = append(lines, line)
	}
}

// TestStream: the headers come before the first event, each event before the next
// one is made, and the end when the function returns; nothing is compressed.
func TestStream(t *testing.T) {
	app := newApp()
	app.Wrap(compress.New(compress.MinSize(0)))
	next := make(chan sse.Event)
	app.Get("/", cantil.Endpoint("events"))(func(c *cantil.Context) any {
		return sse.Stream(c, func(w *sse.Writer) error {
			if err := w.Send(sse.Event{Data: "after " + w.LastEventID()}); err != nil {
				return err
			}
			for e := range next {
				if err := w.Send(e); err != nil {
					return err
				}
			}
			return nil
		})
	})
	r, body := open(t, testkit.Serve(t, app)+"/", "Last-Event-ID", "é7", "Accept-Encoding", "gzip")
	if r.Header.Get("Content-Type") != "text/event-stream; charset=utf-8" || r.Header.Get("Cache-Control") != "no-cache" || r.Header.Get("Content-Encoding") != "" {
		t.Error(r.Header)
	}
	for _, want := range []string{":", "data: after é7"} {
		if got := event(t, body); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	long := strings.Repeat("x", 20_000)
	for i, e := range []sse.Event{{Data: "um"}, {ID: "2", Data: long}} {
		next <- e
		if got := event(t, body); !strings.HasSuffix(got, "data: "+e.Data) {
			t.Errorf("event %d: %d bytes", i, len(got))
		}
	}
	close(next)
	if rest, err := io.ReadAll(body); err != nil || len(rest) > 0 {
		t.Errorf("the end: %q, %v", rest, err)
	}
}

func TestHeartbeat(t *testing.T) {
	app := newApp()
	ticks, next := make(chan time.Time), make(chan string)
	app.Get("/", cantil.Endpoint("events"))(func(c *cantil.Context) any {
		return sse.Stream(c, func(w *sse.Writer) error {
			for text := range next {
				_ = w.Send(sse.Event{Data: text})
			}
			return nil
		}, sse.Ticking(ticks))
	})
	_, body := open(t, testkit.Serve(t, app)+"/")
	expect := func(want string) {
		t.Helper()
		if got := event(t, body); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	expect(":") // the first needs no time
	for _, text := range []string{"", "a", "b", "", "", "c"} {
		if text == "" {
			ticks <- time.Time{}
			expect(":")
			continue
		}
		next <- text
		expect("data: " + text)
	}
	close(next)
}

// TestClientGoes: the function learns of it, however it waits.
func TestClientGoes(t *testing.T) {
	app := newApp()
	ended := make(chan error, 2)
	app.Get("/waits", cantil.Endpoint("waits"))(func(c *cantil.Context) any {
		return sse.Stream(c, func(w *sse.Writer) error {
			<-w.Done()
			ended <- w.Send(sse.Event{Data: "late"})
			return nil
		})
	})
	app.Get("/sends", cantil.Endpoint("sends"))(func(c *cantil.Context) any {
		return sse.Stream(c, func(w *sse.Writer) (err error) {
			for err == nil {
				err = w.Send(sse.Event{Data: strings.Repeat("x", 1000)})
			}
			ended <- err
			return err
		})
	})
	url := testkit.Serve(t, app)
	for _, path := range []string{"/waits", "/sends"} {
		r, body := open(t, url+path)
		event(t, body)
		r.Body.Close()
		if err := <-ended; !errors.Is(err, sse.ErrClosed) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestShutdown: a server that stops does not wait for a stream that has no end.
func TestShutdown(t *testing.T) {
	app := newApp()
	app.Get("/", cantil.Endpoint("events"))(func(c *cantil.Context) any {
		return sse.Stream(c, func(w *sse.Writer) error { <-w.Done(); return nil })
	})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- app.Serve(ln) }()
	_, body := open(t, "http://"+ln.Addr().String())
	event(t, body)
	stop, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := errors.Join(app.Shutdown(stop), <-served); err != nil {
		t.Error(err)
	}
	if rest, err := io.ReadAll(body); err != nil || len(rest) > 0 {
		t.Errorf("the client got %q, %v", rest, err)
	}
}

// TestFunctionFails: a panic ends the answer and no more, and is logged.
func TestFunctionFails(t *testing.T) {
	app := newApp()
	logged := make(chan string, 10)
	app.Logger = slog.New(slog.NewTextHandler(writing(func(line string) { logged <- line }), nil))
	fails := map[string]func() error{
		"panic":  func() error { panic("of the function") },
		"exit":   func() error { runtime.Goexit(); return nil },
		"error":  func() error { return errors.New("an error of the function") },
		"closed": func() error { return fmt.Errorf("sent: %w", sse.ErrClosed) },
	}
	app.Get("/<how>", cantil.Endpoint("events"))(func(c *cantil.Context) any {
		how := c.Param("how")
		return sse.Stream(c, func(*sse.Writer) error { return fails[how]() })
	})
	url := testkit.Serve(t, app)
	for how, want := range map[string]string{"panic": "panic in the function of a stream: of the function", "exit": "Goexit", "error": "an error of the function", "closed": ""} {
		_, body := open(t, url+"/"+how)
		event(t, body)
		_, err := io.ReadAll(body)
		if (err != nil) != (want != "") {
			t.Errorf("%s: the answer ended with %v", how, err)
		}
		if want != "" {
			if line := <-logged; !strings.Contains(line, want) || !strings.Contains(line, "stream broke off") {
				t.Errorf("%s: %s", how, line)
			}
		}
	}
}

type writing func(line string)

func (w writing) Write(p []byte) (int, error) { w(string(p)); return len(p), nil }

// TestSession: what the view does to the session is saved before the first byte,
// and what the function does to it is lost.
func TestSession(t *testing.T) {
	app := newApp()
	app.Get("/", cantil.Endpoint("events"))(func(c *cantil.Context) any {
		s := c.Session()
		s.Set("view", true)
		return sse.Stream(c, func(w *sse.Writer) error {
			s.Set("function", true)
			return w.Send(sse.Event{Data: "x"})
		})
	})
	app.Get("/keys", cantil.Endpoint("keys"))(func(c *cantil.Context) any { return fmt.Sprint(c.Session().Keys()) })
	url := testkit.Serve(t, app)
	r, body := open(t, url+"/")
	cookie, _, _ := strings.Cut(r.Header.Get("Set-Cookie"), ";")
	if _, err := io.ReadAll(body); err != nil || cookie == "" {
		t.Fatalf("%q, %v", cookie, err)
	}
	_, body = open(t, url+"/keys", "Cookie", cookie)
	if keys, _ := io.ReadAll(body); string(keys) != "[view]" {
		t.Errorf("%s", keys)
	}
}

// TestHead: the function does not run for it.
func TestHead(t *testing.T) {
	app := newApp()
	app.Get("/", cantil.Endpoint("events"))(func(c *cantil.Context) any {
		return sse.Stream(c, func(*sse.Writer) error { t.Error("it ran"); return nil })
	})
	if r := app.TestClient().Do("HEAD", "/"); r.Status != 200 || r.Header("Content-Type") != "text/event-stream; charset=utf-8" {
		t.Errorf("%d %q", r.Status, r.Header("Content-Type"))
	}
}
