//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestRunThroughLinks: the project is a link, its templates are another one, and a
// third one leads back; a file that is touched was saved.
func TestRunThroughLinks(t *testing.T) {
	folder, templates, links := module(t, map[string]string{"main.go": shop(`"um"`)}), t.TempDir(), t.TempDir()
	link := filepath.Join(links, "loja")
	for name, target := range map[string]string{link: folder, filepath.Join(folder, "templates"): templates, filepath.Join(templates, "back"): folder} {
		if err := os.Symlink(target, name); err != nil {
			t.Fatal(err)
		}
	}
	p := start(t, link)
	p.expect("um")
	write(t, folder, "main.go", shop(`"dois"`))
	p.expect("dois")
	write(t, templates, "index.html", "novo")
	p.expect("dois")
	now := time.Now()
	if err := os.Chtimes(filepath.Join(folder, "main.go"), now, now); err != nil {
		t.Fatal(err)
	}
	p.expect("dois")
	p.stop(syscall.SIGTERM)
}

// TestRunSeesTheWorkspace: go.work beside the module says which of two it takes.
func TestRunSeesTheWorkspace(t *testing.T) {
	folder := module(t, map[string]string{"main.go": strings.Replace(shop(`lojas.Nome`), `"strconv"`, "\"strconv\"\n\n\t\"example.com/lojas\"", 1)})
	space := t.TempDir()
	version, _ := exec.Command("go", "env", "GOVERSION").Output()
	work := "go " + strings.TrimPrefix(strings.Fields(string(version))[0], "go") + "\n\nuse (\n\t" + folder + "\n\t./%s\n)\n"
	for _, name := range []string{"um", "dois"} {
		write(t, space, name+"/go.mod", "module example.com/lojas\n")
		write(t, space, name+"/nome.go", "package lojas\n\nconst Nome = \""+name+"\"\n")
	}
	write(t, space, "go.work", fmt.Sprintf(work, "um"))
	p := startWith(t, binary, folder, append(cleanEnv(), "GOWORK="+filepath.Join(space, "go.work"), "GOFLAGS="))
	p.expect("um")
	write(t, space, "go.work", fmt.Sprintf(work, "dois"))
	p.expect("dois")
	p.stop(syscall.SIGTERM)
}
