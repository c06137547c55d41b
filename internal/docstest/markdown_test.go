package docstest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// root is the checkout.
const root = "../.."

// block is a fenced block of a page.
type block struct {
	language string
	text     string
	file     string // the name that the comment before it gives: <!-- file: main.go -->
	kind     string // what the comment before it says of Go: <!-- go: body -->, statements of a function; <!-- go: file -->, declarations
	notRun   bool   // the comment before it says why: <!-- not run: it needs your site -->
	from     string // the file that the comment before it gives: <!-- from: examples/maria/main.go -->
	line     int
}

var (
	fileComment = regexp.MustCompile(`^<!-- file: (\S+) -->$`)
	kindComment = regexp.MustCompile(`^<!-- go: (body|file) -->$`)
	fromComment = regexp.MustCompile(`^<!-- from: (\S+) -->$`)
)

// blocks are the fenced blocks of a page, in order.
func blocks(t *testing.T, page string) []block {
	t.Helper()
	var all []block
	var open *block
	before := ""
	number := 0
	for line := range strings.Lines(read(t, page)) {
		number++
		line = strings.TrimSuffix(line, "\n")
		switch {
		case open != nil && line == "```":
			all = append(all, *open)
			open = nil
		case open != nil:
			open.text += line + "\n"
		case strings.HasPrefix(line, "```"):
			open = &block{language: strings.TrimPrefix(line, "```"), line: number}
			if kind := kindComment.FindStringSubmatch(before); kind != nil {
				open.kind = kind[1]
			}
			open.notRun = strings.HasPrefix(before, "<!-- not run: ")
			if name := fileComment.FindStringSubmatch(before); name != nil {
				open.file = name[1]
			}
			if name := fromComment.FindStringSubmatch(before); name != nil {
				open.from = name[1]
			}
		}
		if line != "" {
			before = line
		}
	}
	if open != nil {
		t.Errorf("%s:%d: the block has no end", page, open.line)
	}
	return all
}

// headings are the levels of a page's headings, "#" and the like.
func headings(t *testing.T, page string) []string {
	t.Helper()
	var levels []string
	fenced := false
	for line := range strings.Lines(read(t, page)) {
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
		}
		if level, _, ok := strings.Cut(line, " "); ok && !fenced && level != "" && strings.Trim(level, "#") == "" {
			levels = append(levels, level)
		}
	}
	return levels
}

// tableRows is how many rows the tables of a page have together.
func tableRows(t *testing.T, page string) (n int) {
	t.Helper()
	for line := range strings.Lines(read(t, page)) {
		if strings.HasPrefix(line, "| ") {
			n++
		}
	}
	return n
}

func read(t *testing.T, page string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, page))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// pages are the documentation's, the READMEs among them.
func pages(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, pattern := range []string{"README*.md", "docs/*.md", "docs/*/*.md", "examples/*.md", "examples/*/*.md"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range found {
			name, err := filepath.Rel(root, file)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, filepath.ToSlash(name))
		}
	}
	return all
}
