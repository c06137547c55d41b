package compare

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/cantil-go/cantil/cmd/cantil/internal/cookie"
	"github.com/cantil-go/cantil/cmd/cantil/internal/traffic"
	"github.com/cantil-go/cantil/internal/secretname"
)

// IgnoredHeaders are those that say nothing of what a page is: they are not
// compared.
var IgnoredHeaders = []string{"Connection", "Content-Length", "Date", "Keep-Alive", "Server", "Set-Cookie", "Transfer-Encoding"}

// compareHeads compares status, headers and cookies.
func (c *Comparison) compareHeads(was, now *traffic.Response) []Difference {
	var found []Difference
	if was.Status != now.Status {
		found = append(found, Difference{Kind: KindStatus, Name: "status", Was: fmt.Sprint(was.Status), Now: fmt.Sprint(now.Status)})
	}
	for _, name := range names(was.Headers, now.Headers) {
		if slices.Contains(IgnoredHeaders, name) {
			continue
		}
		a, b := c.headerText(was.Headers, name), c.headerText(now.Headers, name)
		if a == b || traffic.IsSecretHeader(name) && a != missing && b != missing { // a token is another one in each answer
			continue
		}
		found = append(found, Difference{Kind: KindHeader, Name: name, Was: shown(name, a), Now: shown(name, b)})
	}
	return append(found, c.compareCookies(was, now)...)
}

// shown is a header's value as a report may show it.
func shown(name, value string) string {
	if value == missing || isLocation(name) { // which has no secrets any more
		return value
	}
	return traffic.MaskHeader(name, value)
}

func isLocation(name string) bool { return name == "Location" || name == "Content-Location" }

// names are those of both heads, sorted.
func names(heads ...[]traffic.Header) []string {
	var all []string
	for _, head := range heads {
		for _, h := range head {
			if !slices.Contains(all, h[0]) {
				all = append(all, h[0])
			}
		}
	}
	slices.Sort(all)
	return all
}

// lists are the headers that are lists: their order does not count.
var lists = []string{"Vary", "Allow", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Access-Control-Expose-Headers"}

// maskedDigits is what stands for a secret: each process has other digits.
var maskedDigits = regexp.MustCompile(`masked-[0-9a-f]{8}`)

// missing stands for a header that is not there.
const missing = "(none)"

// headerText is a header's value as it is compared.
func (c *Comparison) headerText(head []traffic.Header, name string) string {
	var values []string
	for _, h := range head {
		if h[0] == name {
			values = append(values, h[1])
		}
	}
	text := strings.Join(values, ", ")
	switch {
	case len(values) == 0:
		return missing
	case slices.Contains(lists, name):
		items := strings.Split(strings.ToLower(text), ",")
		for i := range items {
			items[i] = strings.TrimSpace(items[i])
		}
		slices.Sort(items)
		return strings.Join(slices.Compact(items), ", ")
	case isLocation(name):
		return maskedDigits.ReplaceAllString(c.ownPath(traffic.MaskURL(text)), secret)
	case name == "Expires" && text != "0":
		return "(a date)" // it moves with Date
	}
	return string(normal([]byte(text)))
}

// ownPath is a location without the host, where that is one of the two sites.
func (c *Comparison) ownPath(location string) string {
	u, err := url.Parse(location)
	if err != nil || u.Host == "" || u.Host != c.target.Host && u.Host != c.recordedHost {
		return string(normal([]byte(location)))
	}
	u.Scheme, u.Host = "", ""
	return string(normal([]byte(u.String())))
}

// set is a Set-Cookie line.
type set struct {
	*http.Cookie
	life time.Duration // from the answer's date
	ends bool          // it has an end
}

// setCookies are the cookies that an answer sets, by name.
func setCookies(head []traffic.Header) map[string]set {
	date, err := http.ParseTime(traffic.Get(head, "Date"))
	if err != nil {
		date = time.Now()
	}
	all := map[string]set{}
	for _, h := range head {
		if h[0] != "Set-Cookie" {
			continue
		}
		parsed, err := http.ParseSetCookie(h[1])
		if err != nil {
			continue
		}
		s := set{Cookie: parsed}
		switch {
		case parsed.MaxAge != 0:
			s.life, s.ends = time.Duration(min(int64(parsed.MaxAge), int64(math.MaxInt64/time.Second)))*time.Second, true
		case !parsed.Expires.IsZero():
			s.life, s.ends = parsed.Expires.Sub(date), true
		}
		all[parsed.Name] = s
	}
	return all
}

func (s set) deletes() bool { return s.ends && s.life <= 0 }

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
		x, inA := a[name]
		y, inB := b[name]
		if what, other := state(x, inA), state(y, inB); what != other {
			differs(name, what, other)
			continue
		}
		differs(name+" Domain", x.Domain, y.Domain)
		differs(name+" Path", x.Path, y.Path)
		differs(name+" HttpOnly", fmt.Sprint(x.HttpOnly), fmt.Sprint(y.HttpOnly))
		differs(name+" Secure", fmt.Sprint(x.Secure), fmt.Sprint(y.Secure))
		differs(name+" SameSite", sameSite(x.SameSite), sameSite(y.SameSite))
		differs(name+" Partitioned", fmt.Sprint(x.Partitioned), fmt.Sprint(y.Partitioned))
		if x.ends != y.ends || (x.life-y.life).Abs() > slack {
			differs(name+" Expires", life(x), life(y))
		}
		if !x.deletes() {
			found = append(found, c.compareContents(name, x.Value, y.Value)...)
		}
	}
	return found
}

func state(s set, sent bool) string {
	switch {
	case !sent:
		return "(not set)"
	case s.deletes():
		return "(deleted)"
	}
	return "(set)"
}

func life(s set) string {
	if !s.ends {
		return "(with the browser)"
	}
	return s.life.Round(time.Second).String()
}

func sameSite(s http.SameSite) string {
	return map[http.SameSite]string{http.SameSiteLaxMode: "Lax", http.SameSiteStrictMode: "Strict", http.SameSiteNoneMode: "None"}[s]
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
