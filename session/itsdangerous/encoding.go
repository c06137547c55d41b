package itsdangerous

import (
	"encoding/base64"
	"fmt"
)

var b64 = base64.RawURLEncoding

var errBase64 = fmt.Errorf("%w: base64 ends inside a group", ErrBadPayload)

// appendDecode appends the bytes that src stands for. It takes what Python's
// urlsafe_b64decode takes, so that both sides of a site agree about every
// cookie; what encoders write takes the fast way.
func appendDecode(dst, src []byte) ([]byte, error) {
	start, want := len(dst), b64.DecodedLen(len(src))
	// Go skips line breaks and Python counts them into the padding: a short result goes the slow way too.
	if out, err := b64.AppendDecode(dst, src); err == nil && len(out)-start == want {
		return out, nil
	}
	return appendDecodeLenient(dst[:start], src)
}

// appendDecodeLenient follows the rules of Python's binascii.a2b_base64 on src,
// padded to a multiple of four: bytes outside of the alphabet are skipped, both
// alphabets are understood, spare bits and all behind the padding ignored.
func appendDecodeLenient(dst, src []byte) ([]byte, error) {
	var quad, pads int // place in the group of four characters; padding seen in it
	var left byte      // bits of the character before that belong to the next byte
	for i := range len(src) + -len(src)&3 {
		c := byte('=')
		if i < len(src) {
			c = src[i]
		}
		if c == '=' {
			if quad >= 2 {
				if pads++; quad+pads >= 4 {
					return dst, nil
				}
			}
			continue
		}
		v := sextets[c]
		if v == noSextet {
			continue
		}
		switch quad {
		case 1:
			dst = append(dst, left<<2|v>>4)
		case 2:
			dst = append(dst, left<<4|v>>2)
		case 3:
			dst = append(dst, left<<6|v)
		}
		left, quad, pads = v, (quad+1)&3, 0
	}
	if quad != 0 {
		return dst, errBase64
	}
	return dst, nil
}

// sextets gives the six bits that a base64 character of either alphabet stands
// for, noSextet for the other bytes.
var sextets = func() (table [256]byte) {
	for c := range table {
		table[c] = noSextet
	}
	for v, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") {
		table[c] = byte(v)
	}
	table['+'], table['/'] = table['-'], table['_']
	return table
}()

const noSextet = 1 << 6
