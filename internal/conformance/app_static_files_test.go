package conformance

import (
	"path/filepath"
	"time"

	"github.com/cantil-go/cantil"
)

func staticFiles() *cantil.App {
	app := cantil.New()
	texto := func() string { return filepath.Join(app.StaticFolder, "texto.txt") }

	app.Route("/download")(func(c *cantil.Context) any {
		return c.SendFile(texto(), cantil.SendFileOptions{AsAttachment: true})
	})

	app.Route("/download-name")(func(c *cantil.Context) any {
		return c.SendFile(texto(), cantil.SendFileOptions{AsAttachment: true, DownloadName: "relatório é.txt"})
	})

	app.Route("/dir/<path:name>")(func(c *cantil.Context) any {
		return c.SendFromDirectory(filepath.Join(app.StaticFolder, "sub"), c.Param("name"))
	})

	app.Route("/max-age")(func(c *cantil.Context) any {
		return c.SendFile(texto(), cantil.SendFileOptions{MaxAge: 60 * time.Second})
	})

	app.Route("/no-conditional")(func(c *cantil.Context) any {
		return c.SendFile(texto(), cantil.SendFileOptions{Unconditional: true, NoETag: true})
	})

	app.Route("/url")(func(c *cantil.Context) any {
		return c.URLFor("static", "filename", "style.css")
	})

	return app
}
