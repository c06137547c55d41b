package cookies

import (
	"testing"
	"time"
)

// TestParseLine: what browsers take from a line, and what they pass over.
func TestParseLine(t *testing.T) {
	now := time.Unix(1735689600, 0).UTC()
	day := time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)
	for line, want := range map[string]Line{
		`a=1`:                         {Name: "a", Value: "1"},
		` a = b=c `:                   {Name: "a", Value: "b=c"},
		`nome="\303\251\054"; Path=/`: {Name: "nome", Value: `"\303\251\054"`, Path: "/"},
		`cfg={"t":1}`:                 {Name: "cfg", Value: `{"t":1}`},
		`alone; Secure`:               {Value: "alone", Secure: true},
		`a=; DOMAIN=.Example.COM;path = /x ; httponly ;SECURE;SameSite=lax;Partitioned`: {Name: "a", Domain: "example.com", Path: "/x", HTTPOnly: true, Secure: true, Partitioned: true, SameSite: "Lax"},
		`a=; Path=/x; Path=x`:                                   {Name: "a"},
		`a=; SameSite=often`:                                    {Name: "a"},
		`a=; Max-Age=60; Expires=nonsense`:                      {Name: "a", Expires: now.Add(time.Minute)},
		`a=; Max-Age=0`:                                         {Name: "a", Expires: now},
		`a=; Max-Age=-5`:                                        {Name: "a", Expires: now},
		`a=; Max-Age=99999999999999`:                            {Name: "a", Expires: now.Add(time.Duration(longest) * time.Second)},
		`a=; Max-Age=1e3`:                                       {Name: "a"},
		`a=; Expires=Thu, 01-Jan-2099 00:00:00 GMT`:             {Name: "a", Expires: day},
		`a=; Max-Age=60; Expires=Thu, 01 Jan 2099 00:00:00 GMT`: {Name: "a", Expires: now.Add(time.Minute)},
		`a=; Expires=Thu, 01 Jan 2099 00:00:00 GMT; Max-Age=60`: {Name: "a", Expires: now.Add(time.Minute)},
	} {
		got := ParseLine(line, now)
		if !got.Expires.Equal(want.Expires) {
			t.Errorf("%s ends at %v, want %v", line, got.Expires, want.Expires)
		}
		if got.Expires = want.Expires; got != want {
			t.Errorf("%s: %+v, want %+v", line, got, want)
		}
	}
}
