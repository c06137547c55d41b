package sse_test

import (
	"fmt"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/sse"
)

// A client that was cut off after the first event gets the others.
func ExampleStream() {
	app := cantil.New()
	app.Get("/noticias")(noticias)

	r := app.TestClient().Get("/noticias", cantil.RequestHeader("Last-Event-ID", "1"))
	fmt.Print(r.Text())
	// Output:
	// :
	//
	// event: noticia
	// id: 2
	// data: duas
	// data: linhas
	//
}

func noticias(c *cantil.Context) any {
	return sse.Stream(c, func(w *sse.Writer) error {
		for id, text := range []string{"zero", "um", "duas\nlinhas"} {
			if fmt.Sprint(id) <= w.LastEventID() {
				continue
			}
			if err := w.Send(sse.Event{ID: fmt.Sprint(id), Event: "noticia", Data: text}); err != nil {
				return err
			}
		}
		return nil
	})
}
