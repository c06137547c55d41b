package cantil

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/internal/httpheader"
)

func TestReadConditions(t *testing.T) {
	h := fasthttp.RequestHeader{}
	if c := readConditions(&h); c != (httpheader.Conditions{}) {
		t.Errorf("%+v", c)
	}
	h.Set("If-None-Match", "\"\xe9\"")
	h.Set("If-Range", "")
	h.Set("Range", "bytes=0-1")
	want := httpheader.Conditions{IfNoneMatch: `"é"`, HasIfRange: true, HasRange: true, Range: "bytes=0-1"}
	if c := readConditions(&h); c != want {
		t.Errorf("%+v", c)
	}
}

// TestUseXSendfile: the server in front sends what is on the disk, and nothing
// else; a browser that has the file is told so without it.
func TestUseXSendfile(t *testing.T) {
	root := t.TempDir()
	name := filepath.Join(root, "static", "a.txt")
	if err := errors.Join(os.Mkdir(filepath.Dir(name), 0o700), os.WriteFile(name, []byte("from the disk"), 0o600)); err != nil {
		t.Fatal(err)
	}
	app := New()
	app.StaticFolder, app.UseXSendfile = filepath.Dir(name), true
	app.Get("/file")(func(c *Context) any { return c.SendFile(name) })
	app.Get("/reader")(func(c *Context) any {
		return c.SendReader(strings.NewReader("a reader's"), SendFileOptions{DownloadName: "a.txt"})
	})
	app.Get("/embedded")(func(c *Context) any {
		return c.sendFrom(fstest.MapFS{"a.txt": {Data: []byte("embedded")}}, "static", "a.txt", nil)
	})
	client := app.TestClient()
	for path, want := range map[string]struct{ header, body string }{
		"/file":         {name, ""},
		"/static/a.txt": {name, ""},
		"/reader":       {"", "a reader's"},
		"/embedded":     {"", "embedded"},
	} {
		r := client.Get(path)
		if got := r.Header("X-Sendfile"); r.Status != 200 || got != want.header || r.Text() != want.body {
			t.Errorf("%s: %d, X-Sendfile %q, body %q", path, r.Status, got, r.Text())
		}
		if etag := r.Header("ETag"); etag != "" {
			again := client.Get(path, RequestHeader("If-None-Match", etag))
			if again.Status != 304 || again.Header("X-Sendfile") != "" {
				t.Errorf("%s again: %d, X-Sendfile %q", path, again.Status, again.Header("X-Sendfile"))
			}
		}
	}
	if r := client.Get("/static/missing"); r.Status != 404 || r.Header("X-Sendfile") != "" {
		t.Errorf("no file: %d, X-Sendfile %q", r.Status, r.Header("X-Sendfile"))
	}
	if r := client.Get("/file", RequestHeader("Range", "bytes=5-7")); r.Status != 206 || r.Header("Content-Range") != "bytes 5-7/13" || r.Text() != "" {
		t.Errorf("a part: %d %q %q", r.Status, r.Header("Content-Range"), r.Text())
	}
	if got := app.ConfigMap()["USE_X_SENDFILE"]; got != true {
		t.Errorf("USE_X_SENDFILE is %v", got)
	}
}
