package session

import (
	"fmt"
	"slices"

	"github.com/cantil-go/cantil/internal/pytext"
	"github.com/cantil-go/cantil/session/codec"
)

// payload is the mapping that a session holds, taken apart only as far as
// something asks for it. Most requests read a key or two of what came and
// change nothing; then neither the fields nor their values cost memory.
//
//	load ──▶ whole ───── split ─────▶ split
//	  └───── one field, or none ────────▲
//
// While it is whole, text is what came, which was checked, and a key is
// searched for in it each time. Once it is split, text is empty and fields
// holds every key. The methods say which of both they leave it as. A field of a
// split payload has
//
//	Raw             until something reads it: it goes out again as it came
//	Raw and Value   once it was read, if no holder can change the value
//	Value           if it was set, or is a list or a mapping, which whoever
//	                holds it may change in place: it goes out as it is by then
//
// The zero payload is empty and split.
type payload struct {
	source codec.Serializer // reads text, and what is Raw
	text   string
	fields []codec.Field
	// first is for the field of the smallest sessions, which then need no
	// memory but the Session.
	first     [1]codec.Field
	permanent bool // of a whole payload, since every response asks for it

	// Of many fields, see payload_many.go.
	dead int32
	at   map[string]int
}

// load fills an empty payload. It stays whole if there are several fields and
// the serializer can search for one.
func (p *payload) load(text string, serializer codec.Serializer) error {
	p.source = serializer
	if f, ok := serializer.(codec.Finder); ok {
		switch n, raw := f.Scan(text, &p.first[0], permanentKey); {
		case n == 1:
			p.fields = p.first[:]
			return nil
		case n > 1:
			p.text, p.first[0] = text, codec.Field{}
			p.permanent = raw != "" && pytext.Truth(p.decodeRaw(permanentKey, raw))
			return nil
		}
		p.first[0] = codec.Field{}
	}
	fields, err := serializer.SplitFields(p.first[:0], text)
	p.fields = fields
	return err
}

// whole reports whether the payload still is what came, of several fields.
func (p *payload) whole() bool { return p.text != "" }

// split takes the payload apart. Every field is one of the session then.
func (p *payload) split() {
	if p.whole() {
		p.splitText()
	} else if p.dead > 0 {
		p.compact()
	}
}

// splitText is apart from split, which is inlined.
func (p *payload) splitText() {
	fields, err := p.source.SplitFields(p.first[:0], p.text)
	if err != nil { // the text was checked: a serializer's bug
		panic(fmt.Errorf("session: a payload that was read before: %w", err))
	}
	p.text, p.fields = "", fields
}

// appendTo appends the payload as serializer writes it. It stays whole if that
// is what came.
func (p *payload) appendTo(dst []byte, serializer codec.Serializer) ([]byte, error) {
	if p.whole() && p.source == serializer {
		return append(dst, p.text...), nil
	}
	p.split()
	if p.source != serializer { // what is still raw is another format's
		for i := range p.fields {
			p.decode(&p.fields[i])
			p.fields[i].Raw = ""
		}
		p.source = serializer
	}
	return serializer.AppendFields(dst, p.fields)
}

// get returns the value of key. A whole payload stays so unless the value is
// one that its holder may change in place.
func (p *payload) get(key string) (any, bool) {
	if p.whole() {
		raw, ok := p.raw(key)
		if !ok {
			return nil, false
		}
		if v := p.decodeRaw(key, raw); immutable(v) {
			return v, true
		}
	}
	f := p.find(key)
	if f == nil {
		return nil, false
	}
	return p.decode(f), true
}

// has reports whether there is a value of key. A whole payload stays so.
func (p *payload) has(key string) bool {
	if p.whole() {
		_, ok := p.raw(key)
		return ok
	}
	return p.index(key) >= 0
}

// isPermanent is the truth of the value of permanentKey. A whole payload stays
// so.
func (p *payload) isPermanent() bool {
	if p.whole() {
		return p.permanent
	}
	v, _ := p.get(permanentKey)
	return pytext.Truth(v)
}

// isEmpty reports whether there is no key. A whole payload stays so.
func (p *payload) isEmpty() bool { return !p.whole() && p.count() == 0 }

// longestAlone is above the length of any payload of one short key with a truth
// value: a longer one need not be split to see that it has others.
const longestAlone = 32

// isOnlyPermanent reports whether permanentKey is the only key.
func (p *payload) isOnlyPermanent() bool {
	if len(p.text) > longestAlone || p.count() > 1 {
		return false
	}
	p.split()
	return len(p.fields) == 1 && p.fields[0].Key == permanentKey
}

// set gives key a value and splits the payload.
func (p *payload) set(key string, value any) {
	if f := p.find(key); f != nil {
		f.Value, f.Raw = value, ""
		return
	}
	p.add(codec.Field{Key: key, Value: value})
}

// remove takes the field at i of a split payload away and keeps the order of
// the others.
func (p *payload) remove(i int) {
	if p.at != nil {
		p.bury(i)
	} else {
		p.fields = slices.Delete(p.fields, i, i+1)
	}
}

// clear removes every field.
func (p *payload) clear() {
	clear(p.fields)
	p.text, p.fields, p.at, p.dead = "", p.fields[:0], nil, 0
}

// index takes the payload apart and returns the place of key, -1 if it has
// none.
func (p *payload) index(key string) int {
	if p.whole() {
		p.splitText()
	}
	return p.place(key)
}

// find splits the payload and returns the field of key, nil if there is none.
func (p *payload) find(key string) *codec.Field {
	if i := p.index(key); i >= 0 {
		return &p.fields[i]
	}
	return nil
}

// raw returns the value of key as it came, if nothing has read or set it. A
// whole payload stays so.
func (p *payload) raw(key string) (string, bool) {
	if p.whole() {
		return p.source.(codec.Finder).Find(p.text, key)
	}
	if f := p.find(key); f != nil && f.Raw != "" && f.Value == nil {
		return f.Raw, true
	}
	return "", false
}

// decode returns the value of a field. A list or a mapping gives up its raw
// form: its holder may change it in place, and then the change is what is
// saved.
func (p *payload) decode(f *codec.Field) any {
	if f.Raw == "" || f.Value != nil {
		return f.Value
	}
	f.Value = p.decodeRaw(f.Key, f.Raw)
	if !immutable(f.Value) {
		f.Raw = ""
	}
	return f.Value
}

func (p *payload) decodeRaw(key, raw string) any {
	v, err := p.source.DecodeValue(raw)
	if err != nil { // the text was checked: a serializer's bug
		panic(fmt.Errorf("session: value of %q: %w", key, err))
	}
	return v
}

// immutable reports whether a decoded value is of a kind that no holder can
// change.
func immutable(v any) bool {
	switch v.(type) {
	case nil, bool, int, float64, string:
		return true
	}
	return false
}
