package csrf

import (
	"cmp"
	"html/template"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/render"
	"github.com/cantil-go/cantil/render/jinja"
)

// templateToken is csrf_token in templates, a function.
func templateToken(c *cantil.Context) any { return func() string { return GenerateCSRF(c) } }

// templateMetaTag is csrf_meta_tag in templates, a function whose argument is the
// tag's name, MetaName unless given.
func templateMetaTag(c *cantil.Context) any {
	switch c.App().TemplateEngine.(type) {
	case nil, *render.Jinja:
		tag := func(name string) cantil.Markup { return cantil.Markup(metaTag(c, name)) }
		return jinja.Func("csrf_meta_tag", tag, jinja.P("name", ""))
	}
	return func(name ...string) template.HTML { return template.HTML(metaTag(c, append(name, "")[0])) }
}

func metaTag(c *cantil.Context, name string) string {
	name = cmp.Or(name, of(c).MetaName, defaultMeta)
	return `<meta name="` + string(cantil.Escape(name)) + `" content="` + string(cantil.Escape(GenerateCSRF(c))) + `">`
}
