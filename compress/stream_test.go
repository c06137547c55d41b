package compress_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/internal/testkit"
)

// get asks a server without net/http's own decoding.
func get(t *testing.T, url, accept string) *http.Response {
	t.Helper()
	r, err := try(t, url, accept)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func try(t *testing.T, url, accept string) (*http.Response, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept-Encoding", accept)
	r, err := http.DefaultTransport.RoundTrip(request)
	if err == nil {
		t.Cleanup(func() { r.Body.Close() })
	}
	return r, err
}

// TestStreamIsSentAtOnce: each piece can be read before the next one is made, and
// the generator ends with its client.
func TestStreamIsSentAtOnce(t *testing.T) {
	app := newApp(t)
	pieces, ended := make(chan string), make(chan struct{})
	app.Get("/", cantil.Endpoint("stream"))(func(*cantil.Context) any {
		return iter.Seq[string](func(yield func(string) bool) {
			defer close(ended)
			for piece := range pieces {
				if !yield(piece) {
					return
				}
			}
		})
	})
	go func() { pieces <- "um" }() // the headers come with it
	r := get(t, testkit.Serve(t, app)+"/", "gzip")
	read := func(body io.Reader, want string) {
		t.Helper()
		got := make([]byte, len(want))
		if _, err := io.ReadFull(body, got); err != nil || string(got) != want {
			t.Fatalf("%q, %v", got, err)
		}
	}
	unzipped, err := gzip.NewReader(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	read(unzipped, "um")
	pieces <- "dois"
	read(unzipped, "dois")
	close(pieces)
	if rest, err := io.ReadAll(unzipped); err != nil || len(rest) > 0 {
		t.Errorf("%q, %v", rest, err)
	}
	<-ended
}

// TestBrokenStream: a client is not told that it has all of it.
func TestBrokenStream(t *testing.T) {
	app := newApp(t)
	broken := errors.New("broken")
	app.Get("/error", cantil.Endpoint("error"))(func(*cantil.Context) any {
		return io.MultiReader(strings.NewReader(long), failing{broken})
	})
	app.Get("/panic", cantil.Endpoint("panic"))(func(*cantil.Context) any {
		return iter.Seq[string](func(yield func(string) bool) { yield(long); panic(broken) })
	})
	app.Get("/short", cantil.Endpoint("short"))(func(*cantil.Context) any { return short{strings.NewReader(long)} })
	url := testkit.Serve(t, app)
	read := 0
	for _, accept := range []string{"gzip", "zstd"} {
		for _, path := range []string{"/error", "/panic", "/short"} {
			r, err := try(t, url+path, accept)
			if err != nil { // before the first byte was out
				continue
			}
			if r.Header.Get("Content-Encoding") != accept {
				t.Fatal(path, r.Header)
			}
			read++
			if body, err := io.ReadAll(r.Body); err == nil {
				t.Errorf("%s, %s: the answer ended as if it were whole", path, accept)
			} else if _, err := plain(accept, body); err == nil {
				t.Errorf("%s, %s: the coding ended as if it were whole", path, accept)
			}
		}
	}
	if read < 4 {
		t.Errorf("only %d answers had begun", read)
	}
}

func plain(coding string, body []byte) ([]byte, error) {
	var unpacked io.Reader
	var err error
	if coding == "gzip" {
		unpacked, err = gzip.NewReader(bytes.NewReader(body))
	} else {
		unpacked, err = zstd.NewReader(bytes.NewReader(body))
	}
	if err != nil {
		return nil, err
	}
	return io.ReadAll(unpacked)
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// short is a body that announces more than it gives.
type short struct{ io.Reader }

func (short) Len() int { return 2 * len(long) }

// TestOldClient: HTTP/1.0 has no chunks, so a stream goes out as it is.
func TestOldClient(t *testing.T) {
	app := newApp(t)
	app.Get("/page", cantil.Endpoint("page"))(with(200, long))
	app.Get("/stream", cantil.Endpoint("stream"))(func(*cantil.Context) any { return io.MultiReader(strings.NewReader(long)) })
	addr := strings.TrimPrefix(testkit.Serve(t, app), "http://")
	for path, coding := range map[string]string{"/page": "gzip", "/stream": ""} {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "GET %s HTTP/1.0\r\nAccept-Encoding: gzip\r\n\r\n", path)
		r, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Header.Get("Content-Encoding") != coding || decode(t, coding, body) != long {
			t.Errorf("%s: %q, %d bytes, %v", path, r.Header.Get("Content-Encoding"), len(body), err)
		}
	}
}

// TestMounted: a handler of net/http is compressed too, as it flushes.
func TestMounted(t *testing.T) {
	app := newApp(t)
	app.Mount("/metrics", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		for range 40 {
			io.WriteString(w, long)
			w.(http.Flusher).Flush()
		}
	}))
	r := get(t, testkit.Serve(t, app)+"/metrics", "gzip")
	body, err := io.ReadAll(r.Body)
	if err != nil || r.Header.Get("Content-Encoding") != "gzip" || decode(t, "gzip", body) != strings.Repeat(long, 40) {
		t.Errorf("%q, %d bytes, %v", r.Header.Get("Content-Encoding"), len(body), err)
	}
}

// TestLimitsAndDrain: what Run promises holds with middleware around the
// application: the limit of bodies, and a shutdown waits for what is under way.
func TestLimitsAndDrain(t *testing.T) {
	app := newApp(t)
	app.MaxContentLength = 1000
	begun, goOn := make(chan struct{}), make(chan struct{})
	app.Post("/", cantil.Endpoint("post"))(func(c *cantil.Context) any { return c.Form().Get("a") })
	app.Get("/slow", cantil.Endpoint("slow"))(func(*cantil.Context) any {
		close(begun)
		<-goOn
		return long
	})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- app.Serve(ln) }()
	url := "http://" + ln.Addr().String()
	r, err := http.Post(url, "application/x-www-form-urlencoded", strings.NewReader("a="+strings.Repeat("x", 2000)))
	if err != nil || r.StatusCode != 413 {
		t.Fatalf("a body above the limit: %v, %v", r, err)
	}
	r.Body.Close()
	answer := make(chan *http.Response)
	go func() { answer <- get(t, url+"/slow", "gzip") }()
	<-begun
	stopped := make(chan error, 1)
	go func() {
		stop, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		stopped <- app.Shutdown(stop)
	}()
	close(goOn)
	slow := <-answer
	body, err := io.ReadAll(slow.Body)
	if err != nil || slow.Header.Get("Content-Encoding") != "gzip" || decode(t, "gzip", body) != long {
		t.Errorf("under way at the shutdown: %v, %d bytes", err, len(body))
	}
	if err := errors.Join(<-stopped, <-served); err != nil {
		t.Error(err)
	}
}
