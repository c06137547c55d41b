// Package estilo is the stylesheet that the examples share. It is compiled in, so
// that an example finds it wherever its binary runs.
package estilo

import "embed"

// FS holds estilo.css: app.StaticFS = estilo.FS serves it at /static/estilo.css.
//
//go:embed estilo.css
var FS embed.FS
