package cantil_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/cantil-go/cantil"
)

// TestStaticFilesStayInTheirFolder lays symbolic links into a folder: those that
// lead out of it are not there.
func TestStaticFilesStayInTheirFolder(t *testing.T) {
	root := t.TempDir()
	write := func(path, text string) {
		t.Helper()
		path = filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("secret.txt", "secret")
	write("secrets/a.txt", "secret")
	write("static/css/a.css", "a")
	for link, target := range map[string]string{
		"out.txt": "../secret.txt", "absolute.txt": filepath.Join(root, "secret.txt"), "folder": "../secrets",
		"css/deep.txt": "../../secret.txt", "in.css": "css/a.css", "styles": "css", "chain": "out.txt", "loop": "loop", "gone": "nothing",
	} {
		if err := os.Symlink(target, filepath.Join(root, "static", link)); err != nil {
			t.Skip("no symbolic links here:", err)
		}
	}
	app := quiet()
	app.StaticFolder = filepath.Join(root, "static")
	app.Get("/send/<path:name>", cantil.Endpoint("send"))(func(c *cantil.Context) any {
		return c.SendFromDirectory(filepath.Join(root, "static"), c.Param("name"))
	})
	app.Get("/free")(func(c *cantil.Context) any { return c.SendFile(filepath.Join(root, "static", "out.txt")) })
	client := app.TestClient()
	for _, prefix := range []string{"/static/", "/send/"} {
		for name, want := range map[string]int{
			"css/a.css": 200, "in.css": 200, "styles/a.css": 200,
			"out.txt": 404, "absolute.txt": 404, "folder/a.txt": 404, "css/deep.txt": 404, "chain": 404, "loop": 404, "gone": 404,
			"css": 404, "css/a.css/b": 404, "nothing.css": 404, "a%00b": 404, strings.Repeat("x", 300): 404,
		} {
			if r := client.Get(prefix + name); r.Status != want || strings.Contains(r.Text(), "secret") {
				t.Errorf("%s%s: %d, want %d: %q", prefix, name, r.Status, want, r.Text())
			}
		}
	}
	if r := client.Get("/free"); r.Text() != "secret" {
		t.Errorf("SendFile of a path of the program: %d %q", r.Status, r.Text())
	}
}

// failingFS opens no file, for a reason of the system.
type failingFS struct{ err error }

func (f failingFS) Open(name string) (fs.File, error) {
	if name == "." {
		return nil, fs.ErrNotExist
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: f.err}
}

// TestFilesThatCannotBeOpened tells a file that is not there from a system that
// cannot open it.
func TestFilesThatCannotBeOpened(t *testing.T) {
	for err, want := range map[error]int{
		syscall.EMFILE: 500, syscall.ENFILE: 500, syscall.EACCES: 500, syscall.EIO: 500, io.ErrUnexpectedEOF: 500,
		syscall.ENOENT: 404, fs.ErrNotExist: 404, fs.ErrInvalid: 404,
	} {
		app := quiet()
		app.StaticFS = failingFS{err}
		if r := app.TestClient().Get("/static/a.css"); r.Status != want {
			t.Errorf("%v: %d, want %d", err, r.Status, want)
		}
	}
	if os.Getuid() == 0 || runtime.GOOS == "windows" {
		return // every file can be opened
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "a.css"), nil, 0); err != nil {
		t.Fatal(err)
	}
	app := quiet()
	app.StaticFolder = folder
	if r := app.TestClient().Get("/static/a.css"); r.Status != 500 {
		t.Errorf("a file without permission: %d", r.Status)
	}
}

// TestStaticPrecompressed: the file beside the file is another representation,
// with a tag and ranges of its own.
func TestStaticPrecompressed(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string, age time.Duration) {
		t.Helper()
		path := filepath.Join(folder, name)
		at := time.Unix(1735689600, 0).Add(-age)
		if err := errors.Join(os.WriteFile(path, []byte(text), 0o644), os.Chtimes(path, at, at)); err != nil {
			t.Fatal(err)
		}
	}
	write("app.js", "plain text", time.Hour)
	write("app.js.br", "BROTLI", 0)
	write("app.js.gz", "GZ", time.Hour)
	write("old.css", "new", 0)
	write("old.css.gz", "OLD", time.Second)
	write("alone.txt", "alone", 0)
	write("picture.svgz", "packed", 0)
	write("picture.svgz.gz", "twice", 0)
	if err := os.Mkdir(filepath.Join(folder, "alone.txt.br"), 0o755); err != nil {
		t.Fatal(err)
	}
	app := quiet()
	app.StaticFolder, app.StaticPrecompressed = folder, true
	app.StaticURLPath = "/static"
	client := app.TestClient()
	type headers = map[string]string
	ask := func(name string, h headers) *cantil.ClientResponse {
		var options []cantil.RequestOption
		for key, value := range h {
			options = append(options, cantil.RequestHeader(key, value))
		}
		return client.Get("/static/"+name, options...)
	}
	for _, test := range []struct{ name, accept, body, coding, contentType string }{
		{"app.js", "", "plain text", "", "text/javascript; charset=utf-8"},
		{"app.js", "gzip, br", "BROTLI", "br", "text/javascript; charset=utf-8"},
		{"app.js", "gzip, br;q=0.5", "GZ", "gzip", "text/javascript; charset=utf-8"},
		{"app.js", "zstd, br;q=0", "plain text", "", "text/javascript; charset=utf-8"},
		{"old.css", "gzip", "new", "", "text/css; charset=utf-8"},
		{"alone.txt", "gzip, br, zstd", "alone", "", "text/plain; charset=utf-8"},
		{"app.js.gz", "gzip", "GZ", "gzip", "text/javascript; charset=utf-8"},
		{"picture.svgz", "gzip", "packed", "gzip", "image/svg+xml; charset=utf-8"},
	} {
		r := ask(test.name, headers{"Accept-Encoding": test.accept})
		if r.Status != 200 || r.Text() != test.body || r.Header("Content-Encoding") != test.coding || r.Header("Content-Type") != test.contentType {
			t.Errorf("%s for %q: %d %q %q %q", test.name, test.accept, r.Status, r.Text(), r.Header("Content-Encoding"), r.Header("Content-Type"))
		}
		if own := strings.HasSuffix(test.name, "z"); (r.Header("Vary") == "Accept-Encoding") == own {
			t.Errorf("%s: Vary: %q", test.name, r.Header("Vary"))
		}
		if strings.Contains(r.Header("Content-Disposition"), ".br") {
			t.Errorf("%s: %s", test.name, r.Header("Content-Disposition"))
		}
	}
	plain, packed := ask("app.js", nil).Header("ETag"), ask("app.js", headers{"Accept-Encoding": "br"}).Header("ETag")
	if plain == packed || packed == "" || strings.HasPrefix(packed, "W/") {
		t.Errorf("tags %s and %s", plain, packed)
	}
	if r := ask("app.js", headers{"Accept-Encoding": "br", "If-None-Match": packed}); r.Status != 304 || r.Header("Vary") != "Accept-Encoding" {
		t.Errorf("unchanged: %d, Vary %q", r.Status, r.Header("Vary"))
	}
	if r := ask("app.js", headers{"Accept-Encoding": "br", "If-None-Match": plain}); r.Status != 200 {
		t.Errorf("the other one's tag: %d", r.Status)
	}
	r := ask("app.js", headers{"Accept-Encoding": "br", "Range": "bytes=1-2", "If-Range": packed})
	if r.Status != 206 || r.Text() != "RO" || r.Header("Content-Range") != "bytes 1-2/6" || r.Header("Content-Encoding") != "br" {
		t.Errorf("a range: %d %q %q %q", r.Status, r.Text(), r.Header("Content-Range"), r.Header("Content-Encoding"))
	}
	if r := ask("app.js", headers{"Accept-Encoding": "br", "Range": "bytes=1-2", "If-Range": plain}); r.Status != 200 || r.Text() != "BROTLI" {
		t.Errorf("a range of the other one: %d %q", r.Status, r.Text())
	}
	if r := ask("missing.js", headers{"Accept-Encoding": "br"}); r.Status != 404 {
		t.Errorf("missing: %d", r.Status)
	}
	if r := ask("../app.js", headers{"Accept-Encoding": "br"}); r.Status != 404 {
		t.Errorf("outside: %d", r.Status)
	}
}
