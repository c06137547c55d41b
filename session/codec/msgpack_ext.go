package codec

import (
	"time"
	"unicode/utf8"
)

// ext reads an extension of n bytes; err is what reading the length said.
func (r *msgpackReader) ext(n int, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	code, err := r.code()
	if err != nil {
		return nil, err
	}
	data, err := r.take(n)
	if err != nil {
		return nil, err
	}
	switch {
	case code == extTime:
		return r.timestamp(data)
	case code == extMarkup && !utf8.ValidString(data):
		return nil, malformed("HTML that is not UTF-8", r.pos)
	}
	if !r.build {
		return nil, nil
	}
	if code == extMarkup {
		return Markup(data), nil
	}
	return Ext{Code: int8(code), Data: []byte(data)}, nil
}

// timestamp reads the three forms of the timestamp extension: 32 bits of
// seconds; 30 bits of nanoseconds and 34 of seconds; 32 bits of nanoseconds and
// 64 of signed seconds.
func (r *msgpackReader) timestamp(data string) (any, error) {
	in := msgpackReader{s: data}
	var sec int64
	var nsec uint64
	switch len(data) {
	case 4:
		n, _ := in.uint(4)
		sec = int64(n)
	case 8:
		n, _ := in.uint(8)
		sec, nsec = int64(n&(1<<34-1)), n>>34
	case 12:
		nsec, _ = in.uint(4)
		n, _ := in.uint(8)
		sec = int64(n)
	default:
		return nil, malformed("timestamp length", r.pos)
	}
	if nsec > 999_999_999 || sec < minSeconds || sec > maxSeconds {
		return nil, malformed("timestamp out of range", r.pos)
	}
	if !r.build {
		return nil, nil
	}
	return time.Unix(sec, int64(nsec/1000*1000)).UTC(), nil
}
