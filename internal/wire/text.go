package wire

import (
	"unsafe"

	"github.com/valyala/fasthttp"
)

// SetText makes text, which is not empty, the body of an answer. fasthttp only
// reads a raw body, so it may read the string itself: a page is not copied.
func SetText(out *fasthttp.Response, text string) {
	out.SetBodyRaw(unsafe.Slice(unsafe.StringData(text), len(text)))
}
