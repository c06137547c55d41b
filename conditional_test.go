package cantil

import (
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/internal/cookies"
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

func TestDeletedCookie(t *testing.T) {
	c := Cookie{MaxAge: 60, Domain: "a.com", Partitioned: true}.deleted()
	got, err := cookies.AppendSet(nil, "c", "", (*cookies.Attributes)(&c), time.Unix(1735689600, 0))
	want := "c=; Domain=a.com; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Secure; Path=/; Partitioned"
	if err != nil || string(got) != want {
		t.Errorf("%s, %v", got, err)
	}
}
