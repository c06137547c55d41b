// Package compress makes answers smaller on their way: zstd, brotli or gzip, by
// what the client takes, as Flask-Compress does.
//
//	package main
//
//	import (
//		"log"
//
//		"github.com/cantil-go/cantil"
//		"github.com/cantil-go/cantil/compress"
//	)
//
//	func main() {
//		app := cantil.New()
//		app.Wrap(compress.New()) // Compress(app)
//		app.Get("/")(func(c *cantil.Context) any { return c.RenderTemplate("index.html") })
//		if err := app.Run("localhost:5000"); err != nil {
//			log.Fatal(err)
//		}
//	}
//
// A body is compressed if its status is a 2xx, its type is one of [MimeTypes] and
// it has at least [MinSize] bytes, or is a stream. Left alone are 206 and whatever
// has a Content-Range, an event stream, what is encoded already, and an answer
// that says Cache-Control: no-transform, by which a view opts out. An answer that
// could be compressed has Vary: Accept-Encoding, if it was not, too.
//
// The bytes under an entity tag change, so a tag of a compressed answer is weak,
// W/"…": If-None-Match still matches, a range that depends on it by If-Range does
// not and gets the whole. Accept-Ranges is taken out. Files that never change are
// better compressed beforehand: see App.StaticPrecompressed.
//
// A stream is compressed piece by piece, and what its source gave is sent at once.
// Brotli is for bodies that are known as a whole. A stream that breaks off ends
// without the end of its coding, so the client notices.
//
// A page over TLS that holds a secret and shows what came in the request tells
// the length of both: who can make a visitor send many requests guesses the
// secret by it (BREACH). A token that changes with every request, or
// no-transform on such a page, prevents that.
package compress
