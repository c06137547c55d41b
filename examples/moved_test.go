// Package examples tests what holds for every example. The examples themselves
// are the programs in its folders; README.md lists them.
package examples

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/cantil-go/cantil/internal/testkit/flask"
)

// programs are the examples, with a page of each and what it shows.
var programs = []struct{ folder, path, text string }{
	{"exemplo01", "/", "session.setdefault"},
	{"exemplo02", "/", "A lista está vazia."},
	{"maria", "/perfil", "Nenhum usuário logado."},
	{"sessoes", "/", "Você não está logado."},
	{"cookies", "/", "faça login"},
	{"login", "/login", "Senha"},
	{"uroki", "/", "Вы не авторизованы"},
	{"desafio", "/", "Mochila de lona"},
	{"flaskr", "/auth/login", "Log In"},
}

// A binary that was moved, run from a folder that is neither its own nor the
// source's, finds its templates and its stylesheet.
func TestMovedBinaries(t *testing.T) {
	folder, elsewhere := t.TempDir(), t.TempDir()
	args := []string{"build", "-o", folder + string(filepath.Separator)}
	for _, p := range programs {
		args = append(args, "./"+p.folder)
	}
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	for _, p := range programs {
		t.Run(p.folder, func(t *testing.T) {
			moved := filepath.Join(elsewhere, p.folder+"-moved")
			if err := os.Rename(filepath.Join(folder, p.folder), moved); err != nil {
				t.Fatal(err)
			}
			page := run(t, moved)
			if body := get(t, page+p.path); !strings.Contains(body, p.text) || !strings.Contains(body, "/static/estilo.css") {
				t.Errorf("%s shows %s", p.path, body)
			}
			if css := get(t, page+"/static/estilo.css"); !strings.Contains(css, ":focus-visible") {
				t.Errorf("the stylesheet is %.60q", css)
			}
		})
	}
}

var served = regexp.MustCompile(`http://[0-9.:]+`)

// run starts a program on a free port until the test ends, and returns the
// address that it logs.
func run(t *testing.T, program string) string {
	t.Helper()
	cmd := exec.Command(program, "-addr", "127.0.0.1:0")
	cmd.Dir = t.TempDir()
	log, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	for lines := bufio.NewScanner(log); lines.Scan(); {
		if url := served.FindString(lines.Text()); url != "" {
			go io.Copy(io.Discard, log)
			return url
		}
	}
	t.Fatal("the program ended at once")
	return ""
}

func get(t *testing.T, url string) string {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		t.Fatalf("%s is answered with %s, %v", url, r.Status, err)
	}
	return string(body)
}

// modules are what an app.py needs beside Flask.
var modules = map[string][]string{"desafio": {"flask_babel"}}

// The lessons' own programs run in a real Flask and show what the Go ones show.
func TestLessons(t *testing.T) {
	for _, p := range programs {
		if p.folder == "login" {
			continue // the lesson has no login page
		}
		t.Run(p.folder, func(t *testing.T) {
			page := flask.Run(t, filepath.Join(p.folder, "app.py"), modules[p.folder]...)
			if body := get(t, page+p.path); !strings.Contains(body, p.text) {
				t.Errorf("%s shows %s", p.path, body)
			}
		})
	}
}
