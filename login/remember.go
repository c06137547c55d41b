package login

import (
	"strings"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
)

// hasRememberCookie reports whether the request has a remember cookie, good or
// bad, that is not about to be deleted.
func (lm *LoginManager) hasRememberCookie(c *cantil.Context) bool {
	return c.Cookies().Has(lm.cookieName()) && c.Session().Get(keyRemember) != "clear"
}

// decode returns the id that the request's remember cookie holds, and whether
// an old key signed it. Without a secret key no cookie is valid: anyone can sign
// with the empty key.
func (lm *LoginManager) decode(c *cantil.Context) (id string, old, ok bool) {
	cookie, key := c.Cookies().Get(lm.cookieName()), c.App().SecretKey
	if key == "" {
		return "", false, false
	}
	if id, ok = DecodeCookie(cookie, key); ok || !lm.RememberFallbackKeys {
		return id, false, ok
	}
	for _, key := range c.App().SecretKeyFallbacks {
		if id, ok = DecodeCookie(cookie, key); ok && key != "" {
			return id, true, true
		}
	}
	return "", false, false
}

// restore begins a session for the user whom a remember cookie names, before the
// user loader is asked whether there still is one, as Flask-Login does.
func (lm *LoginManager) restore(c *cantil.Context) (id string, ok bool) {
	id, old, ok := lm.decode(c)
	if !ok {
		return "", false
	}
	s := c.Session()
	s.Regenerate() // a login, for which an id that was planted must not count
	s.Set(keyUserID, id)
	s.Set(keyFresh, false)
	if lm.RememberIdentifier {
		s.Set(keyID, lm.Identifier(c))
	}
	if old {
		s.Set(keyRemember, "set")
	}
	return id, true
}

// updateRememberCookie carries out what the session orders, and takes the order
// out of it: _update_remember_cookie, an after_request function. Flask-Login opens
// the session of every request for that, and so says Vary: Cookie; here a session
// that nothing asked for stays closed.
func (lm *LoginManager) updateRememberCookie(c *cantil.Context, r *cantil.Response) {
	r.AddVary("Cookie")
	refresh := lm.refreshes(c)
	if !refresh && !c.SessionAccessed() {
		return
	}
	s := c.Session()
	var order any
	switch {
	case s.Has(keyRemember):
		order = s.Pop(keyRemember)
	case c.G()[forgetKey] != nil:
		order = "clear"
	case refresh:
		order = "set"
		if !lm.RefreshOnlyRemembered {
			s.SetModified(true) // as in Flask-Login, which writes an order and takes it out again
		}
	}
	switch order {
	case "set":
		if id, ok := userID(s); ok {
			lm.setCookie(c, r, id)
		}
	case "clear":
		r.DeleteCookie(lm.cookieName(), cantil.Cookie{Domain: lm.RememberCookieDomain, Path: lm.RememberCookiePath, Secure: mustBeSecure(lm.cookieName())})
	}
}

// mustBeSecure reports whether browsers take a cookie of this name with Secure
// alone, RFC 6265bis, section 4.1.3: without it they would keep what is deleted.
func mustBeSecure(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "__host-") || strings.HasPrefix(name, "__secure-")
}

// refreshes reports whether the request's remember cookie is to be sent anew.
func (lm *LoginManager) refreshes(c *cantil.Context) bool {
	return lm.RememberCookieRefreshEachRequest && (!lm.RefreshOnlyRemembered || c.Cookies().Has(lm.cookieName()))
}

func (lm *LoginManager) setCookie(c *cantil.Context, r *cantil.Response, id string) {
	value, err := EncodeCookie(id, c.App().SecretKey)
	if err != nil {
		panic(err)
	}
	r.SetCookie(lm.cookieName(), value, cantil.Cookie{
		Expires: c.App().Now().Add(lm.duration(c.Session())),
		Domain:  lm.RememberCookieDomain, Path: lm.RememberCookiePath, Secure: lm.RememberCookieSecure,
		HTTPOnly: lm.RememberCookieHTTPOnly, SameSite: lm.RememberCookieSameSite,
	})
}

// duration is how long this visitor is remembered.
func (lm *LoginManager) duration(s *session.Session) time.Duration {
	seconds, ok := session.Value[float64](s, keySeconds)
	if !ok {
		return lm.RememberCookieDuration
	}
	const most = 9e9 // 285 years, about what a Duration holds
	return time.Duration(max(-most, min(seconds, most)) * float64(time.Second))
}
