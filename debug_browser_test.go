package cantil_test

import (
	"testing"
	"testing/fstest"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/internal/testkit"
	"github.com/cantil-go/cantil/internal/testkit/browser"
)

// TestDebugPageInABrowser: the page reads well at a desk and on a phone, without a
// scroll to the side; with CANTIL_SCREENSHOTS its pictures are kept, those of the
// documentation among them.
func TestDebugPageInABrowser(t *testing.T) {
	app := quiet()
	app.Debug, app.SecretKey = true, pageKey
	app.TemplateFS = fstest.MapFS{"carrinho.html": {Data: []byte("<h1>Carrinho</h1>\n<ul>\n{% for item in itens %}\n  <li>{{ item.nome.upper() }}: {{ item.preco / item.quantos }}</li>\n{% endfor %}\n</ul>\n")}}
	type produto = map[string]any
	app.Get("/carrinho")(func(c *cantil.Context) any {
		return c.RenderTemplate("carrinho.html", cantil.Map{"itens": []produto{{"nome": "Cantil", "preco": 90, "quantos": 0}}})
	})
	app.Get("/item/<int:id>", cantil.Endpoint("item"))(func(c *cantil.Context) any {
		c.Session().Set("usuario", "Maria")
		precos := []int{90, 40, 219}
		return cantil.Map{"preco": precos[c.ParamInt("id")]} // fails for ids that are not there
	})
	app.Post("/comprar")(func(*cantil.Context) any { return "" })
	site := testkit.Serve(t, app)
	for name, test := range map[string]struct{ path, shows string }{
		"debug_view":     {"/item/7?cor=verde", "index out of range [7] with length 3"},
		"debug_template": {"/carrinho", "carrinho.html:4"},
		"debug_404":      {"/carinho", "Rules that were tried"},
	} {
		b := browser.New(t)
		b.Open(site + test.path)
		b.Expect("body", test.shows)
		browser.Eval[any](b, `for (const place of document.querySelectorAll("small")) place.textContent = place.textContent.replace(/^.*\//, "")`)
		b.Screenshot(name)
		b.Phone()
		if browser.Eval[bool](b, "document.documentElement.scrollWidth > innerWidth") {
			t.Errorf("%s scrolls to the side on a phone", name)
		}
		b.Screenshot(name + "_phone")
	}
}
