package compress_test

import (
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/compress"
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
