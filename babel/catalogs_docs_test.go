package babel_test

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/babel"
	"github.com/cantil-go/cantil/internal/testkit"
	"github.com/cantil-go/cantil/internal/testkit/flask"
)

// goSource has what a reader of JavaScript could stumble over: quotes in runes and
// comments, `<` before a text, divisions, a call before the message.
const goSource = `package main

var title = babel.LazyGetText("Shop") // a 'quote' alone: don't stumble

func view(c *cantil.Context) any {
	double, single := '"', '\''
	for i := 0; i<len("a b"); i++ {
		received := <-from("a b", single) / i / len("c")
	}
	c.Flash(babel.GetText(c, "A \"quote\",\ta tab and \u00e9"))
	c.Flash(babel.GetText(c, "In two "+
		"lines"))
	c.Flash(babel.GetText(at(c, "not this", map[string]int{"nor": 1}), ` + "`In back quotes`" + `))
	return babel.GetText(c, "Bye, %(name)s", "name", 'x') + strings.Replace("/", "//", "neither", 1) +
		babel.NGetText(c, "%(num)s pear", "%(num)s pears", 2) + babel.PGetText(c, "menu", "Open") + "` + "`raw`" + `" + babel.GetText(c, "Last")
}
`

// pythonSource is the Flask half: it says the same.
const pythonSource = `
from flask import Flask
from flask_babel import Babel, gettext, lazy_gettext, ngettext, pgettext

app = Flask(__name__)
Babel(app, default_locale="ru")
title = lazy_gettext("Title")

@app.get("/")
def view():
    return "|".join([gettext("Hello"), str(title), gettext("Shop"), gettext("Bye, %(name)s", name="x"),
                     ngettext("%(num)s pear", "%(num)s pears", 5), pgettext("menu", "Open"), gettext("More"),
                     gettext("A \"quote\",\ta tab and é"), gettext("In two lines"), gettext("In back quotes"), gettext("Last")])
`

// TestDocumentedCommands: the commands of docs/translations.md, word for word,
// take the texts out of templates, Go and Python, and make catalogs that Cantil and
// Flask-Babel read alike.
func TestDocumentedCommands(t *testing.T) {
	if _, err := exec.LookPath("pybabel"); err != nil {
		testkit.Missing(t, "python3-babel")
	}
	page, err := os.ReadFile("../docs/translations.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```(ini|sh)\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(blocks) != 5 || blocks[0][1] != "ini" {
		t.Fatalf("%d blocks: the page is not what it was", len(blocks))
	}
	folder := t.TempDir()
	for name, text := range map[string]string{
		"babel.cfg": blocks[0][2], "main.go": goSource, "app.py": pythonSource, "shop/templates/more.html": `{{ _("More") }}`,
		"templates/page.html": `{{ _("Hello") }} {% trans n=2 %}{{ n }} apple{% pluralize %}{{ n }} apples{% endtrans %}`,
	} {
		write(t, folder, name, text)
	}
	for i, block := range blocks[1:] {
		out := shell(t, folder, block[2])
		if i == 1 { // after init it is the translator's turn
			translate(t, folder)
		}
		if i == 3 && !strings.Contains(out, "12 of 12 messages (100%) translated") {
			t.Errorf("compile said %s", out)
		}
	}
	app := cantil.New()
	babel.NewBabel(app, babel.DefaultLocale("ru"), babel.TranslationFS(os.DirFS(folder)))
	app.Get("/")(func(c *cantil.Context) any {
		return strings.Join([]string{babel.GetText(c, "Hello"), babel.GetText(c, "Title"), babel.GetText(c, "Shop"),
			babel.GetText(c, "Bye, %(name)s", "name", "x"), babel.NGetText(c, "%(num)s pear", "%(num)s pears", 5),
			babel.PGetText(c, "menu", "Open"), babel.GetText(c, "More"), babel.GetText(c, "A \"quote\",\ta tab and é"),
			babel.GetText(c, "In two lines"), babel.GetText(c, "In back quotes"), babel.GetText(c, "Last")}, "|")
	})
	const want = "ru: Hello|ru: Title|ru: Shop|ru: Bye, x|form 2|ru: Open|ru: More|ru: A \"quote\",\ta tab and é|" +
		"ru: In two lines|ru: In back quotes|ru: Last"
	if got := app.TestClient().Get("/").Text(); got != want {
		t.Errorf("the catalogs say %q, want %q", got, want)
	}
	if got := get(t, flask.Run(t, filepath.Join(folder, "app.py"), "flask_babel")); got != want {
		t.Errorf("in Flask they say %q, want %q", got, want)
	}
}

// translate fills the Russian catalog.
func translate(t *testing.T, folder string) {
	t.Helper()
	const catalog = "translations/ru/LC_MESSAGES/messages.po"
	text, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(catalog)))
	if err != nil {
		t.Fatal(err)
	}
	translated := regexp.MustCompile(`(?m)^msgid "(.+)"\nmsgstr ""`).ReplaceAllString(string(text), "msgid \"$1\"\nmsgstr \"ru: $1\"")
	translated = regexp.MustCompile(`(?m)^msgstr\[(\d)\] ""`).ReplaceAllString(translated, `msgstr[$1] "form $1"`)
	write(t, folder, catalog, translated)
}

// shell runs commands of the page in a folder.
func shell(t *testing.T, folder, commands string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "sh", "-ec", commands)
	command.Dir = folder
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", commands, err, out)
	}
	return string(out)
}

func write(t *testing.T, folder, name, text string) {
	t.Helper()
	name = filepath.Join(folder, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
