package cantil_test

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

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
