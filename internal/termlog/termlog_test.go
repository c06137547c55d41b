package termlog_test

import (
	"bytes"
	"errors"
	"log/slog"
	"regexp"
	"strings"
	"testing"

	"github.com/cantil-go/cantil/internal/termlog"
)

func TestHandler(t *testing.T) {
	var b bytes.Buffer
	log := slog.New(termlog.New(&b)).With("a", 1).WithGroup("g")
	log.Debug("not shown")
	log.Info("GET /\x1b[31m", "b", "two words", "in", slog.GroupValue(slog.Int("c", 3)), "empty", "")
	log.Error("exception", "error", errors.New("x"), "stack", "main.go:1 main.f\nmain.go:2 main\x1b.g")
	plain := regexp.MustCompile("\x1b\\[[0-9]+m").ReplaceAllString(b.String(), "")
	lines := strings.Split(plain, "\n")
	for i, want := range []string{
		"INFO  GET /\uFFFD[31m a=1 g.b=\"two words\" g.in.c=3 g.empty=\"\"",
		"ERROR exception a=1 g.error=x", "      main.go:1 main.f", "      main.go:2 main\uFFFD.g", "",
	} {
		if i >= len(lines) || !strings.HasSuffix(lines[i], want) {
			t.Errorf("line %d of %q, want %q", i, lines, want)
		}
	}
}
