package codec

import (
	"encoding/base64"
	"strings"
)

// key reads the key of a member and goes to its value.
func (r *jsonReader) key() (string, error) {
	key, err := r.str(true)
	if err != nil {
		return "", err
	}
	r.space()
	if r.peek() != ':' {
		return "", malformed("colon expected", r.pos)
	}
	r.pos++
	r.space()
	return key, nil
}

// object reads a mapping, or the value that one with a tag as its only key
// stands for.
func (r *jsonReader) object(depth int) (any, error) {
	if depth == 0 {
		return nil, ErrTooDeep
	}
	r.pos++
	var read members
	for more := !r.closes('}'); more; {
		key, err := r.key()
		if err != nil {
			return nil, err
		}
		start := r.pos
		v, err := r.value(depth - 1)
		if err != nil {
			return nil, err
		}
		read.add(r, Field{Key: key, Value: v, Raw: r.s[start:r.pos]})
		if more, err = r.next('}'); err != nil {
			return nil, err
		}
	}
	switch {
	case read.one && isTag(read.first.Key):
		return r.untag(read.first)
	case !r.build:
		return nil, nil
	case r.ordered:
		return (&Dict{Items: read.items}).dropRepeated(), nil
	}
	return read.mapping(), nil
}

// members are what was read of a mapping. As long as they have one key, which
// may be a tag, no map is built.
type members struct {
	first Field          // the key that came first, with the value that counts
	one   bool           // there is no other key
	rest  map[string]any // every key, once there are several and values are wanted
	items []Item         // in place of rest if the order is wanted
}

// add takes the next member. Of equal keys the last one counts.
func (m *members) add(r *jsonReader, f Field) {
	if r.build && r.ordered {
		m.items = append(m.items, Item{f.Key, f.Value})
	}
	switch {
	case m.first.Raw == "", m.one && f.Key == m.first.Key:
		m.first, m.one = f, true
		return
	case m.one:
		m.one = false
		if r.build && !r.ordered {
			m.rest = map[string]any{m.first.Key: m.first.Value}
		}
	}
	if m.rest != nil {
		m.rest[f.Key] = f.Value
	}
}

// mapping returns the members as a map.
func (m *members) mapping() map[string]any {
	switch {
	case m.rest != nil:
		return m.rest
	case m.one:
		return map[string]any{m.first.Key: m.first.Value}
	}
	return map[string]any{}
}

// untag returns what the value of a tag stands for, as the to_python methods in
// flask/json/tag.py. Where those shrug at a value that their own to_json never
// writes, it is malformed here.
func (r *jsonReader) untag(tagged Field) (any, error) {
	raw := tagged.Raw
	switch {
	case tagged.Key == " di":
		return r.untagDict(tagged)
	case tagged.Key == " t" && raw[0] == '[':
		if !r.build {
			return nil, nil
		}
		return Tuple(tagged.Value.([]any)), nil
	case tagged.Key == " t" || raw[0] != '"':
		return nil, malformed("value of tag"+tagged.Key, r.pos)
	}
	text := raw[1 : len(raw)-1]
	if strings.IndexByte(text, '\\') >= 0 {
		text = unescape(text)
	}
	switch tagged.Key {
	case " b":
		return r.bytes(text)
	case " u":
		return built(r, ParseUUID, text)
	case " d":
		return built(r, parseHTTPDate, text)
	}
	return built(r, func(s string) (Markup, error) { return Markup(s), nil }, text)
}

// built parses text and returns the value if values are wanted.
func built[T any](r *jsonReader, parse func(string) (T, error), text string) (any, error) {
	v, err := parse(text)
	if err != nil || !r.build {
		return nil, err
	}
	return v, nil
}

// bytes reads standard base64, with padding.
func (r *jsonReader) bytes(text string) (any, error) {
	if !isBase64(text) {
		return nil, malformed("base64", r.pos)
	}
	if !r.build {
		return nil, nil
	}
	data, err := base64.StdEncoding.DecodeString(text)
	return data, err
}

func isBase64(s string) bool {
	if len(s)%4 != 0 {
		return false
	}
	s = strings.TrimSuffix(strings.TrimSuffix(s, "="), "=")
	for i := range len(s) {
		switch c := s[i]; {
		case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '+', c == '/':
		default:
			return false
		}
	}
	return true
}

// untagDict returns the mapping of one key that looked like a tag: the key has
// two characters more in the text.
func (r *jsonReader) untagDict(tagged Field) (any, error) {
	inner, err := wrappedField(tagged.Raw)
	if err != nil || !r.build {
		return nil, err
	}
	if d, ok := tagged.Value.(*Dict); ok { // not a tag, and the only key: plain
		return &Dict{Items: []Item{{cutTwo(inner.Key), d.Items[0].Value}}}, nil
	}
	value := tagged.Value.(map[string]any)[inner.Key]
	return map[string]any{cutTwo(inner.Key): value}, nil
}

// wrappedField returns the one member of the mapping in a " di" tag, its value
// left encoded. raw is well-formed.
func wrappedField(raw string) (Field, error) {
	if raw[0] != '{' || countMembers(raw) != 1 {
		return Field{}, malformed("value of tag di", 0)
	}
	r := jsonReader{s: raw, pos: 1}
	r.space()
	key, err := r.key()
	if err != nil {
		return Field{}, err
	}
	if isTag(key) {
		return Field{}, malformed("tag inside of tag di", 0)
	}
	return Field{Key: key, Raw: strings.TrimRight(raw[r.pos:len(raw)-1], " \t\r\n")}, nil
}

// unwrapField replaces the only field of a session whose key is a tag by the
// field that it wraps. With another tag than " di" the session is not a
// mapping.
func unwrapField(f *Field) error {
	if f.Key != " di" {
		return ErrNotMapping
	}
	inner, err := wrappedField(f.Raw)
	if err != nil {
		return err
	}
	inner.Key = cutTwo(inner.Key)
	*f = inner
	return nil
}

// cutTwo removes the last two characters of s.
func cutTwo(s string) string {
	for range 2 {
		for len(s) > 0 && s[len(s)-1]&0xc0 == 0x80 {
			s = s[:len(s)-1]
		}
		if len(s) > 0 {
			s = s[:len(s)-1]
		}
	}
	return s
}
