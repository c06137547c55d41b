package login

import (
	"strings"

	"github.com/cantil-go/cantil"
)

// SafeNext returns target as a path of this site, with its query and fragment,
// or "" if it leads anywhere else. The next of a login may come from a link that
// an attacker made; to follow it is an open redirect:
//
//	return c.Redirect(cmp.Or(login.SafeNext(c, c.Args().Get("next")), c.URLFor("index")))
//
// A target is of this site if it is a path that begins with one slash, or a
// URL of http or https with the request's own host, of which only the path is
// returned. What browsers read differently is refused: backslashes, control
// characters, a user name before the host. Flask-Login leaves this check to the
// program.
func SafeNext(c *cantil.Context, target string) string {
	if strings.ContainsFunc(target, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\\' }) {
		return ""
	}
	if strings.HasPrefix(target, "//") { // what follows is a host to browsers
		return ""
	}
	u := split(target)
	if u.scheme != "" {
		web := u.scheme == "http" || u.scheme == "https"
		host := strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(u.host), ":443"), ":80")
		if !web || host == "" || host != strings.ToLower(c.Host()) {
			return ""
		}
		u.scheme, u.host = "", ""
		if u.path == "" {
			u.path = "/"
		}
	}
	if !strings.HasPrefix(u.path, "/") || strings.HasPrefix(u.path, "//") {
		return ""
	}
	return u.String()
}
