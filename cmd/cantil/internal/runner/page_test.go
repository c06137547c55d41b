package runner

import (
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPageShowsNoPassword: neither of the lines of the source nor of what the
// compiler says of them, to a browser or to curl.
func TestPageShowsNoPassword(t *testing.T) {
	file := filepath.Join(t.TempDir(), "main.go")
	const line = `var db int = "postgres://u:geheim@db/x"`
	if err := os.WriteFile(file, []byte("package main\n\n"+line+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	p := explainBuild(file+":3:14: cannot use \"postgres://u:geheim@db/x\" as int value\n", errors.New("exit status 1"))
	if !strings.Contains(p.terminal(false), line) {
		t.Fatalf("the terminal lacks the line:\n%s", p.terminal(false))
	}
	for _, accept := range []string{"text/html", "*/*"} {
		r := httptest.NewRequest("GET", "http://localhost:5000/", nil)
		r.RemoteAddr = "127.0.0.1:1"
		r.Header.Set("Accept", accept)
		w := httptest.NewRecorder()
		p.page().ServeHTTP(w, r)
		if body := w.Body.String(); !strings.Contains(body, "postgres://u:") || strings.Contains(body, "geheim") {
			t.Errorf("for %s:\n%s", accept, body)
		}
	}
	if !strings.Contains(p.terminal(false), line) {
		t.Error("the terminal's text is masked too")
	}
}
