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
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/compress"
	"github.com/cantil-go/cantil/internal/testkit"
)

var long = strings.Repeat("uma linha que se repete. ", 200)

// decode undoes a coding.
func decode(t *testing.T, coding string, body []byte) string {
	t.Helper()
	var err error
	switch coding {
	case "gzip":
		body, err = fasthttp.AppendGunzipBytes(nil, body)
	case "br":
		body, err = fasthttp.AppendUnbrotliBytes(nil, body)
	case "zstd":
		body, err = fasthttp.AppendUnzstdBytes(nil, body)
	}
	if err != nil {
		t.Errorf("%s: %v", coding, err)
	}
	return string(body)
}

func newApp(t *testing.T, options ...compress.Option) *cantil.App {
	t.Helper()
	app := cantil.New()
	app.Logger = slog.New(slog.DiscardHandler)
	app.Wrap(compress.New(options...))
	return app
}

// with is an answer with headers, name and value in turn.
func with(status int, body any, headers ...string) cantil.View {
	return func(c *cantil.Context) any {
		r := c.MakeResponse(body, status)
		for i := 0; i < len(headers); i += 2 {
			r.Header().Set(headers[i], headers[i+1])
		}
		return r
	}
}

// TestWhatIsCompressed: and what is left alone.
func TestWhatIsCompressed(t *testing.T) {
	stream := func(c *cantil.Context) any {
		return iter.Seq[string](func(yield func(string) bool) {
			for range 2 {
				if !yield(long) {
					return
				}
			}
		})
	}
	for name, test := range map[string]struct {
		view                 cantil.View
		accept, coding, vary string
	}{
		"page":            {with(200, long), "gzip, deflate, br, zstd", "zstd", "Accept-Encoding"},
		"brotli":          {with(200, long), "gzip, deflate, br", "br", "Accept-Encoding"},
		"gzip":            {with(200, long), "gzip", "gzip", "Accept-Encoding"},
		"by weight":       {with(200, long), "gzip, br;q=0.1, zstd;q=0", "gzip", "Accept-Encoding"},
		"none taken":      {with(200, long), "deflate", "", "Accept-Encoding"},
		"not said":        {with(200, long), "", "", "Accept-Encoding"},
		"created":         {with(201, long), "br", "br", "Accept-Encoding"},
		"vary kept":       {with(200, long, "Vary", "Cookie"), "br", "br", "Cookie, Accept-Encoding"},
		"vary known":      {with(200, long, "Vary", "accept-encoding"), "br", "br", "accept-encoding"},
		"small":           {with(200, "small"), "br", "", ""},
		"picture":         {with(200, long, "Content-Type", "image/png"), "br", "", ""},
		"no type":         {with(200, long, "Content-Type", ""), "br", "", ""},
		"json":            {func(*cantil.Context) any { return []string{long} }, "br", "br", "Accept-Encoding"},
		"svg":             {with(200, long, "Content-Type", "image/svg+xml"), "br", "br", "Accept-Encoding"},
		"events":          {with(200, long, "Content-Type", "text/event-stream"), "br", "", ""},
		"no-transform":    {with(200, long, "Cache-Control", "public, no-transform"), "br", "", ""},
		"encoded":         {with(200, long, "Content-Encoding", "x"), "br", "x", "Accept-Encoding"},
		"part":            {with(206, long), "br", "", "Accept-Encoding"},
		"a range":         {with(200, long, "Content-Range", "bytes 0-9/10"), "br", "", "Accept-Encoding"},
		"error":           {with(404, long), "br", "", ""},
		"no content":      {with(204, ""), "br", "", ""},
		"stream":          {stream, "gzip, br", "gzip", "Accept-Encoding"},
		"stream, zstd":    {stream, "gzip;q=0.5, br, zstd", "zstd", "Accept-Encoding"},
		"stream, br only": {stream, "br", "", "Accept-Encoding"},
	} {
		app := newApp(t)
		app.Get("/", cantil.Endpoint("page"))(test.view)
		plain := app.TestClient().Get("/")
		r := app.TestClient().Get("/", cantil.RequestHeader("Accept-Encoding", test.accept))
		if r.Header("Content-Encoding") != test.coding || strings.Join(r.HeaderAll("Vary"), ", ") != test.vary || r.Status != plain.Status {
			t.Errorf("%s: %d, coding %q, Vary %q", name, r.Status, r.Header("Content-Encoding"), r.HeaderAll("Vary"))
		}
		if got := decode(t, test.coding, r.Body); got != plain.Text() {
			t.Errorf("%s: decoded %d bytes, want %d", name, len(got), len(plain.Text()))
		}
		if test.coding != "" && test.coding != "x" && len(r.Body) > len(plain.Body)/2 {
			t.Errorf("%s: %d bytes of %d", name, len(r.Body), len(plain.Body))
		}
	}
}

func TestOptions(t *testing.T) {
	app := newApp(t, compress.MinSize(1), compress.MimeTypes("application/"), compress.Algorithms("gzip", "br"))
	app.Get("/zip", cantil.Endpoint("zip"))(with(200, long, "Content-Type", "application/x-mine"))
	app.Get("/page", cantil.Endpoint("page"))(with(200, long))
	app.Get("/tiny", cantil.Endpoint("tiny"))(with(200, "ab", "Content-Type", "application/json"))
	for path, want := range map[string]string{"/zip": "gzip", "/page": "", "/tiny": ""} { // tiny would grow
		r := app.TestClient().Get(path, cantil.RequestHeader("Accept-Encoding", "zstd, br, gzip"))
		if r.Header("Content-Encoding") != want {
			t.Errorf("%s: %q", path, r.Header("Content-Encoding"))
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("an unknown algorithm does not panic")
		}
	}()
	compress.Algorithms("lzw")
}

// TestTagsAndRanges: a tag of compressed bytes is weak, a range is of the bytes as
// they are, and one that depends on the weak tag is not a range.
func TestTagsAndRanges(t *testing.T) {
	app := newApp(t)
	app.StaticFolder = t.TempDir()
	app.StaticURLPath = "/static"
	if err := os.WriteFile(filepath.Join(app.StaticFolder, "a.txt"), []byte(long), 0o644); err != nil {
		t.Fatal(err)
	}
	client := app.TestClient()
	ask := func(method string, headers ...string) *cantil.ClientResponse {
		options := []cantil.RequestOption{cantil.RequestHeader("Accept-Encoding", "gzip")}
		for i := 0; i < len(headers); i += 2 {
			options = append(options, cantil.RequestHeader(headers[i], headers[i+1]))
		}
		return client.Do(method, "/static/a.txt", options...)
	}
	strong := client.Get("/static/a.txt").Header("ETag")
	whole := ask("GET")
	weak, date := whole.Header("ETag"), whole.Header("Last-Modified")
	if weak != "W/"+strong || whole.Header("Accept-Ranges") != "" || whole.Header("Content-Encoding") != "gzip" || decode(t, "gzip", whole.Body) != long {
		t.Errorf("whole: tags %s and %s, Accept-Ranges %q, %d bytes", strong, weak, whole.Header("Accept-Ranges"), len(whole.Body))
	}
	for name, test := range map[string]struct {
		headers []string
		status  int
		tag     string
		coding  string
	}{
		"unchanged, weak":       {[]string{"If-None-Match", weak}, 304, weak, ""},
		"unchanged, strong":     {[]string{"If-None-Match", strong}, 304, strong, ""},
		"unchanged, by date":    {[]string{"If-Modified-Since", date}, 304, weak, ""},
		"range if by date":      {[]string{"Range", "bytes=3-7", "If-Range", date}, 200, weak, "gzip"},
		"changed":               {[]string{"If-None-Match", `W/"other"`}, 200, weak, "gzip"},
		"range":                 {[]string{"Range", "bytes=3-7"}, 206, strong, ""},
		"range if strong":       {[]string{"Range", "bytes=3-7", "If-Range", strong}, 206, strong, ""},
		"range if weak":         {[]string{"Range", "bytes=3-7", "If-Range", weak}, 200, weak, "gzip"},
		"range beyond the file": {[]string{"Range", "bytes=99999-"}, 416, "", ""},
	} {
		r := ask("GET", test.headers...)
		if r.Status != test.status || r.Header("ETag") != test.tag || r.Header("Content-Encoding") != test.coding {
			t.Errorf("%s: %d %s %q", name, r.Status, r.Header("ETag"), r.Header("Content-Encoding"))
		}
		if r.Status == 206 && r.Text() != long[3:8] {
			t.Errorf("%s: %q", name, r.Text())
		}
		if r.Status != 416 && r.Header("Vary") != "Accept-Encoding" {
			t.Errorf("%s: Vary %q", name, r.Header("Vary"))
		}
	}
	if r := ask("HEAD"); r.Status != 200 || len(r.Body) != 0 || r.Header("Vary") != "Accept-Encoding" {
		t.Errorf("HEAD: %d, %d bytes, Vary %q", r.Status, len(r.Body), r.Header("Vary"))
	}
}

// TestDefaultTypes: those of Flask-Compress, and a hash of the bytes as they were
// does not stay.
func TestDefaultTypes(t *testing.T) {
	app := newApp(t)
	app.Get("/<path:type>")(func(c *cantil.Context) any {
		r := c.MakeResponse(long)
		r.Header().Set("Content-Type", c.Param("type"))
		r.Header().Set("Content-MD5", "x")
		return r
	})
	for kind, want := range map[string]string{"application/vnd.api+json": "gzip", "application/x-javascript": "gzip", "image/x-icon": "gzip", "font/opentype": "gzip",
		"image/png": "", "application/zip": ""} {
		r := app.TestClient().Get("/"+kind, cantil.RequestHeader("Accept-Encoding", "gzip"))
		if r.Header("Content-Encoding") != want || (r.Header("Content-MD5") == "") != (want != "") {
			t.Errorf("%s: %q, Content-MD5 %q", kind, r.Header("Content-Encoding"), r.Header("Content-MD5"))
		}
	}
}

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
