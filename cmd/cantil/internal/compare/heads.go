package compare

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/cantil-go/cantil/cmd/cantil/internal/traffic"
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
