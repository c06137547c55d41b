package cantil

import (
	"bufio"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/internal/cookies"
)

func TestDeletedCookie(t *testing.T) {
	c := Cookie{MaxAge: 60, Domain: "a.com", Partitioned: true}.deleted()
	got, err := cookies.AppendSet(nil, "c", "", (*cookies.Attributes)(&c), time.Unix(1735689600, 0))
	want := "c=; Domain=a.com; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Secure; Path=/; Partitioned"
	if err != nil || string(got) != want {
		t.Errorf("%s, %v", got, err)
	}
}

func TestCookieHeaderLines(t *testing.T) {
	var h fasthttp.RequestHeader
	if b := cookieHeader(&h); b != nil {
		t.Errorf("%q", b)
	}
	raw := "GET / HTTP/1.1\r\nHost: x\r\nCookie: a=1;  =x\r\ncookie: b=2\r\n\r\n"
	if err := h.Read(bufio.NewReader(strings.NewReader(raw))); err != nil {
		t.Fatal(err)
	}
	if got := string(cookieHeader(&h)); got != "a=1;  =x;b=2" {
		t.Errorf("%q", got)
	}
}
