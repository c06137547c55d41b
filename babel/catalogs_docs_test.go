package babel_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/babel"
	"github.com/cantil-go/cantil/internal/testkit"
)

// TestDocumentedCommands: the commands of docs/translations.md, word for word,
// take the texts out of a template and of Go, and make catalogs that are read.
func TestDocumentedCommands(t *testing.T) {
	if _, err := exec.LookPath("pybabel"); err != nil {
		testkit.Missing(t, "python3-babel")
	}
	page, err := os.ReadFile("../docs/translations.md")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		name = filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	blocks := regexp.MustCompile("(?s)```(ini|sh)\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(blocks) != 5 || blocks[0][1] != "ini" {
		t.Fatalf("%d blocks: the page is not what it was", len(blocks))
	}
	write("babel.cfg", blocks[0][2])
	write("templates/page.html", `{{ _("Hello") }} {% trans n=2 %}{{ n }} apple{% pluralize %}{{ n }} apples{% endtrans %}`)
	write("app.py", `title = lazy_gettext("Title")`)
	write("main.go", `package main
		var title = babel.LazyGetText("Shop") // a 'quote' alone: don't stumble
		func view(c *cantil.Context) any { return babel.GetText(c, "Bye, %(name)s", "name", 'x') +
			babel.NGetText(c, "%(num)s pear", "%(num)s pears", 2) + babel.PGetText(c, "menu", "Open") + "`+"`raw`"+`" }`)
	shell := func(commands string) string {
		t.Helper()
		command := exec.CommandContext(t.Context(), "sh", "-ec", commands)
		command.Dir = folder
		out, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", commands, err, out)
		}
		return string(out)
	}
	for i, block := range blocks[1:] {
		out := shell(block[2])
		if i == 1 { // the translator's part
			catalog := filepath.Join(folder, "translations", "ru", "LC_MESSAGES", "messages.po")
			text, err := os.ReadFile(catalog)
			if err != nil {
				t.Fatal(err)
			}
			translated := regexp.MustCompile(`(?m)^msgid "(.+)"\nmsgstr ""`).ReplaceAllString(string(text), "msgid \"$1\"\nmsgstr \"ru: $1\"")
			translated = regexp.MustCompile(`(?m)^msgstr\[(\d)\] ""`).ReplaceAllString(translated, `msgstr[$1] "form $1"`)
			write("translations/ru/LC_MESSAGES/messages.po", translated)
		}
		if i == 3 && !strings.Contains(out, "7 of 7 messages (100%) translated") {
			t.Errorf("compile said %s", out)
		}
	}
	app := cantil.New()
	babel.NewBabel(app, babel.DefaultLocale("ru"), babel.TranslationFS(os.DirFS(folder)))
	app.Get("/")(func(c *cantil.Context) any {
		return strings.Join([]string{babel.GetText(c, "Hello"), babel.GetText(c, "Title"), babel.GetText(c, "Shop"),
			babel.GetText(c, "Bye, %(name)s", "name", "x"), babel.NGetText(c, "%(num)s pear", "%(num)s pears", 5),
			babel.PGetText(c, "menu", "Open")}, "|")
	})
	const want = "ru: Hello|ru: Title|ru: Shop|ru: Bye, x|form 2|ru: Open"
	if got := app.TestClient().Get("/").Text(); got != want {
		t.Errorf("the catalogs say %q, want %q", got, want)
	}
}
