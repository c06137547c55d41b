package cantil

import (
	"testing"

	"github.com/valyala/fasthttp"
)

func BenchmarkHeader(b *testing.B) {
	h, dst := Header{}, fasthttp.ResponseHeader{}
	b.ReportAllocs()
	for b.Loop() {
		h.reset("text/html; charset=utf-8")
		dst.Reset()
		addVary(&h, "Cookie")
		h.Add("Set-Cookie", "session=eyJhIjoxfQ.Z3SFgA.Hauom0ZANJmHXS1LQLs4c6O97vA; HttpOnly; Path=/")
		h.writeTo(&dst)
	}
}
