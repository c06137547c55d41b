package login

import (
	"time"

	"github.com/cantil-go/cantil"
)

// Option is an option of [LoginUser].
type Option func(*loginOptions)

type loginOptions struct {
	remember, fresh, force bool
	duration               *time.Duration
}

// Remember says whether the browser is to remember the user after the session
// has ended, by the remember cookie: remember=.
func Remember(remember bool) Option { return func(o *loginOptions) { o.remember = remember } }

// Duration is how long it does, duration=: RememberCookieDuration unless given.
// It means nothing without Remember.
func Duration(d time.Duration) Option { return func(o *loginOptions) { o.duration = &d } }

// Fresh set to false signs the user in as if by a remember cookie, fresh=:
// FreshLoginRequired asks for the password again.
func Fresh(fresh bool) Option { return func(o *loginOptions) { o.fresh = fresh } }

// Force signs in a user who is not active, force=True.
func Force() Option { return func(o *loginOptions) { o.force = true } }

// LoginUser signs a user in, login_user(user, …), and reports whether it did: a
// user who is not active is refused, and nothing changes. The program has checked
// the password by then. A session in a store gets a new id, so that one that an
// attacker planted before is worth nothing; Flask-Login leaves that to the
// program.
//
// With Remember it panics with [ErrKey] if the secret key cannot sign a remember
// cookie.
func LoginUser(c *cantil.Context, user User, options ...Option) bool {
	o := loginOptions{fresh: true}
	for _, option := range options {
		option(&o)
	}
	if !o.force && !user.IsActive() {
		return false
	}
	if o.remember {
		if _, ok := rawKey(c.App().SecretKey); !ok {
			panic(ErrKey)
		}
	}
	s := c.Session()
	s.Regenerate()
	s.Set(keyUserID, user.GetID())
	s.Set(keyFresh, o.fresh)
	s.Set(keyID, of(c).Identifier(c))
	if o.remember {
		s.Set(keyRemember, "set")
		if o.duration != nil {
			s.Set(keySeconds, o.duration.Seconds())
		}
	}
	c.G()[currentKey] = user
	sendUser(of(c).loggedIn, c, user)
	return true
}

// LogoutUser signs the user out, logout_user(), and has the browser forget the
// remember cookie, without which the next request would sign the user in again:
// [session.Session.Clear] alone is no logout. What else the session holds stays.
// A logout works while the user loader does not.
func LogoutUser(c *cantil.Context) {
	lm := of(c)
	s := c.Session()
	lm.begin(c) // as in Flask-Login, whose answer may have the session's cookie then
	user := lm.leaving(c)
	for _, key := range []string{keyUserID, keyFresh, keyID} {
		s.Pop(key, nil)
	}
	if lm.ForgetAlways || c.Cookies().Has(lm.cookieName()) {
		forget(c)
		s.Pop(keySeconds, nil)
	}
	sendUser(lm.loggedOut, c, user)
	c.G()[currentKey] = lm.anonymous()
}

// leaving is the user who logs out, if anything wants to know.
func (lm *LoginManager) leaving(c *cantil.Context) (user User) {
	if len(lm.loggedOut) == 0 {
		return nil
	}
	defer func() {
		if recover() != nil {
			user = lm.anonymous()
		}
	}()
	return CurrentUser(c)
}

// ConfirmLogin makes the login fresh again, confirm_login(), once the user has
// given the password anew. As at a login, a session in a store gets a new id.
func ConfirmLogin(c *cantil.Context) {
	s := c.Session()
	s.Regenerate()
	s.Set(keyFresh, true)
	s.Set(keyID, of(c).Identifier(c))
	send(of(c).confirmed, c)
}

// LoginFresh reports whether the user has given the password in this session,
// login_fresh(), rather than having been remembered.
func LoginFresh(c *cantil.Context) bool {
	switch fresh := c.Session().Get(keyFresh).(type) {
	case nil:
		return false
	case bool:
		return fresh
	case int:
		return fresh != 0
	}
	return false
}

// LoginRemembered reports whether the request has a remember cookie that is
// good, login_remembered().
func LoginRemembered(c *cantil.Context) bool {
	lm := of(c)
	if !lm.hasRememberCookie(c) {
		return false
	}
	_, _, ok := lm.decode(c)
	return ok
}
