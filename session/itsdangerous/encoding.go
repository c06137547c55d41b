package itsdangerous

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"fmt"
	"sync"
)

// MaxPayload is the largest payload in bytes that loading inflates to: 256 KiB. A browser keeps cookies of 4 KiB, which
// can inflate to 4 MiB.
const MaxPayload = 256 << 10

// Flask compresses whatever gets shorter. Inflating costs as much as ten signatures, at every request, and deflating more:
// here it has to pay. Readers do not care, the leading dot says what was done.
const (
	minCompress = 128     // bytes of payload below which compressing is not tried
	largeCookie = 2 << 10 // bytes of payload above which any gain counts: browsers drop cookies of 4 KiB
)

// pays tells whether a payload of n bytes should go out as z compressed ones: they are a quarter less, or it is large.
func pays(n, z int) bool {
	return z <= n-n/4 || n > largeCookie && z < n-1
}

var b64 = base64.RawURLEncoding

var errBase64 = fmt.Errorf("%w: base64 ends inside a group", ErrBadPayload)

// appendDecode appends the bytes that src stands for. It takes what Python's urlsafe_b64decode takes, so that both sides
// of a site agree about every cookie; what encoders write takes the fast way.
func appendDecode(dst, src []byte) ([]byte, error) {
	start, want := len(dst), b64.DecodedLen(len(src))
	// Go skips line breaks and Python counts them into the padding: a short result goes the slow way too.
	if out, err := b64.AppendDecode(dst, src); err == nil && len(out)-start == want {
		return out, nil
	}
	return appendDecodeLenient(dst[:start], src)
}

// appendDecodeLenient follows the rules of Python's binascii.a2b_base64 on src, padded to a multiple of four: bytes
// outside of the alphabet are skipped, both alphabets are understood, spare bits and all behind the padding ignored.
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

// sextets gives the six bits that a base64 character of either alphabet stands for, noSextet for the other bytes.
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

// A deflater is a reusable zlib writer with the buffer that it writes to.
type deflater struct {
	out bytes.Buffer
	z   *zlib.Writer
}

var deflaters = sync.Pool{New: func() any {
	d := new(deflater)
	// On what sessions hold, the best speed takes a third of the default's time and 1 % more bytes.
	d.z, _ = zlib.NewWriterLevel(&d.out, zlib.BestSpeed) // fails for unknown levels only
	return d
}}

// compress fills the deflater with the zlib form of payload and returns it, valid until the next use. Writing to memory
// cannot fail.
func (d *deflater) compress(payload []byte) []byte {
	d.out.Reset()
	d.z.Reset(&d.out)
	_, _ = d.z.Write(payload)
	_ = d.z.Close()
	return d.out.Bytes()
}
