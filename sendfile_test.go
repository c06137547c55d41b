package cantil

import (
	"testing"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/internal/httpheader"
)

func TestReadConditions(t *testing.T) {
	h := fasthttp.RequestHeader{}
	if c := readConditions(&h); c != (httpheader.Conditions{}) {
		t.Errorf("%+v", c)
	}
	h.Set("If-None-Match", "\"\xe9\"")
	h.Set("If-Range", "")
	h.Set("Range", "bytes=0-1")
	want := httpheader.Conditions{IfNoneMatch: `"é"`, HasIfRange: true, HasRange: true, Range: "bytes=0-1"}
	if c := readConditions(&h); c != want {
		t.Errorf("%+v", c)
	}
}
