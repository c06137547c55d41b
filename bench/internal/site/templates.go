package site

import (
	"embed"
	"io/fs"
)

//go:embed templates
var files embed.FS

// Templates returns the templates in one language: "html" is html/template's,
// "jinja" Jinja's.
func Templates(language string) fs.FS {
	sub, err := fs.Sub(files, "templates/"+language)
	if err != nil {
		panic(err) // the folder is in the binary
	}
	return sub
}
