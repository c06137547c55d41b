package cantil

import (
	"fmt"
	"strings"

	"github.com/cantil-go/cantil/session/codec"
)

// Markup is text that is HTML already, markupsafe.Markup: templates and Escape
// leave it as it is, and it stays Markup through a session in a cookie.
type Markup = codec.Markup

// Map is the variables of a template, render_template(name, **map).
type Map map[string]any

// htmlEscaper writes the entities that MarkupSafe writes.
var htmlEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")

// Escape makes v safe to stand in HTML, markupsafe.escape(v). A value that has a
// method HTML() string, as Markup does, vouches for itself.
func Escape(v any) Markup {
	switch v := v.(type) {
	case interface{ HTML() string }:
		return Markup(v.HTML())
	case string:
		return Markup(htmlEscaper.Replace(v))
	}
	return Markup(htmlEscaper.Replace(fmt.Sprint(v)))
}
