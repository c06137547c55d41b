package session

// New reports whether the visitor brought no valid session: session.new. (Flask
// leaves it False always; this is what its documentation promises.)
func (s *Session) New() bool { return s.isNew }

// Modified reports whether a key was set or removed in this request, or
// [Session.SetModified] said so: session.modified. A modified session is saved.
func (s *Session) Modified() bool { return s.modified }

// SetModified sets whether the session is to be saved. A list or a mapping in
// it that is changed in place is not detected, as in Flask: call
// SetModified(true) after it. SetModified(false) drops this request's changes.
func (s *Session) SetModified(modified bool) { s.modified = modified }

// Accessed reports whether the application asked for the session in this
// request: session.accessed. The response then says Vary: Cookie.
func (s *Session) Accessed() bool { return s.accessed }

// SetAccessed marks the session as asked for. Context.Session does.
func (s *Session) SetAccessed(accessed bool) { s.accessed = accessed }

// Permanent reports whether the cookie outlives the browser, by
// PERMANENT_SESSION_LIFETIME: session.permanent. It is the key "_permanent".
func (s *Session) Permanent() bool { return s.data.isPermanent() }

// SetPermanent sets the key of [Session.Permanent], which counts as a change.
func (s *Session) SetPermanent(permanent bool) { s.Set(permanentKey, permanent) }

// change is the first step of every operation that modifies the session.
func (s *Session) change() {
	s.writable()
	s.modified = true
}
