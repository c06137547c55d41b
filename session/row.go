package session

import (
	"bytes"
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
	touched keySet   // the keys set or removed, since the last Clear
	again   []replay // of keys that were not touched before, see Session.Change
}

// touch notes that key was set or removed.
func (r *row) touch(key string) {
	if r != nil && !r.touched.has(key) {
		r.touched.add(key)
	}
}

// clear notes that all keys were removed.
func (r *row) clear() {
	if r != nil {
		r.cleared, r.again = true, nil
		r.touched.clear()
	}
}

// equal reports whether two rows of one key are the same, as far as can be
// known.
func (r Row) equal(other Row) bool {
	return r.Version == other.Version && bytes.Equal(r.Data, other.Data)
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
// out meanwhile, only what this request has set is stored under the new id.
//
// Other requests that came with the old id and end later do not bring it back:
// what they changed is dropped, and no answer of this program sends the old id
// once it is given up. Another program does not know that, so a slow page of
// another process that began before the login can still refresh the old cookie,
// and the visitor is logged out. A request that comes with the old id after the
// login is a visitor without a session, who gets an id of their own if
// something is set: let pages that write for anybody not run beside a login.
//
// A session that lives in the cookie has no id, and none to plant: there it does
// nothing. For the same reason nothing is revoked there: the cookie from before
// the login stays good for as long as its age allows, and a slow page that began
// before it sends the old session back, as in Flask.
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
		return s.data.isOnlyOwn(s.row != nil)
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
	p := &other.data
	if s.row.cleared {
		p.clear()
	}
	for _, key := range s.row.touched.keys {
		switch own := s.data.find(key); {
		case own == nil:
			p.drop(key)
		case key == createdKey && p.has(key): // the other was first
		default:
			p.put(*own)
		}
	}
	for _, c := range s.row.again {
		if s.row.touched.has(c.key) {
			continue
		}
		if value := c.f(p.fresh(c.key)); value == nil {
			p.drop(c.key)
		} else {
			p.set(c.key, value)
		}
	}
	p.split()
	s.data.fields, s.data.source, s.data.at = p.fields, p.source, p.at
}

// adopt makes the session what was stored together with other requests'
// changes.
func (s *Session) adopt(stored Row, text string, serializer codec.Serializer) {
	var data payload
	if data.load(text, serializer) == nil {
		s.data, s.row.loaded = data, stored
	}
}

// touchChanged notes as set the lists and mappings that were handed out and are
// not what was loaded any more. Those that were only looked at are not: another
// request may have changed them.
func (s *Session) touchChanged(decode func(Row) (*Session, error)) {
	var again keySet
	for _, c := range s.row.again {
		if !again.has(c.key) {
			again.add(c.key)
		}
	}
	var before *Session
	s.data.split()
	for i := range s.data.fields {
		f := &s.data.fields[i]
		if f.Raw != "" || s.row.touched.has(f.Key) || again.has(f.Key) {
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
