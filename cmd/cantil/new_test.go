package main

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil/internal/testkit/modproxy"
)

// TestNew: the site of each language is clean Go, and passes its tests; a name that
// cannot be, and a folder that has something in it, are refused.
func TestNew(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for _, lang := range []string{"en", "pt", "ru"} {
		r := cantilIn(t, folder, nil, "new", "site-"+lang, "--lang", lang, "--replace", root)
		if r.status != 0 || !strings.Contains(r.out, "cd site-"+lang) {
			t.Fatalf("%d %s%s", r.status, r.out, r.err)
		}
		for _, arguments := range []string{"go vet ./...", "gofmt -l .", "go test ./..."} {
			words := strings.Fields(arguments)
			cmd := exec.CommandContext(t.Context(), words[0], words[1:]...)
			cmd.Dir, cmd.Env = filepath.Join(folder, "site-"+lang), cleanEnv()
			if out, err := cmd.CombinedOutput(); err != nil || words[0] == "gofmt" && len(out) > 0 {
				t.Errorf("%s, %s: %v\n%s", lang, arguments, err, out)
			}
		}
	}
	spaced := filepath.Join(t.TempDir(), "a folder")
	if err := os.Symlink(root, spaced); err != nil {
		t.Fatal(err)
	}
	if r := cantilIn(t, folder, nil, "new", "spaced", "--module", "example.com/loja", "--replace", spaced); r.status != 0 {
		t.Errorf("a checkout in a folder with a space: %d %s", r.status, r.err)
	}
	for _, test := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"loja", "--module", "a b"}, 2, "is no path of a module"},
		{[]string{"go"}, 2, "is no path of a module"},
		{[]string{"loja", "--replace", "nowhere"}, 2, "is no checkout of Cantil"},
		{[]string{"site-en"}, 1, "site-en is not empty"},
		{[]string{"../"}, 2, "is no name"},
		{[]string{"Loja Nova"}, 2, "is no name"},
		{[]string{"loja", "--lang", "fr"}, 2, "en, pt or ru"},
		{nil, 2, "accepts 1 arg"},
	} {
		if r := cantilIn(t, folder, nil, append([]string{"new"}, test.args...)...); r.status != test.status || !strings.Contains(r.err, test.want) {
			t.Errorf("new %q: %d %s", test.args, r.status, r.err)
		}
	}
}

// TestFromAnEmptyFolder does what docs/command.md says, word for word but for the
// port: install, new, test, run; then sign in, and an edit that shows.
func TestFromAnEmptyFolder(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(root, "docs", "command.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "## From an empty folder\n\n```sh\n")
	commands, _, found := strings.Cut(section, "```")
	lines := strings.Split(strings.TrimSpace(commands), "\n")
	if !found || len(lines) != 5 || lines[4] != "cantil run" {
		t.Fatalf("the section is not what it was: %q", lines)
	}
	folder, bin := t.TempDir(), t.TempDir()
	env := append(cleanEnv(), append(modproxy.Env(t, root), "GOBIN="+bin, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"),
		"PASSWORD=a good password")...)
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-exc", strings.Join(lines[:4], "\n"))
	cmd.Dir, cmd.Env = folder, env
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	loja := filepath.Join(folder, "loja")
	p := startWith(t, filepath.Join(bin, "cantil"), loja, env)
	p.wait("serves")
	signIn(t, p.url)
	index := filepath.Join(loja, "templates", "index.html")
	text, err := os.ReadFile(index)
	if err != nil {
		t.Fatal(err)
	}
	write(t, "", index, strings.Replace(string(text), "Esta é a visita", "Visita número", 1))
	for began := time.Now(); time.Since(began) < limit; {
		if _, body := p.get("/"); strings.Contains(body, "Visita número") {
			return
		}
	}
	t.Error("the edit does not show")
}

// signIn signs in with the form.
func signIn(t *testing.T, site string) {
	t.Helper()
	jar, _ := cookiejar.New(nil)
	client := &http.Client{Jar: jar}
	text := func(answer *http.Response, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, _ := io.ReadAll(answer.Body)
		return string(body)
	}
	form := text(client.Get(site + "/login"))
	token := regexp.MustCompile(`name="csrf_token" value="([^"]+)"`).FindStringSubmatch(form)
	if token == nil {
		t.Fatalf("no token in %s", form)
	}
	got := text(client.PostForm(site+"/login", url.Values{"name": {"maria"}, "password": {"a good password"}, "csrf_token": {token[1]}}))
	if !strings.Contains(got, "Olá, maria!") {
		t.Errorf("after the login: %s", got)
	}
}
