package jinja

import (
	"html"
	"strings"
	"testing"

	"github.com/cantil-go/cantil/internal/gettext"
)

// TestTransAllocatesNothing: a text without variables is looked up and written
// without an allocation.
func TestTransAllocatesNothing(t *testing.T) {
	catalog, err := gettext.New(map[string][]string{"Hello": {"Olá"}, "menu\x04Open": {"Abrir"}}, "")
	if err != nil {
		t.Fatal(err)
	}
	env := New(Map{"a.html": `{% trans %}Hello{% endtrans %} {{ _("Hello") }} {% trans "menu" %}Open{% endtrans %} {{ gettext("none") }}`})
	env.AddExtension(I18n{Newstyle: true, Translations: catalog})
	page, err := env.Get("a.html")
	if err != nil {
		t.Fatal(err)
	}
	buf, err := page.Append(nil, nil)
	if string(buf) != "Olá Olá Abrir none" || err != nil {
		t.Fatalf("%q, %v", buf, err)
	}
	if n := testing.AllocsPerRun(200, func() { buf, _ = page.Append(buf[:0], nil) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// FuzzTranslationLeaksNoHTML: whatever a variable or an untranslated message of
// the visitor holds, no markup of it is on the page.
func FuzzTranslationLeaksNoHTML(f *testing.F) {
	f.Add("<script>alert(1)</script>", "Hello")
	f.Add("%(x)s<b>", "%(name)s")
	f.Add("&lt;<i>", "a%%b")
	f.Add("<", "<b>%(name)s</b>")
	const source = `{% trans name=v %}Hi {{ name }}{% endtrans %}|{% trans count=2, name=v %}{{ name }}{% pluralize %}{{ count }} {{ name }}{% endtrans %}` +
		`|{{ _(v) }}|{{ _("Hi %(name)s", name=v) }}|{{ pgettext(v, v) }}|{{ ngettext(v, v, 2) }}|{{ npgettext("c", v, v, 1) }}|{% trans %}{{ v }}{% endtrans %}` +
		`|{{ [v]|map("trim")|map("lower")|first }}|{% set f = gettext %}{{ f(v) }}|{{ pgettext("c", _(v)) if false else "" }}`
	f.Fuzz(func(t *testing.T, v, translation string) {
		if strings.ContainsAny(translation, "<>") {
			return // the translator's own HTML
		}
		catalog, _ := gettext.New(map[string][]string{"Hi %(name)s": {translation}}, "")
		for _, newstyle := range []bool{true, false} {
			env := New(nil)
			env.Limits = Limits{Depth: 50, Steps: 10_000, Output: 1 << 16}
			env.AddExtension(I18n{Newstyle: newstyle, Translations: catalog})
			for _, part := range strings.Split(source, "|{{") {
				if part = strings.TrimPrefix(part, "{{"); !strings.HasPrefix(part, "{%") {
					part = "{{" + part
				}
				tmpl, err := env.FromString(part)
				if err != nil {
					continue
				}
				out, err := tmpl.Append(nil, map[string]any{"v": v})
				if err == nil && strings.ContainsAny(string(out), "<>") {
					t.Errorf("%s with %q and %q: %s (%s)", part, v, translation, out, html.UnescapeString(string(out)))
				}
			}
		}
	})
}
