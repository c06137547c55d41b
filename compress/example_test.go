package compress_test

import (
	"fmt"
	"strings"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/compress"
)

func ExampleNew() {
	app := cantil.New()
	app.Wrap(compress.New(compress.Algorithms("br", "gzip")))
	app.Get("/")(pagina)

	for _, accept := range []string{"gzip, deflate, br", ""} {
		r := app.TestClient().Get("/", cantil.RequestHeader("Accept-Encoding", accept))
		fmt.Printf("%q %q, less than a tenth: %v\n", r.Header("Content-Encoding"), r.Header("Vary"), len(r.Body) < 1000)
	}
	// Output:
	// "br" "Accept-Encoding", less than a tenth: true
	// "" "Accept-Encoding", less than a tenth: false
}

func pagina(*cantil.Context) any { return strings.Repeat("<p>Olá, mundo</p>\n", 600) }
