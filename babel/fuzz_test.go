package babel_test

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/babel"
)

// untrusted are templates without markup of their own, for a value v and lazy
// texts that hold it.
var untrusted = []string{
	`{{ text }} {{ lazy }} {{ twice }} {{ own }}`, `{{ _(v) }}`, `{{ _("Hello %(user)s!", user=v) }}`, `{{ _("Hello %(user)s!", user=lazy) }}`,
	`{% trans user=twice %}Hello {{ user }}!{% endtrans %}`, `{% trans num=3, v=lazy %}{{ num }} {{ v }}{% pluralize %}{{ num }} {{ v }}s{% endtrans %}`,
	`{{ lazy|upper }} {{ lazy ~ v }}`, `{{ [lazy, v]|join(" ") }}`, `{{ "%s"|format(lazy) }} {{ lazy|trim|replace("a", lazy) }}`,
	`{{ ("%s"|e) % lazy }} {{ ("%s"|e)|format(lazy) }} {{ "a"|replace("a", lazy) }}`,
}

// FuzzNoHTMLOfVariables: whatever a visitor wrote, as a message or as the variable
// of one, lazy or not, no markup of it is on the page.
func FuzzNoHTMLOfVariables(f *testing.F) {
	for _, v := range []string{"<script>", "%(user)s<b>", "%(x)s", "%%<", "&lt;<i>", "Hello", "\x00<"} {
		f.Add(v)
	}
	app, _ := site(f)
	app.Testing, app.Logger = false, slog.New(slog.DiscardHandler) // a value with a % may be an error
	v, source := "", ""
	app.Get("/")(func(c *cantil.Context) any {
		lazy := babel.LazyGetText("Hello %(user)s!", "user", v)
		return c.RenderTemplateString(source, cantil.Map{
			"v": v, "text": babel.GetText(c, "Hello %(user)s!", "user", v), "lazy": lazy,
			"twice": babel.LazyNGetText("%(num)s apple", "%(num)s apples", 2, "num", lazy), "own": babel.LazyPGetText(v, v),
		})
	})
	client := app.TestClient()
	f.Fuzz(func(t *testing.T, value string) {
		if v = value; v == "" {
			return // the empty message is the catalog's header, as in Python
		}
		for _, source = range untrusted {
			r := client.Get("/?lang=pt")
			if r.Status == 200 && strings.ContainsAny(r.Text(), "<>") {
				t.Errorf("%s with %q: %s", source, v, r.Body)
			}
			if r.Status != 200 && !strings.ContainsRune(v, '%') {
				t.Errorf("%s with %q: %d", source, v, r.Status)
			}
		}
	})
}
