package codec

import "unicode/utf8"

// A Finder finds single fields in a payload that stays whole: a session of which one key is read need not be taken
// apart. Both serializers of this package are Finders; a serializer of one's own may be one.
type Finder interface {
	// Check reports whether payload can be searched with Find. It checks the payload as SplitFields does, and refuses
	// besides what is rare: mappings without a key, keys that are no text, a tag as the only key.
	Check(payload string) bool

	// Find returns the encoded value of a key in a payload that passed Check; of equal keys the last counts. The value
	// is a part of payload.
	Find(payload, key string) (raw string, ok bool)
}

func (msgpackSerializer) Check(payload string) bool {
	r := msgpackReader{s: payload}
	n, err := r.mapping()
	if err != nil || n == 0 {
		return false
	}
	for range n {
		if r.pos >= len(r.s) || !isStr(r.s[r.pos]) {
			return false
		}
		if _, err := r.str(); err != nil {
			return false
		}
		if r.skip(maxDepth-1) != nil {
			return false
		}
	}
	return r.pos == len(payload)
}

func (msgpackSerializer) Find(payload, key string) (raw string, ok bool) {
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

func (j *taggedJSON) Check(payload string) bool {
	if !utf8.ValidString(payload) {
		return false
	}
	r := jsonReader{s: payload}
	if r.space(); r.peek() != '{' {
		return false
	}
	n, last := 0, ""
	err := r.each(func(key, _ string) { n, last = n+1, key })
	r.space()
	return err == nil && r.pos == len(payload) && n > 0 && !(n == 1 && isTag(last))
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
