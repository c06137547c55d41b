package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cantil-go/cantil/internal/gettext"
	"github.com/cantil-go/cantil/internal/testkit"
)

// TestCatalogs: each message of a .po file is translated, and is in the .mo file
// beside it. Their bytes are not compared: they name the version of Babel.
func TestCatalogs(t *testing.T) {
	for lang, forms := range map[string]int{"ru": 3, "en": 2} {
		folder := filepath.Join("translations", lang, "LC_MESSAGES")
		data, err := os.ReadFile(filepath.Join(folder, "messages.mo"))
		if err != nil {
			t.Fatal(err)
		}
		compiled, err := gettext.Read(data)
		if err != nil {
			t.Fatal(err)
		}
		translated := 1 // the header
		for id, texts := range entries(t, filepath.Join(folder, "messages.po")) {
			got := compiled.GetText(id)
			if len(texts) > 1 {
				got = compiled.NGetText(id, "", 1)
			}
			if got != texts[0] || slices.Contains(texts, "") || len(texts) > 1 && len(texts) != forms {
				t.Errorf("%s: %q is %q, want %q", lang, id, got, texts)
			}
			translated++
		}
		if got := compiled.Len(); got != translated {
			t.Errorf("%s: the .mo file has %d messages, the .po file %d", lang, got, translated)
		}
	}
}

var (
	entry  = regexp.MustCompile(`(?m)^msgid (".+")\n(?:msgid_plural ".+"\n)?((?:msgstr.*\n)+)`)
	msgstr = regexp.MustCompile(`(?m)^msgstr(?:\[\d\])? (".*")$`)
)

// entries are the messages of a .po file, with their translations.
func entries(t *testing.T, file string) map[string][]string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	unquote := func(quoted string) string {
		s, err := strconv.Unquote(quoted)
		if err != nil {
			t.Fatalf("%s: %s: %v", file, quoted, err)
		}
		return s
	}
	list := map[string][]string{}
	_, body, _ := strings.Cut(strings.ReplaceAll(string(text), "\"\n\"", ""), "\n\n") // without wrapped lines, and without the header
	for _, e := range entry.FindAllStringSubmatch(body+"\n", -1) {
		id := unquote(e[1])
		for _, s := range msgstr.FindAllStringSubmatch(e[2], -1) {
			list[id] = append(list[id], unquote(s[1]))
		}
	}
	return list
}

// TestCatalogsAreUpToDate: extracting the texts again changes nothing: every text
// of the templates and of both programs is in the catalogs, and no other.
func TestCatalogsAreUpToDate(t *testing.T) {
	if _, err := exec.LookPath("pybabel"); err != nil {
		testkit.Missing(t, "python3-babel")
	}
	for _, half := range []string{"app.py", "loja.go"} { // without it the other one says the same
		folder := t.TempDir()
		if err := os.CopyFS(folder, os.DirFS(".")); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(filepath.Join(folder, half)); err != nil {
			t.Fatal(err)
		}
		pybabel(t, folder, "extract", "-F", "babel.cfg", "-k", "GetText:2", "-k", "LazyGetText", "-k", "lazy_gettext", "-o", "messages.pot", ".")
		pybabel(t, folder, "update", "-N", "-i", "messages.pot", "-d", "translations")
		for _, lang := range []string{"ru", "en"} {
			file := filepath.Join("translations", lang, "LC_MESSAGES", "messages.po")
			before, after := entries(t, file), entries(t, filepath.Join(folder, file))
			for id := range before {
				if !slices.Equal(before[id], after[id]) {
					t.Errorf("without %s, %s has %q for %q, and not %q", half, file, after[id], id, before[id])
				}
			}
			if len(after) > len(before) {
				t.Errorf("%s has %d messages, and wants %d", file, len(before), len(after))
			}
		}
	}
}

func pybabel(t *testing.T, folder string, args ...string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "pybabel", args...)
	command.Dir = folder
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("pybabel %q: %v\n%s", args, err, out)
	}
}
