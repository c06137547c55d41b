package babel_test

import (
	"fmt"
	"testing"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/babel"
)

func ExampleNewBabel() {
	app := cantil.New()
	babel.NewBabel(app,
		babel.TranslationFS(translations(&testing.T{})), // translations/<locale>/LC_MESSAGES/messages.mo
		babel.LocaleSelector(func(c *cantil.Context) string { return c.AcceptLanguages().BestMatch("pt_BR", "ru", "en") }))
	app.Get("/")(func(c *cantil.Context) any {
		return c.RenderTemplateString(`{% trans user="Ana" %}Hello {{ user }}!{% endtrans %} {{ 1234.5|currencyformat("BRL") }}`)
	})
	for _, header := range []string{"pt-BR,pt;q=0.9", "ru", "fr"} {
		r := app.TestClient().Get("/", cantil.RequestHeader("Accept-Language", header))
		fmt.Printf("%q\n", r.Body)
	}
	// Output:
	// "Olá, Ana! R$\u00a01.234,50"
	// "Привет, Ana! 1\u00a0234,50\u00a0R$"
	// "Hello Ana! R$1,234.50"
}

func ExampleNGetText() {
	app := cantil.New()
	babel.NewBabel(app, babel.TranslationFS(translations(&testing.T{})), babel.DefaultLocale("ru"))
	app.Get("/")(func(c *cantil.Context) any {
		return babel.NGetText(c, "%(num)s apple", "%(num)s apples", 3)
	})
	fmt.Printf("%s\n", app.TestClient().Get("/").Body)
	// Output: 3 яблока
}
