package session

import (
	"context"
	"errors"
	"time"
)

// Interface opens and saves the sessions of an application, Flask's
// SessionInterface. One value serves all requests at once.
type Interface interface {
	// Open returns the session of a request. cookie is the value of the session
	// cookie, empty if none came; it must not be kept. An invalid cookie,
	// for whatever reason, is a new empty session and not an error: an
	// error means that the system failed, and ends the request. A nil session
	// stands for [NewNull]. now is when the request came.
	Open(ctx context.Context, cfg *Config, cookie []byte, now time.Time) (*Session, error)

	// Save stores the session at the end of its request if it has to be,
	// returns what the response does with the cookie, and appends the new value
	// of a SetCookie to dst. It is called for untouched sessions too, and never
	// for null ones. now is when the response goes out.
	Save(ctx context.Context, cfg *Config, s *Session, dst []byte, now time.Time) ([]byte, Action, error)
}

// Action is what the response does with the session cookie.
type Action int

// What becomes of the cookie.
const (
	KeepCookie   Action = iota // send nothing
	SetCookie                  // send a new value
	DeleteCookie               // have the browser remove it
)

// ErrUnavailable is wrapped in the errors of an [Interface] whose store does
// not answer. The request then ends in a 503, any other error in a 500.
var ErrUnavailable = errors.New("session: the store is unavailable")

// ErrCookieTooLarge is wrapped in the error of a request that changed a session
// to more than a cookie can hold, where the application wants to know.
var ErrCookieTooLarge = errors.New("session: the cookie is larger than browsers keep")

// Stored is an optional power of an [Interface]: one whose sessions are in a
// store, where opening one costs a call over the network.
type Stored interface {
	// InStore reports whether that is so.
	InStore() bool
}
