package main

import (
	"cmp"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/babel"
	"github.com/cantil-go/cantil/render/jinja"
	"github.com/cantil-go/cantil/session"
)

// idiomas são os da loja. O português é o dos próprios textos; os outros estão em
// translations.
var idiomas = jinja.NewDict("pt", "Português", "ru", "Русский", "en", "English")

// idioma é o que o visitante escolheu ou, antes disso, o do navegador.
func idioma(c *cantil.Context) string {
	escolhido, _ := session.Value[string](c.Session(), "idioma")
	return cmp.Or(escolhido, c.AcceptLanguages().BestMatch("pt", "ru", "en"))
}

func dosIdiomas(c *cantil.Context) cantil.Map {
	return cantil.Map{"idioma": babel.GetLocale(c).String(), "idiomas": idiomas}
}

func escolher(c *cantil.Context) any {
	if _, existe := idiomas.Lookup(c.Form().Must("idioma")); existe {
		c.Session().Set("idioma", c.Form().Must("idioma"))
	}
	return c.Redirect(c.URLFor("loja"))
}
