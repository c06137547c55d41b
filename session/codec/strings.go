package codec

// DecodeStrings is s.DecodeValue for a list of strings, the usual list of a
// session, without a value of any type for each. It is not ok if raw is
// something else, or of a serializer of another package.
func DecodeStrings(s Serializer, raw string) (list []string, ok bool) {
	d, ok := s.(interface{ decodeStrings(string) ([]string, bool) })
	if !ok {
		return nil, false
	}
	return d.decodeStrings(raw)
}

func (*msgpackSerializer) decodeStrings(raw string) ([]string, bool) {
	r := msgpackReader{s: raw}
	c, err := r.code()
	n := 0
	switch {
	case err != nil:
		return nil, false
	case c&0xf0 == 0x90:
		n = int(c & 0x0f)
	case c == 0xdc:
		n, err = r.length(2)
	case c == 0xdd:
		n, err = r.length(4)
	default:
		return nil, false
	}
	if err != nil || n > len(raw)-r.pos {
		return nil, false
	}
	list := make([]string, n)
	for i := range list {
		if r.pos >= len(raw) || !isStr(raw[r.pos]) {
			return nil, false
		}
		if list[i], err = r.str(); err != nil {
			return nil, false
		}
	}
	return list, r.pos == len(raw)
}

func (j *taggedJSON) decodeStrings(raw string) ([]string, bool) {
	r := jsonReader{s: raw}
	if r.space(); r.peek() != '[' {
		return nil, false
	}
	r.pos++
	list := []string{}
	for more := !r.closes(']'); more; {
		text, err := r.str(true)
		if err != nil {
			return nil, false
		}
		list = append(list, text)
		if more, err = r.next(']'); err != nil {
			return nil, false
		}
	}
	r.space()
	return list, r.pos == len(raw)
}
