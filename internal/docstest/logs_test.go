package docstest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestLogLines: the first column of each table of the troubleshooting pages, and
// what else they quote from the log, are texts of the code.
func TestLogLines(t *testing.T) {
	var code strings.Builder
	for _, pattern := range []string{"*.go", "session/*.go", "session/itsdangerous/*.go"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if text, err := os.ReadFile(file); err == nil && !strings.HasSuffix(file, "_test.go") {
				code.Write(text)
			}
		}
	}
	quoted := regexp.MustCompile("(?m)^(?:\\| )?`([^`]+)`")
	var english []string
	for _, page := range []string{"docs/troubleshooting.md", "docs/pt/troubleshooting.md"} {
		var lines []string
		for _, line := range quoted.FindAllStringSubmatch(read(t, page), -1) {
			if line[1] == "error" {
				continue
			}
			lines = append(lines, line[1])
			if !strings.Contains(code.String(), line[1]) {
				t.Errorf("%s: nothing logs %q", page, line[1])
			}
		}
		if english == nil {
			english = lines
		}
		if len(lines) < 15 || !slices.Equal(lines, english) {
			t.Errorf("%s quotes %q", page, lines)
		}
	}
}
