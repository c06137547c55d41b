package compare

import (
	"slices"
	"strings"

	"github.com/cantil-go/cantil/cmd/cantil/internal/traffic"
)

// visitor is a recorded browser as the new side knows it.
type visitor struct {
	cookies  map[string]string // that the new side has set
	recorded map[string]bool   // the names of those that the recorded side has set
	token    string            // the CSRF token of the last page that had one
}

func (c *Comparison) visitor(name string) *visitor {
	v := c.visitors[name]
	if v == nil {
		if len(c.order) >= maxVisitors {
			delete(c.visitors, c.order[0])
			c.order = c.order[1:]
		}
		v = &visitor{cookies: map[string]string{}, recorded: map[string]bool{}}
		c.visitors[name] = v
		c.order = append(c.order, name)
	}
	return v
}

// keep takes the cookies and the CSRF token of an answer.
func (v *visitor) keep(answer *traffic.Response) {
	for name, all := range setCookies(answer.Headers) {
		delete(v.cookies, name)
		for _, s := range all {
			if !s.deletes() {
				v.cookies[name] = s.Value
			}
		}
	}
	if strings.HasPrefix(traffic.Get(answer.Headers, "Content-Type"), "text/html") {
		if token := csrfToken([]byte(answer.Body.Text)); token != "" {
			v.token = token
		}
	}
}

// note remembers which cookies are the recorded side's.
func (v *visitor) note(e *traffic.Exchange) {
	for name := range setCookies(e.Response.Headers) {
		v.recorded[name] = true
	}
}

func (v *visitor) names() []string {
	names := make([]string, 0, len(v.cookies))
	for name := range v.cookies {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
