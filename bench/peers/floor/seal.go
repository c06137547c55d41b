package floor

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/subtle"
	"encoding"
	"encoding/base64"
	"encoding/binary"
	"hash"
)

// lifetime is how old a cookie may be, in seconds: Flask's 31 days.
const lifetime = 31 * 24 * 3600

// b64 refuses what no encoder writes, as ItsDangerous does.
var b64 = base64.RawURLEncoding.Strict()

// seal signs and verifies payload.timestamp.signature as ItsDangerous does. It
// belongs to one goroutine at a time.
type seal struct {
	hash         hash.Hash
	restore      encoding.BinaryUnmarshaler // hash, once more
	inner, outer []byte                     // HMAC's two states, the key already hashed
	sum, given   [sha1.Size + 8]byte        // here, since what passes through an interface is allocated
}

func newSeal(secret string) seal {
	derive := hmac.New(sha1.New, []byte(secret))
	derive.Write([]byte("cookie-session"))
	key := make([]byte, sha1.BlockSize)
	copy(key, derive.Sum(nil))

	h := sha1.New()
	return seal{hash: h, restore: h.(encoding.BinaryUnmarshaler), inner: padded(key, 0x36), outer: padded(key, 0x5c)}
}

// padded is the state of SHA-1 behind the key's block.
func padded(key []byte, pad byte) []byte {
	block := bytes.Clone(key)
	for i := range block {
		block[i] ^= pad
	}
	h := sha1.New()
	h.Write(block)
	state, err := h.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		panic(err) // SHA-1 has a state
	}
	return state
}

// sign returns the HMAC-SHA-1 of signed, valid until the next call. Restoring a
// state costs less than hashing the key's block again.
func (s *seal) sign(signed []byte) []byte {
	s.restore.UnmarshalBinary(s.inner)
	s.hash.Write(signed)
	sum := s.hash.Sum(s.sum[:0])
	s.restore.UnmarshalBinary(s.outer)
	s.hash.Write(sum)
	return s.hash.Sum(s.sum[:0])
}

// open appends the payload of the cookie value to dst, or nothing.
func (s *seal) open(dst, value []byte, now int64) []byte {
	dot := bytes.LastIndexByte(value, '.')
	if dot < 0 || len(value)-dot-1 != b64.EncodedLen(sha1.Size) {
		return dst
	}
	n, err := b64.Decode(s.given[:], value[dot+1:])
	if err != nil || subtle.ConstantTimeCompare(s.sign(value[:dot]), s.given[:n]) != 1 {
		return dst
	}
	value = value[:dot]
	dot = bytes.LastIndexByte(value, '.')
	if dot < 0 || len(value)-dot-1 > 8 {
		return dst
	}
	n, err = b64.Decode(s.given[:], value[dot+1:])
	if err != nil {
		return dst
	}
	var signedAt int64
	for _, b := range s.given[:n] {
		signedAt = signedAt<<8 | int64(b)
	}
	if age := now - signedAt; age < 0 || age > lifetime {
		return dst
	}
	if out, err := b64.AppendDecode(dst, value[:dot]); err == nil {
		return out
	}
	return dst
}

// close appends the cookie value of payload to dst. It never compresses; the
// format leaves that to the writer.
func (s *seal) close(dst, payload []byte, now int64) []byte {
	start := len(dst)
	dst = append(b64.AppendEncode(dst, payload), '.')
	var stamp [8]byte
	binary.BigEndian.PutUint64(stamp[:], uint64(now))
	dst = b64.AppendEncode(dst, bytes.TrimLeft(stamp[:], "\x00"))
	sum := s.sign(dst[start:])
	return b64.AppendEncode(append(dst, '.'), sum)
}

// cookieValue finds the session among the cookies.
func cookieValue(header []byte) []byte {
	for len(header) > 0 {
		var pair []byte
		pair, header, _ = bytes.Cut(header, []byte(";"))
		if value, ok := bytes.CutPrefix(bytes.TrimLeft(pair, " "), []byte("session=")); ok {
			return value
		}
	}
	return nil
}
