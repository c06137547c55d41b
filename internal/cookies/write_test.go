package cookies

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/cantil-go/cantil/internal/testkit/vectors"
)

var epoch = time.Unix(0, 0)

func TestSetCookieAsWerkzeug(t *testing.T) {
	type options struct {
		MaxAge                        int `json:"max_age"`
		Expires                       *int64
		Path                          json.RawMessage
		Domain, SameSite              string
		Secure, HTTPOnly, Partitioned bool
	}
	now := time.Unix(1735689600, 0)
	for _, row := range vectors.Rows(t, "cookies", "dump") {
		name, value, o := vectors.Cell[string](t, row[0]), vectors.Cell[string](t, row[1]), vectors.Cell[options](t, row[2])
		c := Attributes{MaxAge: o.MaxAge, Domain: o.Domain, SameSite: o.SameSite, Secure: o.Secure, HTTPOnly: o.HTTPOnly,
			Partitioned: o.Partitioned}
		if o.Expires != nil {
			c.Expires = time.Unix(*o.Expires, 0)
		}
		switch text := string(o.Path); text {
		case "":
		case "null":
			c.Path = NoPath
		case `""`:
			c.Path = EmptyPath
		default:
			c.Path = vectors.Cell[string](t, o.Path)
		}
		want := vectors.Cell[*string](t, row[3])
		got, err := AppendSet(nil, name, value, &c, now)
		if want == nil {
			if err == nil || len(got) != 0 {
				t.Errorf("%q %q %s: got %q, want an error", name, value, row[2], got)
			}
		} else if err != nil || string(got) != *want {
			t.Errorf("%q %q %s: got %q, %v, want %q", name, value, row[2], got, err, *want)
		}
	}
}
