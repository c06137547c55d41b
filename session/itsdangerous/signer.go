package itsdangerous

import (
	"bytes"
	"crypto/sha512"
)

// A Signer signs values and verifies them: value.signature, Python's Signer.
type Signer struct {
	keys []*key // newest first
	sep  []byte
}

// NewSigner returns a Signer. The secret key is text or raw bytes in a string.
// An empty one panics; see [AllowEmptyKey].
func NewSigner(secretKey string, options ...Option) *Signer {
	return newSigner(newSettings("itsdangerous.Signer", secretKey, options))
}

func newSigner(set *settings) *Signer {
	s := &Signer{sep: []byte(set.sep), keys: make([]*key, len(set.keys))}
	for i, secret := range set.keys {
		s.keys[len(s.keys)-1-i] = newKey(set.derive(secret), set.digest)
	}
	return s
}

// Sign returns value, separator and signature.
func (s *Signer) Sign(value string) string { return string(s.AppendSign(nil, []byte(value))) }

// Unsign returns the value of signed if a key made its signature, and a
// [*BadSignature] otherwise.
func (s *Signer) Unsign(signed string) (string, error) {
	value, err := s.unsign([]byte(signed))
	if err != nil {
		return "", &BadSignature{Payload: value, reason: err}
	}
	return string(value), nil
}

// Validate reports whether Unsign would return a value.
func (s *Signer) Validate(signed string) bool {
	_, err := s.unsign([]byte(signed))
	return err == nil
}

// AppendSign appends value, separator and signature to dst. It does not
// allocate if dst has room.
func (s *Signer) AppendSign(dst, value []byte) []byte {
	start := len(dst)
	return s.appendSignature(append(dst, value...), start)
}

// appendSignature signs dst[start:] where it is.
func (s *Signer) appendSignature(dst []byte, start int) []byte {
	value := dst[start:]
	return s.keys[0].appendSignature(append(dst, s.sep...), value)
}

// UnsignBytes is Unsign for bytes: the value is a part of signed, and the error
// is ErrMalformed or ErrBadSignature itself.
func (s *Signer) UnsignBytes(signed []byte) ([]byte, error) {
	value, err := s.unsign(signed)
	if err != nil {
		return nil, err
	}
	return value, nil
}

// unsign returns what is before the last separator, with a wrong signature too;
// nil if there is none.
func (s *Signer) unsign(signed []byte) ([]byte, error) {
	i := bytes.LastIndex(signed, s.sep)
	if i < 0 {
		return nil, ErrMalformed
	}
	if value := signed[:i:i]; !s.verify(value, signed[i+len(s.sep):]) {
		return value, ErrBadSignature
	}
	return signed[:i:i], nil
}

// verify reports whether signature is the base64 of that of value under any
// key. Python decodes it, and so takes other spellings of the same bytes than
// ours: such a signature is compared again in our spelling.
func (s *Signer) verify(value, signature []byte) bool {
	if s.made(value, signature) {
		return true
	}
	var room, again [2 * sha512.Size]byte
	given, err := appendDecode(room[:0], signature)
	if err != nil {
		return false
	}
	spelled := b64.AppendEncode(again[:0], given)
	return !bytes.Equal(spelled, signature) && s.made(value, spelled)
}

// made reports whether signature is what AppendSign appends to value under any
// key.
func (s *Signer) made(value, signature []byte) bool {
	for _, k := range s.keys {
		if k.verify(value, signature) {
			return true
		}
	}
	return false
}
