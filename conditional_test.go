package cantil

import (
	"testing"
	"time"

	"github.com/valyala/fasthttp"
)

func TestReadConditions(t *testing.T) {
	h := fasthttp.RequestHeader{}
	if c := readConditions(&h); c != (conditions{}) {
		t.Errorf("%+v", c)
	}
	h.Set("If-None-Match", "\"\xe9\"")
	h.Set("If-Range", "")
	h.Set("Range", "bytes=0-1")
	want := conditions{ifNoneMatch: `"é"`, hasIfRange: true, hasRange: true, byteRange: "bytes=0-1"}
	if c := readConditions(&h); c != want {
		t.Errorf("%+v", c)
	}
}

func TestETags(t *testing.T) {
	// sha1("ok"), and send_file's name for 21 bytes of /srv/texto.txt at that time
	if got := etagOf([]byte("ok")); got != `"7a85f4764bbd6daf1c3545efbbf0f279a6dc0beb"` {
		t.Error(got)
	}
	if got := fileETag(time.Unix(1700000000, 500_000_000), 21, "/srv/texto.txt"); got != `"1700000000.5-21-664143228"` {
		t.Error(got)
	}
}

func TestDeletedCookie(t *testing.T) {
	c := Cookie{MaxAge: 60, Domain: "a.com", Partitioned: true}.deleted()
	got, err := appendSetCookie(nil, "c", "", &c, time.Unix(1735689600, 0))
	want := "c=; Domain=a.com; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Secure; Path=/; Partitioned"
	if err != nil || string(got) != want {
		t.Errorf("%s, %v", got, err)
	}
}
