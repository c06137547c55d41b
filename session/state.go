package session

import (
	"errors"
	"strconv"

	"github.com/cantil-go/cantil/session/codec"
)

// New tells whether the visitor brought no valid session: session.new. (Flask
// leaves it False always; this is what its documentation promises.)
func (s *Session) New() bool { return s.isNew }

// Modified tells whether a key was set or removed in this request, or
// [Session.SetModified] said so: session.modified. A modified session is saved.
func (s *Session) Modified() bool { return s.modified }

// SetModified says whether the session is to be saved. A list or a mapping
// inside that is changed in place is not detected, as in Flask: say
// SetModified(true) after it. SetModified(false) drops this request's changes.
func (s *Session) SetModified(modified bool) { s.modified = modified }

// Accessed tells whether the application asked for the session in this
// request: session.accessed. The response then says Vary: Cookie.
func (s *Session) Accessed() bool { return s.accessed }

// SetAccessed marks the session as asked for. Context.Session does.
func (s *Session) SetAccessed(accessed bool) { s.accessed = accessed }

// Permanent tells whether the cookie outlives the browser, by
// PERMANENT_SESSION_LIFETIME: session.permanent. It is the key "_permanent".
func (s *Session) Permanent() bool {
	if s.whole {
		return s.permanent
	}
	return truthy(s.Get(permanentKey))
}

// SetPermanent sets the key behind [Session.Permanent].
func (s *Session) SetPermanent(permanent bool) { s.Set(permanentKey, permanent) }

// change is the first step of every operation that modifies the session.
func (s *Session) change() {
	s.writable()
	s.modified = true
}

// writable panics where the session cannot be written.
func (s *Session) writable() {
	if s.null {
		panic(ErrNoSecretKey)
	}
}

// truthy is Python's bool(v) for what a serializer can read.
func truthy(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case int:
		return v != 0
	case float64:
		return v != 0
	case string:
		return v != ""
	case codec.Markup:
		return v != ""
	case []byte:
		return len(v) > 0
	case []any:
		return len(v) > 0
	case codec.Tuple:
		return len(v) > 0
	case map[string]any:
		return len(v) > 0
	}
	return true
}

// KeyError is what [Session.Must], Delete, Pop and PopItem panic with when the
// session has no such key, Python's KeyError.
type KeyError struct {
	Key string // "" from PopItem on an empty session
}

func (e *KeyError) Error() string {
	return "session: KeyError: no key " + strconv.Quote(e.Key)
}

// ErrNoSecretKey is what a write to a session without a secret key panics with.
var ErrNoSecretKey = errors.New("session: the session cannot be written because no secret key was set: " +
	"give the application a SecretKey that is unique and secret, as session.GenerateKey makes them")

// NewNull returns the session of an application without a secret key, Flask's
// NullSession: empty, it can be read, and every write panics with
// [ErrNoSecretKey]. It is never saved.
func NewNull() *Session {
	s := New()
	s.null = true
	return s
}

// Null tells whether this is the session of [NewNull].
func (s *Session) Null() bool { return s.null }
