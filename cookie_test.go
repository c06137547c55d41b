package cantil

import (
	"testing"
	"time"

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
