package session

import (
	"iter"
	"log/slog"
	"maps"
	"slices"
	"strconv"

	"github.com/cantil-go/cantil/session/codec"
)

// permanentKey is the key under which Flask keeps session.permanent.
const permanentKey = "_permanent"

// Session is the mapping of one visitor, flask.session. Its keys keep the order
// in which they were first set. The zero Session is not usable; a view gets
// one from Context.Session, an [Interface] makes one with [New] or [Decode].
type Session struct {
	data payload
	row  *row // where a server-side session is stored; nil if it is all in the cookie

	isNew    bool
	accessed bool
	modified bool
	null     bool // no secret key: every write panics
	resend   bool // it is to be written even if nothing changed
	ends     bool // it has an absolute end

	saved *slog.Logger // is told of a change that comes too late; nil before
}

// New returns the empty session of a visitor who brought none.
func New() *Session {
	s := &Session{isNew: true}
	s.data.fields = s.data.first[:0]
	return s
}

// Decode returns the session whose payload was written by serializer.
// It fails if the payload is not one whole mapping within the serializer's
// limits. The session's values share payload.
func Decode(payload string, serializer codec.Serializer) (*Session, error) {
	s := new(Session)
	if err := s.data.load(payload, serializer); err != nil {
		return nil, err
	}
	return s, nil
}

// AppendTo appends the session as serializer writes it. It fails if a value
// cannot be stored.
func (s *Session) AppendTo(dst []byte, serializer codec.Serializer) ([]byte, error) {
	return s.data.appendTo(dst, serializer)
}

// Get returns the value of key, or the default (nil unless given) if the
// session has none: session.get(key, default).
//
// Values read back from a cookie have the types that package codec lists:
// whole numbers are int, lists []any, mappings map[string]any.
// [Value] returns them as a type of the caller's choice.
func (s *Session) Get(key string, def ...any) any {
	if v, ok := s.data.get(key); ok {
		return v
	}
	return first(def)
}

// Must returns the value of key, session[key]. Without the key it panics with a
// [*KeyError], which ends the request in a 500 unless an error handler takes
// it.
func (s *Session) Must(key string) any {
	v, ok := s.data.get(key)
	if !ok {
		panic(&KeyError{Key: key})
	}
	return v
}

// Has reports whether the session has key: key in session.
func (s *Session) Has(key string) bool { return s.data.has(key) }

// Len is the number of keys, that of [Session.Permanent] included:
// len(session).
func (s *Session) Len() int {
	if s.data.whole() {
		s.data.splitText()
	}
	return s.data.count()
}

// Keys returns the keys in the order in which they were first set.
func (s *Session) Keys() []string {
	s.data.split()
	keys := make([]string, len(s.data.fields))
	for i := range s.data.fields {
		keys[i] = s.data.fields[i].Key
	}
	return keys
}

// All ranges over keys and values in the order of [Session.Keys]:
// session.items(). The session must not be changed meanwhile.
func (s *Session) All() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		s.data.split()
		for i := range s.data.fields {
			if !yield(s.data.fields[i].Key, s.data.decode(&s.data.fields[i])) {
				return
			}
		}
	}
}

// Set gives key a value, session[key] = value, and marks the session modified,
// even if the value is the same as before. A value that cannot be stored is an
// error when the session is saved.
func (s *Session) Set(key string, value any) {
	s.change()
	s.row.touch(key)
	s.data.set(key, value)
}

// SetDefault returns the value of key and sets it to value first if it has
// none: session.setdefault(key, value).
func (s *Session) SetDefault(key string, value any) any {
	s.writable()
	if v, ok := s.data.get(key); ok {
		return v
	}
	s.Set(key, value)
	return value
}

// Update sets each key of values, in alphabetical order, and marks the session
// modified even if there are none: session.update(values).
func (s *Session) Update(values map[string]any) {
	s.change()
	for _, key := range slices.Sorted(maps.Keys(values)) {
		s.Set(key, values[key])
	}
}

// Pop removes key and returns its value. Without the key it returns the
// default and modifies nothing, session.pop(key, default); without a default
// it panics with a [*KeyError].
func (s *Session) Pop(key string, def ...any) any {
	s.writable()
	i := s.data.index(key)
	if i < 0 {
		if len(def) == 0 {
			panic(&KeyError{Key: key})
		}
		return def[0]
	}
	value := s.data.decode(&s.data.fields[i])
	s.remove(i)
	return value
}

// PopItem removes the key that was added last and returns it with its value:
// session.popitem(). On an empty session it panics with a [*KeyError].
func (s *Session) PopItem() (key string, value any) {
	s.writable()
	s.data.split()
	i := len(s.data.fields) - 1
	if i < 0 {
		panic(&KeyError{})
	}
	key, value = s.data.fields[i].Key, s.data.decode(&s.data.fields[i])
	s.remove(i)
	return key, value
}

// Delete removes key, del session[key]. Without the key it panics with a
// [*KeyError]; Pop(key, nil) is the forgiving way.
func (s *Session) Delete(key string) {
	s.writable()
	i := s.data.index(key)
	if i < 0 {
		panic(&KeyError{Key: key})
	}
	s.remove(i)
}

// Clear removes every key, session.clear(), which logs a visitor out: the
// response then deletes the cookie. A server-side session keeps what
// Permanent says, as in Flask-Session, and counts as empty all the same.
func (s *Session) Clear() {
	permanent := s.row != nil && s.Permanent()
	s.change()
	s.row.clear()
	s.data.clear()
	if s.row != nil {
		s.SetPermanent(permanent)
	}
}

// remove takes the field at i away and keeps the order of the others.
func (s *Session) remove(i int) {
	s.change()
	s.row.touch(s.data.fields[i].Key)
	s.data.remove(i)
}

func first(def []any) any {
	if len(def) > 0 {
		return def[0]
	}
	return nil
}

// KeyError is what [Session.Must], Delete, Pop and PopItem panic with when the
// session has no such key, Python's KeyError.
type KeyError struct {
	Key string // "" from PopItem on an empty session
}

func (e *KeyError) Error() string {
	return "session: KeyError: no key " + strconv.Quote(e.Key)
}
