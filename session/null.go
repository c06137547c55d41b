package session

import "errors"

// ErrNoSecretKey is what a write to a session without a secret key panics with.
var ErrNoSecretKey = errors.New("session: the session cannot be written because no secret key was set: " +
	"give the application a SecretKey that is unique and secret, as session.GenerateKey makes them")

// NewNull returns the session of an application without a secret key, Flask's
// NullSession: empty, it can be read, and every write panics with
// [ErrNoSecretKey]. It is never saved. It is for authors of an [Interface].
func NewNull() *Session {
	s := New()
	s.null = true
	return s
}

// Null reports whether this is the session of [NewNull].
func (s *Session) Null() bool { return s.null }

// writable panics where the session cannot be written.
func (s *Session) writable() {
	if s.null {
		panic(ErrNoSecretKey)
	}
}
