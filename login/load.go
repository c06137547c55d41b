package login

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
)

// What Flask-Login keeps in the session.
const (
	keyUserID   = "_user_id"
	keyFresh    = "_fresh"
	keyID       = "_id"               // the Identifier of the browser that signed in
	keyRemember = "_remember"         // an order to updateRememberCookie: set or clear
	keySeconds  = "_remember_seconds" // the duration of a remember cookie
	keyNext     = "next"
)

// sessionKeys are SESSION_KEYS, what "strong" protection takes away.
var sessionKeys = []string{keyUserID, keyRemember, keySeconds, keyID, keyFresh, keyNext}

// currentKey is where the request's user is kept in g.
const currentKey = "_login_user"

var errNoLoader = errors.New("login: no user can be found: set a UserLoader or a RequestLoader on the LoginManager")

// CurrentUser is the user who makes the request, current_user: what UserLoader
// returned, or the anonymous user. It is looked for once in a request, in the
// session, then in the remember cookie, then by the RequestLoader. If a loader
// returns an error it panics with that, which ends the request. Without a request,
// in [cantil.App.AppContext], it is the anonymous user: None in Flask.
func CurrentUser(c *cantil.Context) User {
	if user, ok := c.G()[currentKey].(User); ok {
		return user
	}
	lm := of(c)
	c.G()[currentKey] = lm.anonymous() // for an error page, should a loader fail
	if !c.HasRequest() {
		return lm.anonymous()
	}
	user := lm.load(c)
	c.G()[currentKey] = user
	return user
}

func (lm *LoginManager) anonymous() User {
	if lm.AnonymousUser != nil {
		return lm.AnonymousUser()
	}
	return AnonymousUserMixin{}
}

// load is Flask-Login's _load_user.
func (lm *LoginManager) load(c *cantil.Context) User {
	if lm.userLoader == nil && lm.requestLoader == nil {
		panic(errNoLoader)
	}
	var user User
	if begun := lm.begin(c); !begun.signedOut {
		user = lm.named(c, begun)
	}
	if user == nil {
		return lm.anonymous()
	}
	return user
}

// named finds the user whom the session names, or the remember cookie, or the
// request. Where there is an invalid remember cookie the RequestLoader is not
// asked, as in Flask-Login.
func (lm *LoginManager) named(c *cantil.Context, begun *beginning) User {
	if id, ok := userID(c.Session()); ok {
		user := lm.find(c, id)
		if begun.restored {
			return sendUser(lm.fromCookie, c, user)
		}
		if user != nil {
			return user
		}
	}
	if lm.hasRememberCookie(c) {
		if id, ok := lm.restore(c); ok {
			return sendUser(lm.fromCookie, c, lm.find(c, id))
		}
		return nil
	}
	if lm.requestLoader == nil {
		return nil
	}
	user, err := lm.requestLoader(c)
	return sendUser(lm.fromRequest, c, loaded("RequestLoader", user, err))
}

// A beginning is what was done with the request's session before any user was
// looked for.
type beginning struct {
	signedOut bool // by the protection
	restored  bool // from the remember cookie
}

// Where g keeps the beginning, and whether a template began before anything asked
// for the session.
const (
	beginningKey = "_login_begun"
	untouchedKey = "_login_untouched"
)

// begin protects the session, and begins one for a visitor who is remembered: as
// much of _load_user as needs no user.
func (lm *LoginManager) begin(c *cantil.Context) *beginning { return lm.beginWith(c, false) }

// beginWith is begin for a session that may have been emptied by the template
// that asks for the user now: it has shown the messages. In Flask-Login the
// protection comes before that, and finds the session that came.
func (lm *LoginManager) beginWith(c *cantil.Context, emptied bool) *beginning {
	if begun, ok := c.G()[beginningKey].(*beginning); ok {
		return begun
	}
	begun := &beginning{signedOut: lm.protect(c, emptied && !c.Session().New())}
	if _, known := userID(c.Session()); !known && !begun.signedOut && lm.hasRememberCookie(c) {
		_, begun.restored = lm.restore(c)
	}
	c.G()[beginningKey] = begun
	return begun
}

// beforeTemplate begins before a template is rendered, which may take messages
// out of the session: Flask-Login loads the user for every template, and what it
// leaves in the session depends on when. A session that nothing has asked for yet
// stays closed, for the page may do without it, and without its store.
func (lm *LoginManager) beforeTemplate(c *cantil.Context, _ string, _ cantil.Map) {
	if c.SessionAccessed() {
		lm.begin(c)
	} else {
		c.G()[untouchedKey] = true
	}
}

// find asks the UserLoader.
func (lm *LoginManager) find(c *cantil.Context, id string) User {
	if lm.userLoader == nil {
		return nil
	}
	user, err := lm.userLoader(c, id)
	return loaded("UserLoader", user, err)
}

// loaded is what a loader returned. A nil pointer in the interface, which a map
// of users gives for an id that it lacks, is no user either.
func loaded(loader string, user User, err error) User {
	if err != nil {
		panic(fmt.Errorf("login: %s: %w", loader, err))
	}
	if v := reflect.ValueOf(user); v.Kind() == reflect.Pointer && v.IsNil() {
		return nil
	}
	return user
}

// userID is the user whom the session names. Sites keep numbers there too.
func userID(s *session.Session) (id string, ok bool) {
	switch v := s.Get(keyUserID).(type) {
	case string:
		return v, true
	case int, int64, uint64:
		return fmt.Sprint(v), true
	}
	return "", false
}

// protect is _session_protection_failed: it reports whether the session was
// signed out because it came from another browser. An empty session is not
// looked at, unless it was emptied since it came.
func (lm *LoginManager) protect(c *cantil.Context, emptied bool) bool {
	if lm.SessionProtection != "basic" && lm.SessionProtection != "strong" {
		return false
	}
	s := c.Session()
	switch {
	case s.Len() == 0 && !emptied:
	case s.Get(keyID) == any(lm.Identifier(c)):
	case lm.SessionProtection == "basic" || s.Permanent():
		if s.Get(keyFresh) != false {
			s.Set(keyFresh, false)
		}
		send(lm.protectedBy, c)
	default:
		for _, key := range sessionKeys {
			s.Pop(key, nil)
		}
		forget(c)
		send(lm.protectedBy, c)
		return true
	}
	return false
}

const forgetKey = "_login_forget"

// forget orders the remember cookie to be deleted. The order is kept in g too: a
// view that clears the session afterwards would take it away, and the visitor,
// who was told to be signed out, would be signed in by the next request.
func forget(c *cantil.Context) {
	c.Session().Set(keyRemember, "clear")
	c.G()[forgetKey] = true
}
