package conformance

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"testing"
	"time"

	"github.com/cantil-go/cantil/internal/testkit/servers"
)

// TestSoakClocks has visitors read while the program's clock is wrong, and while
// two programs with two clocks serve them in turn. A clock that is some seconds
// off costs no session, and none is lost for good.
func TestSoakClocks(t *testing.T) {
	needSoak(t)
	t.Run("cookie", func(t *testing.T) { clocks(t, programConfig{}, false) })
	t.Run("redis", func(t *testing.T) {
		clocks(t, programConfig{Store: "redis", Addr: servers.Redis(t).Addr, Context: true}, true)
	})
}

func clocks(t *testing.T, config programConfig, stored bool) {
	p := startProgram(t, config)
	config.Offset = -2 * time.Second
	late := startProgram(t, config)
	visitors := logIn(t, p, 20)
	const hour, day = 3600, 86_400
	for _, step := range []struct {
		seconds int
		strict  bool // no visitor may be a stranger meanwhile
	}{{0, true}, {-1, true}, {-2, true}, {-5, true}, {hour, true}, {-hour, stored}, {32 * day, stored}, {0, true}} {
		fetch(p.url(fmt.Sprint("/clock?seconds=", step.seconds)))
		lost := visitors.strangers(p)
		if step.strict {
			atMost(t, fmt.Sprintf("clocks: %+d s: visitors who are strangers, of 20", step.seconds), lost, 0)
		} else {
			shows(t, fmt.Sprintf("clocks: %+d s: visitors who are strangers, of 20", step.seconds), lost, "-", "-")
		}
		fetch(p.url("/clock?seconds=0"))
		atMost(t, fmt.Sprintf("clocks: %+d s: strangers when the clock is right again", step.seconds), visitors.strangers(p), 0)
	}
	lost := 0
	for range 10 {
		visitors.logIn(t, p) // signed by the clock that is ahead
		lost += visitors.strangers(late) + visitors.strangers(p)
	}
	atMost(t, "clocks: two programs 2 s apart: strangers, of 400", lost, 0)
	t.Logf("soak: clocks: at %s 20 of 20 at -1, -2 and -5 s with the session in the cookie, 0 of 20 with Redis", baseline)
}

// visitors are clients with a cookie jar each.
type visitors []*http.Client

func logIn(t *testing.T, p *program, n int) visitors {
	t.Helper()
	var all visitors
	for range n {
		jar, _ := cookiejar.New(nil)
		client := newClient()
		client.Jar = &portless{jar}
		all = append(all, client)
	}
	t.Cleanup(func() {
		for _, client := range all {
			client.CloseIdleConnections()
		}
	})
	all.logIn(t, p)
	return all
}

// A portless jar takes all programs of the tests for one host, as browsers do:
// cookies know no ports. What a wrong clock made of a date is no matter here.
type portless struct{ http.CookieJar }

// SetCookies keeps cookies, but for those that are expired by our own clock:
// visitors who only read are not to lose theirs.
func (j *portless) SetCookies(u *url.URL, cookies []*http.Cookie) {
	for _, c := range cookies {
		if c.Value != "" {
			c.Expires = time.Time{}
		}
	}
	j.CookieJar.SetCookies(u, cookies)
}

func (all visitors) logIn(t *testing.T, p *program) {
	t.Helper()
	for i, client := range all {
		if status, body, err := fetchBy(client, p.url(fmt.Sprint("/login?user=u", i))); status != 200 {
			t.Fatalf("login: %d %.200q %v", status, body, err)
		}
	}
}

// strangers counts the visitors whom the program does not know.
func (all visitors) strangers(p *program) (n int) {
	for i, client := range all {
		if _, body, _ := fetchBy(client, p.url("/me")); body != fmt.Sprint("u", i) {
			n++
		}
	}
	return n
}
