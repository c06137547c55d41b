// Package uuid holds the value of a uuid variable of a URL and of a uuid.UUID in
// a session, which are one type. Users know it as codec.UUID.
package uuid

import (
	"encoding/hex"
	"fmt"

	"github.com/vmihailenco/msgpack/v5"

	"github.com/cantil-go/cantil/internal/pytext"
)

// UUID is Python's uuid.UUID.
type UUID [16]byte

// TextLen is the length of the usual form, 8-4-4-4-12 digits.
const TextLen = 36

func isDash(i int) bool { return i == 8 || i == 13 || i == 18 || i == 23 }

// HasPrefix reports whether s begins with the usual form of a UUID.
func HasPrefix(s string) bool {
	if len(s) < TextLen {
		return false
	}
	for i := range TextLen {
		if isDash(i) && s[i] != '-' || !isDash(i) && pytext.Unhex(s[i]) < 0 {
			return false
		}
	}
	return true
}

// Parse reads the usual form, or its 32 digits without dashes.
func Parse(s string) (u UUID, err error) {
	if len(s) != 32 && !(len(s) == TextLen && HasPrefix(s)) {
		return u, fmt.Errorf("cantil: %.40q is not a UUID", s)
	}
	digits := 0
	for i := range len(s) {
		if len(s) == TextLen && isDash(i) {
			continue
		}
		v := pytext.Unhex(s[i])
		if v < 0 {
			return UUID{}, fmt.Errorf("cantil: %q is not a UUID", s)
		}
		u[digits/2] = u[digits/2]<<4 | byte(v)
		digits++
	}
	return u, nil
}

// Append appends the usual form in lower case.
func (u UUID) Append(dst []byte) []byte {
	for i, group := range [...][]byte{u[:4], u[4:6], u[6:8], u[8:10], u[10:]} {
		if i > 0 {
			dst = append(dst, '-')
		}
		dst = hex.AppendEncode(dst, group)
	}
	return dst
}

// String returns the usual form in lower case.
func (u UUID) String() string {
	var text [TextLen]byte
	return string(u.Append(text[:0]))
}

// EncodeMsgpack writes the usual form where a UUID lies inside of a struct.
func (u UUID) EncodeMsgpack(enc *msgpack.Encoder) error { return enc.EncodeString(u.String()) }

// DecodeMsgpack reads what [Parse] reads.
func (u *UUID) DecodeMsgpack(dec *msgpack.Decoder) error {
	s, err := dec.DecodeString()
	if err != nil {
		return err
	}
	return u.UnmarshalText([]byte(s))
}

// MarshalText returns the usual form.
func (u UUID) MarshalText() ([]byte, error) { return u.Append(nil), nil }

// UnmarshalText reads what [Parse] reads.
func (u *UUID) UnmarshalText(text []byte) error {
	parsed, err := Parse(string(text))
	if err == nil {
		*u = parsed
	}
	return err
}
