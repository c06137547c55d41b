package session

import (
	"iter"
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
	// fields hold each value decoded, or as it came (codec.Field.Raw). A value
	// is decoded when it is first read, and goes out again untouched if it was not.
	fields []codec.Field
	source codec.Serializer // reads the fields that are still Raw
	row    *row             // where a server-side session is stored; nil if it is all in the cookie

	isNew    bool
	accessed bool
	modified bool
	null     bool // no secret key: every write panics
	resend   bool // it came in a cookie that is to be replaced

	// whole tells that a payload of several fields is not split into them yet,
	// which it is as soon as something asks for more than the value of a key. Most
	// requests do not, and then no field costs memory.
	whole     bool
	permanent bool // of a whole session: every response asks for it
	// room is for the field of the smallest sessions, which then need no memory
	// but this; and for the payload of a session that is whole, as a raw value.
	room [1]codec.Field
}

// payload is the session as it came, "" if it is not whole.
func (s *Session) payload() string {
	if s.whole {
		return s.room[0].Raw
	}
	return ""
}

// New returns the empty session of a visitor who brought none.
func New() *Session {
	s := &Session{isNew: true}
	s.fields = s.room[:0]
	return s
}

// Decode returns the session whose payload was written by serializer.
// It fails if the payload is not one whole mapping within the serializer's
// limits. The session's values share payload.
func Decode(payload string, serializer codec.Serializer) (*Session, error) {
	s := new(Session)
	if err := s.load(payload, serializer); err != nil {
		return nil, err
	}
	return s, nil
}

// load fills an empty session with what a payload holds.
func (s *Session) load(payload string, serializer codec.Serializer) error {
	s.source = serializer
	if f, ok := serializer.(codec.Finder); ok {
		switch n, raw := f.Scan(payload, &s.room[0], permanentKey); {
		case n == 1:
			s.fields = s.room[:]
			return nil
		case n > 1:
			s.whole, s.room[0] = true, codec.Field{Raw: payload}
			s.permanent = raw != "" && truthy(s.decodeRaw(permanentKey, raw))
			return nil
		}
		s.room[0] = codec.Field{}
	}
	fields, err := serializer.SplitFields(s.room[:0], payload)
	s.fields = fields
	return err
}

// split takes the payload apart.
func (s *Session) split() {
	if s.whole {
		s.splitWhole()
	}
}

func (s *Session) splitWhole() {
	payload := s.payload()
	s.whole, s.room[0] = false, codec.Field{}
	fields, err := s.source.SplitFields(s.room[:0], payload)
	if err != nil { // the payload was checked: a serializer's bug
		panic("session: a payload that was read before: " + err.Error())
	}
	s.fields = fields
}

// AppendTo appends the session as serializer writes it. It fails if a value
// cannot be stored.
func (s *Session) AppendTo(dst []byte, serializer codec.Serializer) ([]byte, error) {
	if s.whole && s.source == serializer { // nothing in it was touched
		return append(dst, s.payload()...), nil
	}
	s.split()
	if s.source != serializer { // what is still raw is another format's
		for i := range s.fields {
			s.decode(&s.fields[i])
			s.fields[i].Raw = ""
		}
		s.source = serializer
	}
	return serializer.AppendFields(dst, s.fields)
}

// Get returns the value of key, or the default (nil unless given) if the
// session has none: session.get(key, default).
//
// Values read back from a cookie have the types that package codec lists:
// whole numbers are int, lists []any, mappings map[string]any.
// [Value] returns them as the type one wants.
func (s *Session) Get(key string, def ...any) any {
	if s.whole {
		raw, ok := s.raw(key)
		if !ok {
			return first(def)
		}
		if v := s.decodeRaw(key, raw); immutable(v) {
			return v
		}
	}
	if f := s.find(key); f != nil {
		return s.decode(f)
	}
	return first(def)
}

// Must returns the value of key, session[key]. Without the key it panics with a
// [*KeyError], which ends the request in a 500 unless an error handler takes it.
func (s *Session) Must(key string) any {
	f := s.find(key)
	if f == nil {
		panic(&KeyError{Key: key})
	}
	return s.decode(f)
}

// Has tells whether the session has key: key in session.
func (s *Session) Has(key string) bool {
	if s.whole {
		_, ok := s.raw(key)
		return ok
	}
	return s.find(key) != nil
}

// Len is the number of keys, the one behind Permanent included: len(session).
func (s *Session) Len() int {
	s.split()
	return len(s.fields)
}

// Keys returns the keys in the order in which they were first set.
func (s *Session) Keys() []string {
	s.split()
	keys := make([]string, len(s.fields))
	for i := range s.fields {
		keys[i] = s.fields[i].Key
	}
	return keys
}

// All ranges over keys and values in the order of [Session.Keys]:
// session.items(). The session must not be changed meanwhile.
func (s *Session) All() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		s.split()
		for i := range s.fields {
			if !yield(s.fields[i].Key, s.decode(&s.fields[i])) {
				return
			}
		}
	}
}

// Set gives key a value, session[key] = value, and marks the session modified,
// even if the value is the same as before. Whether the value can be stored is
// found out when the session is saved.
func (s *Session) Set(key string, value any) {
	s.change()
	s.row.touch(key)
	if f := s.find(key); f != nil {
		f.Value, f.Raw = value, ""
		return
	}
	s.fields = append(s.fields, codec.Field{Key: key, Value: value})
}

// SetDefault returns the value of key and sets it to value first if it has
// none: session.setdefault(key, value).
func (s *Session) SetDefault(key string, value any) any {
	s.writable()
	if f := s.find(key); f != nil {
		return s.decode(f)
	}
	s.Set(key, value)
	return value
}

// Update sets each key of values, in alphabetical order, and marks the session
// modified even if there are none: session.update(values).
func (s *Session) Update(values map[string]any) {
	s.change()
	keys := make([]string, 0, len(values))
	for key := range values {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		s.Set(key, values[key])
	}
}

// Pop removes key and returns its value. Without the key it returns the
// default and modifies nothing, session.pop(key, default); without a default
// it panics with a [*KeyError].
func (s *Session) Pop(key string, def ...any) any {
	s.writable()
	i := s.index(key)
	if i < 0 {
		if len(def) == 0 {
			panic(&KeyError{Key: key})
		}
		return def[0]
	}
	value := s.decode(&s.fields[i])
	s.remove(i)
	return value
}

// PopItem removes the key that was added last and returns it with its value:
// session.popitem(). On an empty session it panics with a [*KeyError].
func (s *Session) PopItem() (key string, value any) {
	s.writable()
	s.split()
	i := len(s.fields) - 1
	if i < 0 {
		panic(&KeyError{})
	}
	key, value = s.fields[i].Key, s.decode(&s.fields[i])
	s.remove(i)
	return key, value
}

// Delete removes key, del session[key]. Without the key it panics with a
// [*KeyError]; Pop(key, nil) is the forgiving way.
func (s *Session) Delete(key string) {
	s.writable()
	i := s.index(key)
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
	clear(s.fields)
	s.fields, s.whole, s.room[0] = s.fields[:0], false, codec.Field{}
	if s.row != nil {
		s.SetPermanent(permanent)
	}
}

// remove takes the field at i away and keeps the order of the others.
func (s *Session) remove(i int) {
	s.change()
	s.row.touch(s.fields[i].Key)
	s.fields = slices.Delete(s.fields, i, i+1)
}

// index finds key, -1 if it is not there. A linear search: sessions are small,
// and most comparisons end at the length.
func (s *Session) index(key string) int {
	s.split()
	for i := range s.fields {
		if s.fields[i].Key == key {
			return i
		}
	}
	return -1
}

func (s *Session) find(key string) *codec.Field {
	if i := s.index(key); i >= 0 {
		return &s.fields[i]
	}
	return nil
}

// decode returns the field's value. A list or a mapping gives up its raw form:
// who holds it may change it in place, and then the change is what is saved.
func (s *Session) decode(f *codec.Field) any {
	if f.Raw == "" || f.Value != nil {
		return f.Value
	}
	f.Value = s.decodeRaw(f.Key, f.Raw)
	if !immutable(f.Value) {
		f.Raw = ""
	}
	return f.Value
}

// raw finds the value of key as it came, if it is still that.
func (s *Session) raw(key string) (string, bool) {
	if s.whole {
		return s.source.(codec.Finder).Find(s.payload(), key)
	}
	if f := s.find(key); f != nil && f.Raw != "" && f.Value == nil {
		return f.Raw, true
	}
	return "", false
}

func (s *Session) decodeRaw(key, raw string) any {
	v, err := s.source.DecodeValue(raw)
	if err != nil { // the payload was checked: a serializer's bug
		panic("session: value of " + strconv.Quote(key) + ": " + err.Error())
	}
	return v
}

// immutable tells the decoded kinds that no holder can change.
func immutable(v any) bool {
	switch v.(type) {
	case nil, bool, int, float64, string:
		return true
	}
	return false
}

func first(def []any) any {
	if len(def) > 0 {
		return def[0]
	}
	return nil
}
