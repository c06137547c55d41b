package compare

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/cantil-go/cantil/cmd/cantil/internal/cookie"
	"github.com/cantil-go/cantil/cmd/cantil/internal/traffic"
	"github.com/cantil-go/cantil/internal/cookies"
	"github.com/cantil-go/cantil/internal/secretname"
)

// set is a Set-Cookie line, and how long the cookie lives from the answer's date.
type set struct {
	cookies.Line
	life time.Duration
}

// setCookies are the cookies that an answer sets, by name. A browser keeps one for
// each path and domain.
func setCookies(head []traffic.Header) map[string][]set {
	date, err := http.ParseTime(traffic.Get(head, "Date"))
	if err != nil {
		date = time.Now()
	}
	all := map[string][]set{}
	for _, h := range head {
		if h[0] != "Set-Cookie" {
			continue
		}
		s := set{Line: cookies.ParseLine(h[1], date)}
		if s.ends() {
			s.life = s.Expires.Sub(date)
		}
		others := slices.DeleteFunc(all[s.Name], s.replaces)
		all[s.Name] = append(others, s)
	}
	return all
}

// replaces reports whether a browser keeps one of the two, for their path and
// domain are the same.
func (s set) replaces(other set) bool { return s.Path == other.Path && s.Domain == other.Domain }

func (s set) ends() bool { return !s.Expires.IsZero() }

func (s set) deletes() bool { return s.ends() && s.life <= 0 }

// slack is how far two ends may be apart: the answers are not of one moment.
const slack = 5 * time.Second

func (c *Comparison) compareCookies(was, now *traffic.Response) []Difference {
	a, b := setCookies(was.Headers), setCookies(now.Headers)
	var found []Difference
	differs := func(name, was, now string) {
		if was != now {
			found = append(found, Difference{Kind: KindCookie, Name: name, Was: was, Now: now})
		}
	}
	all := make([]string, 0, len(a)+len(b))
	for name := range a {
		all = append(all, name)
	}
	for name := range b {
		if _, both := a[name]; !both {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	for _, name := range all {
		for _, pair := range beside(a[name], b[name]) {
			x, y := pair[0], pair[1]
			label := name
			if one := cmp.Or(x, y); len(a[name]) > 1 || len(b[name]) > 1 {
				label += " of " + cmp.Or(one.Domain+one.Path, "the page's own path")
			}
			if what, other := state(x), state(y); what != other {
				differs(label, what, other)
				continue
			}
			differs(label+" Domain", x.Domain, y.Domain)
			differs(label+" Path", x.Path, y.Path)
			differs(label+" HttpOnly", fmt.Sprint(x.HTTPOnly), fmt.Sprint(y.HTTPOnly))
			differs(label+" Secure", fmt.Sprint(x.Secure), fmt.Sprint(y.Secure))
			differs(label+" SameSite", x.SameSite, y.SameSite)
			differs(label+" Partitioned", fmt.Sprint(x.Partitioned), fmt.Sprint(y.Partitioned))
			if x.ends() != y.ends() || (x.life-y.life).Abs() > slack {
				differs(label+" Expires", life(*x), life(*y))
			}
			if !x.deletes() {
				found = append(found, c.compareContents(name, x.Value, y.Value)...)
			}
		}
	}
	return found
}

// beside puts the cookies of one name beside each other: those of one path and
// domain, then what is left, in order. One that has no counterpart is beside nil.
func beside(was, now []set) [][2]*set {
	var all [][2]*set
	var left []*set
	taken := make([]bool, len(now))
	for i := range was {
		k := slices.IndexFunc(now, was[i].replaces)
		if k < 0 {
			left = append(left, &was[i])
			continue
		}
		taken[k] = true
		all = append(all, [2]*set{&was[i], &now[k]})
	}
	for k := range now {
		switch {
		case taken[k]:
		case len(left) > 0:
			all = append(all, [2]*set{left[0], &now[k]})
			left = left[1:]
		default:
			all = append(all, [2]*set{nil, &now[k]})
		}
	}
	for _, x := range left {
		all = append(all, [2]*set{x, nil})
	}
	return all
}

func state(s *set) string {
	switch {
	case s == nil:
		return "(not set)"
	case s.deletes():
		return "(deleted)"
	}
	return "(set)"
}

func life(s set) string {
	if !s.ends() {
		return "(with the browser)"
	}
	return s.life.Round(time.Second).String()
}

// compareContents compares what two cookies hold: sessions by key, and of others
// what is not a signature or a random id.
func (c *Comparison) compareContents(name, was, now string) []Difference {
	if name == c.sessions.Name {
		a, err := cookie.Decode(readable(was), c.sessions)
		b, err2 := cookie.Decode(readable(now), c.sessions)
		if err == nil && err2 == nil && a.Payload != nil && b.Payload != nil {
			return compareSessions(a.Payload, b.Payload)
		}
		if err == nil && err2 == nil {
			// Ids of rows. One that is masked may have been signed.
			if a.Kind == b.Kind || traffic.IsMaskedWhole(was) && b.Kind != cookie.Signed {
				return nil
			}
			return []Difference{{Kind: KindCookie, Name: name + " kind", Was: a.Kind, Now: b.Kind}}
		}
	}
	was, now = traffic.MaskCookie(name, was), traffic.MaskCookie(name, now) // as a recording has it
	a, b := withoutSecret(was), withoutSecret(now)
	if a == b || traffic.IsMaskedWhole(was) && traffic.IsMaskedWhole(now) {
		return nil
	}
	return []Difference{{Kind: KindCookie, Name: name + " value", Was: a, Now: b}}
}

// compareSessions compares two sessions by key. What is under the name of a secret
// is not told; of CSRF tokens each session has its own.
func compareSessions(was, now []byte) []Difference {
	var all []Difference
	for _, d := range compareJSON(KindSession, was, now) {
		if d.Name == "$.csrf_token" && d.Was != missing && d.Now != missing {
			continue
		}
		if secretname.Is(d.Name[strings.LastIndexByte(d.Name, '.')+1:]) {
			d.Was, d.Now = hidden(d.Was, secret), hidden(d.Now, "(another secret)")
		}
		all = append(all, d)
	}
	return all
}

// hidden is a text that stands for a value, if there is one.
func hidden(value, text string) string {
	if value == missing {
		return missing
	}
	return text
}

// readable is a cookie whose signature may be masked, as one that can be taken
// apart.
func readable(value string) string {
	if i := strings.LastIndex(value, ".masked-"); i >= 0 {
		return value[:i] + ".AAAAAAAAAAAAAAAAAAAAAAAAAAA"
	}
	return value
}

// withoutSecret is a signed value without its signature.
func withoutSecret(value string) string {
	if head, tail, ok := strings.Cut(value, "|"); ok && traffic.IsMaskedWhole(tail) {
		return head
	}
	return string(normal([]byte(value)))
}
