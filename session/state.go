package session

import "log/slog"

// New reports whether the visitor brought no valid session: session.new. (Flask
// leaves it False always; this is what its documentation promises.)
func (s *Session) New() bool { return s.isNew }

// Modified reports whether a key was set or removed in this request, or
// [Session.SetModified] said so: session.modified. A modified session is saved.
func (s *Session) Modified() bool { return s.modified }

// SetModified sets whether the session is to be saved. A list or a mapping in
// it that is changed in place is not detected, as in Flask: call
// SetModified(true) after it. SetModified(false) drops this request's changes.
func (s *Session) SetModified(modified bool) {
	if s.modified = modified; modified {
		s.warnIfSaved()
	}
}

// Accessed reports whether the application asked for the session in this
// request: session.accessed. The response then says Vary: Cookie.
func (s *Session) Accessed() bool { return s.accessed }

// SetAccessed marks the session as asked for. Context.Session does.
func (s *Session) SetAccessed(accessed bool) { s.accessed = accessed }

// SetSaved notes that the session was saved: whatever changes it from now on, in
// a streamed answer or a teardown function, is lost, and the first such change is
// reported to logger. Who calls [Interface].Save calls it afterwards.
func (s *Session) SetSaved(logger *slog.Logger) { s.saved = logger }

func (s *Session) warnIfSaved() {
	if s.saved != nil {
		s.saved.Warn("session: changed after the answer began, when it is saved: the change is lost")
		s.saved = nil
	}
}

// Permanent reports whether the cookie outlives the browser, by
// PERMANENT_SESSION_LIFETIME: session.permanent. It is the key "_permanent".
func (s *Session) Permanent() bool { return s.data.isPermanent() }

// SetPermanent sets the key of [Session.Permanent], which counts as a change.
func (s *Session) SetPermanent(permanent bool) { s.Set(permanentKey, permanent) }

// change is the first step of every operation that modifies the session.
func (s *Session) change() {
	s.writable()
	s.warnIfSaved()
	s.modified = true
}
