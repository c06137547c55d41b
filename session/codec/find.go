package codec

import "unicode/utf8"

// A Finder finds single fields in a payload that stays whole: a session of
// which one key is read need not be taken apart. Both serializers of this
// package are Finders; a custom serializer may be one.
type Finder interface {
	// Scan returns the number of fields in payload, which can then be searched
	// with Find, stores the first, encoded, and returns what Find would for one
	// key. It checks the payload as SplitFields does, and returns 0 besides for
	// what is rare: mappings without a key, keys that are not text or look like
	// a tag.
	Scan(payload string, first *Field, key string) (n int, raw string)

	// Find returns the encoded value of a key in a payload that passed Scan; of
	// equal keys the last counts. The value is a part of payload.
	Find(payload, key string) (raw string, ok bool)
}

func (*msgpackSerializer) Scan(payload string, first *Field, key string) (n int, raw string) {
	r := msgpackReader{s: payload}
	n, err := r.mapping()
	if err != nil {
		return 0, ""
	}
	for i := range n {
		if r.pos >= len(r.s) || !isStr(r.s[r.pos]) {
			return 0, ""
		}
		name, err := r.str()
		if err != nil {
			return 0, ""
		}
		start := r.pos
		if r.skip(maxDepth-1) != nil {
			return 0, ""
		}
		if i == 0 {
			first.Key, first.Raw = name, r.s[start:r.pos]
		}
		if name == key {
			raw = r.s[start:r.pos]
		}
	}
	if r.pos != len(payload) {
		return 0, ""
	}
	return n, raw
}

func (*msgpackSerializer) Find(payload, key string) (raw string, ok bool) {
	r := msgpackReader{s: payload, checked: true}
	n, _ := r.mapping()
	for range n {
		name, _ := r.str()
		start := r.pos
		if r.skip(maxDepth-1) != nil {
			return "", false
		}
		if name == key {
			raw, ok = r.s[start:r.pos], true
		}
	}
	return raw, ok
}

func (j *taggedJSON) Scan(payload string, first *Field, key string) (n int, raw string) {
	if !utf8.ValidString(payload) {
		return 0, ""
	}
	r := jsonReader{s: payload}
	if r.space(); r.peek() != '{' {
		return 0, ""
	}
	tagged := false
	err := r.each(func(name, value string) {
		if tagged = tagged || isTag(name); n == 0 {
			first.Key, first.Raw = name, value
		}
		if name == key {
			raw = value
		}
		n++
	})
	if r.space(); err != nil || r.pos != len(payload) || tagged {
		return 0, ""
	}
	return n, raw
}

func (j *taggedJSON) Find(payload, key string) (raw string, ok bool) {
	r := jsonReader{s: payload}
	r.space()
	err := r.each(func(name, value string) {
		if name == key {
			raw, ok = value, true
		}
	})
	return raw, ok && err == nil
}
