package babel_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/babel"
)

// mo makes a .mo file of messages: the text, and the translation with \x00 between
// its forms.
func mo(t testing.TB, plural string, messages ...string) []byte {
	t.Helper()
	header := "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: " + plural + "\n"
	texts := append([]string{"", header}, messages...)
	n := uint32(len(texts) / 2)
	out := []uint32{0x950412de, 0, n, 28, 28 + 8*n, 0, 0}
	blob, at := "", 28+16*n
	for _, first := range []int{0, 1} {
		for i := first; i < len(texts); i += 2 {
			out = append(out, uint32(len(texts[i])), at+uint32(len(blob)))
			blob += texts[i] + "\x00"
		}
	}
	var file []byte
	for _, v := range out {
		file = append(file, byte(v), byte(v>>8), byte(v>>16), byte(v>>24))
	}
	return append(file, blob...)
}

const (
	twoForms = "nplurals=2; plural=n > 1;"
	russian  = "nplurals=3; plural=n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2;"
)

func translations(t testing.TB) fstest.MapFS {
	return fstest.MapFS{
		"translations/pt/LC_MESSAGES/messages.mo": {Data: mo(t, twoForms, "Hello", "Olá", "Hello %(user)s!", "Olá, %(user)s!",
			"%(num)s apple\x00%(num)s apples", "%(num)s maçã\x00%(num)s maçãs", "menu\x04Open", "Abrir", "Bye", "Tchau")},
		"translations/ru/LC_MESSAGES/messages.mo": {Data: mo(t, russian, "Hello", "Привет", "Hello %(user)s!", "Привет, %(user)s!",
			"%(num)s apple\x00%(num)s apples", "%(num)s яблоко\x00%(num)s яблока\x00%(num)s яблок", "basket\x04%(num)s apple\x00%(num)s apples", "в корзине %(num)s яблоко\x00в корзине %(num)s яблока\x00в корзине %(num)s яблок")},
		"translations/ru/LC_MESSAGES/shop.mo":     {Data: mo(t, russian, "Hello", "Заходите")},
		"more/pt/LC_MESSAGES/messages.mo":         {Data: mo(t, twoForms, "Bye", "Até logo")},
		"more/ru_RU/LC_MESSAGES/other.mo":         {Data: mo(t, russian, "Bye", "Пока")},
		"translations/pt/LC_MESSAGES/messages.po": {Data: []byte("not read")},
	}
}

// site is an application whose language is the argument lang.
func site(t testing.TB, options ...babel.Option) (*cantil.App, *babel.Babel) {
	app := cantil.New()
	app.SecretKey, app.Testing = "sua_chave_secreta", true
	app.Now = func() time.Time { return time.Date(2026, 7, 31, 15, 30, 0, 0, time.UTC) }
	b := babel.NewBabel(app, append([]babel.Option{
		babel.TranslationFS(translations(t)),
		babel.LocaleSelector(func(c *cantil.Context) string { return c.Args().Get("lang") }),
		babel.TimezoneSelector(func(c *cantil.Context) string { return c.Args().Get("tz") }),
	}, options...)...)
	return app, b
}

// show renders a view in a language.
func show(t testing.TB, app *cantil.App, path string) string {
	t.Helper()
	r := app.TestClient().Get(path)
	if r.Status != 200 {
		t.Fatalf("%s: %d %s", path, r.Status, r.Body)
	}
	return string(r.Body)
}

func TestGetText(t *testing.T) {
	app, _ := site(t)
	app.Get("/")(func(c *cantil.Context) any {
		return strings.Join([]string{
			babel.GetLocale(c).String(), babel.GetText(c, "Hello"), babel.GetText(c, "Hello %(user)s!", "user", "Ana"), babel.GetText(c, "100%% %(x)s"),
			babel.NGetText(c, "%(num)s apple", "%(num)s apples", 1), babel.NGetText(c, "%(num)s apple", "%(num)s apples", 2), babel.NGetText(c, "%(num)s apple", "%(num)s apples", 5),
			babel.PGetText(c, "menu", "Open"), babel.NPGetText(c, "basket", "%(num)s apple", "%(num)s apples", 3),
			babel.NGetText(c, "%(num)s apple", "%(num)s apples", 2, "num", "two"), babel.GetText(c, "none"),
			babel.LazyNGetText("%(num)s apple", "%(num)s apples", 21).Text(c),
		}, "|")
	})
	for lang, want := range map[string]string{
		"pt_BR":                 "pt_BR|Olá|Olá, Ana!|100%% %(x)s|1 maçã|2 maçãs|5 maçãs|Abrir|3 apples|two maçãs|none|21 maçãs",
		"ru":                    "ru|Привет|Привет, Ana!|100%% %(x)s|1 яблоко|2 яблока|5 яблок|Open|в корзине 3 яблока|two яблока|none|21 яблоко",
		"en":                    "en|Hello|Hello Ana!|100%% %(x)s|1 apple|2 apples|5 apples|Open|3 apples|two apples|none|21 apples",
		"":                      "en|Hello|Hello Ana!|100%% %(x)s|1 apple|2 apples|5 apples|Open|3 apples|two apples|none|21 apples",
		"../../etc":             "en|Hello|Hello Ana!|100%% %(x)s|1 apple|2 apples|5 apples|Open|3 apples|two apples|none|21 apples",
		"xx":                    "xx|Hello|Hello Ana!|100%% %(x)s|1 apple|2 apples|5 apples|Open|3 apples|two apples|none|21 apples",
		strings.Repeat("a", 99): "en|Hello|Hello Ana!|100%% %(x)s|1 apple|2 apples|5 apples|Open|3 apples|two apples|none|21 apples",
	} {
		if got := show(t, app, "/?lang="+lang); got != want {
			t.Errorf("%q: %s\nwant %s", lang, got, want)
		}
	}
}

func TestTemplates(t *testing.T) {
	app, _ := site(t)
	greeting := babel.LazyGetText("Hello %(user)s!", "user", "<b>Ana</b>")
	for path, c := range map[string][2]string{
		"/?lang=pt_BR":                        {`{% trans %}Hello{% endtrans %} {{ _("Hello %(user)s!", user="<i>") }} {{ pgettext("menu", "Open") }}`, "Olá Olá, &lt;i&gt;! Abrir"},
		"/?lang=ru":                           {`{% trans num=n %}{{ num }} apple{% pluralize %}{{ num }} apples{% endtrans %}`, "3 яблока"},
		"/?lang=ru&x":                         {`{{ npgettext("basket", "%(num)s apple", "%(num)s apples", 5) }} {{ ngettext("%(num)s apple", "%(num)s apples", 1) }}`, "в корзине 5 яблок 1 яблоко"},
		"/?lang=pt&lazy":                      {`{{ lazy }} {{ lazy|upper }}`, "Olá, &lt;b&gt;Ana&lt;/b&gt;! OLÁ, &lt;B&gt;ANA&lt;/B&gt;!"},
		"/?lang=en":                           {`{{ lazy }}`, "Hello &lt;b&gt;Ana&lt;/b&gt;!"},
		"/?lang=pt_BR&tz=America/Sao_Paulo":   {`{{ when|datetimeformat }} {{ when|dateformat("full") }} {{ when|timeformat("short") }}`, "31 de jul. de 2026 12:30:00 sexta-feira, 31 de julho de 2026 12:30"},
		"/?lang=ru&tz=Europe/Moscow":          {`{{ when|datetimeformat("short", rebase=false) }} {{ when|timeformat(format="HH:mm z") }}`, "31.07.2026, 15:30 18:30 +0300"},
		"/?lang=de":                           {`{{ 1234.5|numberformat }} {{ 1234.5|currencyformat("EUR") }} {{ 0.25|percentformat }} {{ 1234.5|decimalformat("0.00") }} {{ 12345|scientificformat }}`, "1.234,5 1.234,50\u00a0€ 25\u00a0% 1234,50 1,2345E4"},
		"/?lang=pt_BR&d":                      {`{{ three|timedeltaformat }} {{ when|timedeltaformat(granularity="day") }} {{ three|timedeltaformat(add_direction=true) }}`, "3 horas 0 dia em 3 horas"},
		"/?lang=en&tz=Nowhere/City":           {`{{ none|timeformat("HH:mm zzzz") }}`, "15:30 Coordinated Universal Time"},
		"/?lang=en&tz=../../../../etc/passwd": {`{{ when|timeformat("z") }}`, "UTC"},
	} {
		app2, _ := site(t)
		app2.Get("/")(func(ctx *cantil.Context) any {
			return ctx.RenderTemplateString(c[0], cantil.Map{"n": 3, "lazy": greeting, "three": 3 * time.Hour, "when": app.Now()})
		})
		if got := show(t, app2, path); got != c[1] {
			t.Errorf("%s %s\n got %s\nwant %s", path, c[0], got, c[1])
		}
	}
}

// TestLazyVariable: a lazy text that is a variable of another speaks the language
// of the request, in Go, in a template and in a lazy text.
func TestLazyVariable(t *testing.T) {
	app, _ := site(t)
	name := babel.LazyGetText("Hello")
	lazy := babel.LazyGetText("Hello %(user)s!", "user", name)
	app.Get("/")(func(c *cantil.Context) any {
		return c.RenderTemplateString(`{{ go }} {{ _("Hello %(user)s!", user=name) }} {% trans user=name %}Hello {{ user }}!{% endtrans %} {{ lazy }} {{ text }}`,
			cantil.Map{"go": babel.GetText(c, "Hello %(user)s!", "user", name), "name": name, "lazy": lazy, "text": lazy.Text(c)})
	})
	for lang, want := range map[string]string{"pt": "Olá, Olá!", "ru": "Привет, Привет!", "en": "Hello Hello!"} {
		if got := show(t, app, "/?lang="+lang); got != strings.TrimSpace(strings.Repeat(want+" ", 5)) {
			t.Errorf("%s: %s", lang, got)
		}
	}
	if got := lazy.String(); got != "Hello Hello!" {
		t.Errorf("without a request: %s", got)
	}
}

// TestImportedMacro: a macro imported without the context speaks the language of
// the request too.
func TestImportedMacro(t *testing.T) {
	app, _ := site(t)
	app.TemplateFolder = "."
	app.TemplateFS = fstest.MapFS{
		"m.html": {Data: []byte(`{% macro hi(user) %}{% trans %}Hello {{ user }}!{% endtrans %} {{ 1.5|numberformat }}{% endmacro %}`)},
		"p.html": {Data: []byte(`{% from "m.html" import hi %}{{ hi("<x>") }}`)},
	}
	app.Get("/")(func(c *cantil.Context) any { return c.RenderTemplate("p.html") })
	if got := show(t, app, "/?lang=pt"); got != "Olá, &lt;x&gt;! 1,5" {
		t.Error(got)
	}
}

func TestForceLocaleAndRefresh(t *testing.T) {
	lang, asked := "pt", 0
	app, _ := site(t, babel.LocaleSelector(func(*cantil.Context) string { asked++; return lang }))
	app.Get("/")(func(c *cantil.Context) any {
		out := babel.GetText(c, "Hello")
		babel.ForceLocale(c, "ru", func() {
			out += babel.GetText(c, "Hello") + babel.FormatNumber(c, 1.5)
			babel.ForceLocale(c, "en", func() { out += babel.GetText(c, "Hello") + babel.FormatNumber(c, 1.5) })
			babel.Refresh(c)
			out += babel.GetText(c, "Hello")
		})
		out += babel.GetText(c, "Hello") + babel.FormatNumber(c, 1.5)
		lang = "ru"
		out += babel.GetText(c, "Hello")
		babel.Refresh(c)
		return out + babel.GetText(c, "Hello")
	})
	if got, want := show(t, app, "/"), "OláПривет1,5Hello1.5ПриветOlá1,5OláПривет"; got != want || asked != 2 {
		t.Errorf("%s, want %s; the selector was asked %d times", got, want, asked)
	}
}

// TestForceLocaleKeepsTheDomain: what as_default says in it stays, as in Flask-Babel.
func TestForceLocaleKeepsTheDomain(t *testing.T) {
	shop := babel.NewDomain("shop")
	app, _ := site(t, babel.LocaleSelector(func(*cantil.Context) string { return "ru" }))
	app.Get("/")(func(c *cantil.Context) any {
		out := babel.GetText(c, "Hello")
		babel.ForceLocale(c, "pt", func() { shop.AsDefault(c) })
		return out + "|" + babel.GetText(c, "Hello")
	})
	if got := show(t, app, "/"); got != "Привет|Заходите" {
		t.Error(got)
	}
}

func TestDomainsAndDirectories(t *testing.T) {
	shop := babel.NewDomain("shop")
	for _, c := range []struct {
		domain, dirs, lang, want string
	}{
		{"messages", "translations;more", "pt", "Até logo|Olá|Hello"},
		{"messages;other", "translations;more", "ru_RU", "Пока|Привет|Заходите"},
		{"messages", "translations", "pt", "Tchau|Olá|Hello"},
		{"messages", "more;translations", "pt", "Tchau|Olá|Hello"},
		{"shop", "translations", "ru", "Bye|Заходите|Заходите"},
		{"messages", "nowhere", "ru", "Bye|Hello|Hello"},
	} {
		app, _ := site(t, babel.TranslationDirectories(c.dirs), babel.DefaultDomain(c.domain))
		app.Get("/")(func(x *cantil.Context) any {
			out := babel.GetText(x, "Bye") + "|" + babel.GetText(x, "Hello") + "|"
			one := shop.GetText(x, "Hello")
			shop.AsDefault(x)
			if two := babel.GetText(x, "Hello"); one != two {
				return one + " and " + two
			}
			return out + one
		})
		if got := show(t, app, "/?lang="+c.lang); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

// TestConfiguration: the keys of the environment, whichever comes first.
func TestConfiguration(t *testing.T) {
	for name, value := range map[string]string{"DEFAULT_LOCALE": "ru", "DEFAULT_TIMEZONE": "Europe/Moscow", "DOMAIN": "shop", "TRANSLATION_DIRECTORIES": "translations;more"} {
		t.Setenv("FLASK_BABEL_"+name, value)
	}
	for _, first := range []bool{true, false} {
		app := cantil.New()
		if first {
			app.LoadEnv("FLASK")
		}
		b := babel.NewBabel(app, babel.TranslationFS(translations(t)))
		if !first {
			app.LoadEnv("FLASK")
		}
		app.Get("/")(func(c *cantil.Context) any {
			return babel.GetText(c, "Hello") + " " + babel.FormatTime(c, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), "short") + " " + fmt.Sprint(b.ListTranslations())
		})
		if got := show(t, app, "/"); got != "Заходите 06:04 [pt ru ru_RU]" {
			t.Error(first, got)
		}
	}
}

// TestBrokenCatalog: the application does not start, and says which file it is.
func TestBrokenCatalog(t *testing.T) {
	good := mo(t, twoForms, "a", "b")
	for name, data := range map[string][]byte{"cut": good[:len(good)-3], "text": []byte("msgid \"a\""), "plural": mo(t, "nplurals=2; plural=system();", "a", "b"), "empty": {}} {
		dir := t.TempDir()
		file := filepath.Join(dir, "pt", "LC_MESSAGES", "messages.mo")
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, data, 0o644); err != nil {
			t.Fatal(err)
		}
		app := cantil.New()
		babel.NewBabel(app, babel.TranslationDirectories(dir))
		problem := starting(app)
		if !strings.Contains(problem, "pt/LC_MESSAGES/messages.mo") || !strings.Contains(problem, dir) || !strings.Contains(problem, "gettext: ") {
			t.Errorf("%s: %q", name, problem)
		}
	}
	for want, option := range map[string]babel.Option{"xx is not known": babel.DefaultLocale("xx"), "time zone": babel.DefaultTimezone("Mars/Base")} {
		app := cantil.New()
		babel.NewBabel(app, option)
		if problem := starting(app); !strings.Contains(problem, want) {
			t.Errorf("%s: %q", want, problem)
		}
	}
}

// starting gives what an application panics with at its start.
func starting(app *cantil.App) (problem string) {
	defer func() {
		if r := recover(); r != nil {
			problem = fmt.Sprint(r)
		}
	}()
	app.Handler()
	return ""
}

// TestLookupAllocatesNothing: a message without variables costs no allocation, in
// Go and in a template.
func TestLookupAllocatesNothing(t *testing.T) {
	app, _ := site(t)
	app.Get("/")(func(c *cantil.Context) any {
		babel.GetText(c, "Hello")
		return fmt.Sprint(testing.AllocsPerRun(100, func() { babel.GetText(c, "Hello"); babel.PGetText(c, "menu", "Open") }))
	})
	if got := show(t, app, "/?lang=pt"); got != "0" {
		t.Errorf("%s allocations", got)
	}
}

// TestUntranslated: outside of an application with languages there is a panic that
// says what to do.
func TestUntranslated(t *testing.T) {
	app := cantil.New()
	app.Testing = true
	problem := ""
	app.Get("/")(func(c *cantil.Context) (answer any) {
		defer func() { problem = fmt.Sprint(recover()); answer = "" }()
		return babel.GetText(c, "Hello")
	})
	app.TestClient().Get("/")
	if !strings.Contains(problem, "babel.NewBabel(app)") {
		t.Error(problem)
	}
}
