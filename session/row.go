package session

import (
	"bytes"
	"slices"
	"time"

	"github.com/cantil-go/cantil/session/codec"
)

// row is what a server-side session knows of its row in the store and of what
// this request did to it. On a session that lives in the cookie it is nil, on
// which all methods do nothing.
type row struct {
	newID    func() string
	id       string // under which the session is to be stored; "" until it is needed
	loadedID string // under which it was found; "" if it is new
	loaded   Row

	// Of the lists of owners; see list in owners.go.
	side    *ServerSide // nil where sessions have no owner
	owner   string      // when it was loaded
	label   string
	opened  time.Time // of one with an owner
	claimed time.Time // when SetOwner said something new

	// What is done again on a fresh row if another request was faster. The last
	// change of each key is enough: its value is still in the session, or the
	// key is not.
	cleared bool
	touched []string // the keys set or removed, since the last Clear
}

// touch notes that key was set or removed.
func (r *row) touch(key string) {
	if r != nil && !slices.Contains(r.touched, key) {
		r.touched = append(r.touched, key)
	}
}

// clear notes that all keys were removed.
func (r *row) clear() {
	if r != nil {
		r.cleared, r.touched = true, r.touched[:0]
	}
}

// currentID is the id, which is drawn when it is first asked for.
func (r *row) currentID() string {
	if r.id == "" {
		r.id = r.newID()
	}
	return r.id
}

// ID is the session's id in the store, session.sid of Flask-Session: what its
// cookie holds, to be kept as secret as a password. It is "" for a session
// that lives in the cookie as a whole. A new session has one too, but nothing
// is stored under it before the session is saved.
func (s *Session) ID() string {
	if s.row == nil {
		return ""
	}
	return s.row.currentID()
}

// Regenerate gives the session a new id and deletes what was stored under the
// old one, regenerate() of Flask-Session's interface. Call it when a visitor
// logs in: an id that an attacker planted in the visitor's browser before is
// then worth nothing (session fixation). If another request logs the visitor
// out meanwhile, only what this request has set is stored under the new id. A
// session that lives in the cookie has no id, and none to plant: there it does
// nothing.
func (s *Session) Regenerate() {
	if s.row == nil {
		return
	}
	s.row.id = s.row.newID()
	if r := s.row; r.owner != "" {
		r.side.owners.move(r.id, r.loadedID)
	}
	if !s.empty() { // an empty one is not stored, and no cookie of it is to be deleted
		s.change()
	}
}

// empty reports whether there is nothing to store: a server-side session that
// holds nothing but "_permanent" is empty, as in Flask-Session, and so is one
// that holds only the time of its first write.
func (s *Session) empty() bool {
	if s.ends {
		return s.onlyOwn()
	}
	return s.data.isEmpty() || s.row != nil && s.data.isOnlyPermanent()
}

// rebase makes the session what it would be if fresh had been loaded: fresh
// with this request's changes on top. The error is that of fresh, which then
// cannot be decoded.
func (s *Session) rebase(fresh Row, decode func(Row) (*Session, error)) error {
	other, err := decode(fresh)
	if err != nil {
		return err
	}
	s.touchChanged(decode)
	s.replayOn(other)
	s.row.loaded = fresh
	return nil
}

// replayOn takes over the fields of other and does this request's changes
// again.
func (s *Session) replayOn(other *Session) {
	s.data.split()
	other.data.split()
	fields := other.data.fields
	if s.row.cleared {
		fields = fields[:0]
	}
	for _, key := range s.row.touched {
		at := slices.IndexFunc(fields, func(f codec.Field) bool { return f.Key == key })
		own := s.data.find(key)
		switch {
		case own == nil && at >= 0:
			fields = slices.Delete(fields, at, at+1)
		case own != nil && at >= 0 && key == createdKey: // the other was first
		case own != nil && at >= 0:
			fields[at] = *own
		case own != nil:
			fields = append(fields, *own)
		}
	}
	s.data.fields, s.data.source = fields, other.data.source
}

// touchChanged notes as set the lists and mappings that were handed out and are
// not what was loaded any more. Those that were only looked at are not: another
// request may have changed them.
func (s *Session) touchChanged(decode func(Row) (*Session, error)) {
	var before *Session
	for i := range s.data.fields {
		f := &s.data.fields[i]
		if f.Raw != "" || slices.Contains(s.row.touched, f.Key) {
			continue
		}
		if before == nil {
			if before, _ = decode(s.row.loaded); before == nil {
				return // it was decoded once
			}
		}
		if !sameEncoding(before.Get(f.Key), f.Value) {
			s.row.touch(f.Key)
		}
	}
}

// sameEncoding reports whether two values would be stored as the same bytes.
func sameEncoding(a, b any) bool {
	left, err := codec.Msgpack.AppendValue(nil, a)
	if err != nil {
		return false
	}
	right, err := codec.Msgpack.AppendValue(nil, b)
	return err == nil && bytes.Equal(left, right)
}
