package itsdangerous

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha512"
)

// sep stands between the parts of a signed value.
const sep = '.'

// A Signer signs values and verifies them: the Signer of ItsDangerous with key_derivation="hmac".
type Signer struct {
	keys []*key // newest first
}

// NewSigner returns a Signer for secrets, oldest first: the last signs, each verifies. A secret is raw bytes in a string.
// The salt tells apart what the same secret signs for different purposes; it is not secret. Without a secret it panics.
func NewSigner(secrets []string, salt string) *Signer {
	if len(secrets) == 0 {
		panic("itsdangerous: a signer needs a secret")
	}
	keys := make([]*key, len(secrets))
	for i, secret := range secrets {
		derive := hmac.New(sha1.New, []byte(secret))
		derive.Write([]byte(salt))
		keys[len(keys)-1-i] = newKey(derive.Sum(nil), sha1.New)
	}
	return &Signer{keys: keys}
}

// AppendSign appends value.signature to dst. It does not allocate if dst has room.
func (s *Signer) AppendSign(dst, value []byte) []byte {
	start := len(dst)
	return s.appendSignature(append(dst, value...), start)
}

// appendSignature signs dst[start:] where it stands.
func (s *Signer) appendSignature(dst []byte, start int) []byte {
	value := dst[start:]
	return s.keys[0].appendSignature(append(dst, sep), value)
}

// Unsign returns the value in front of the last separator, which is a part of signed, if a key made the signature behind
// it. Otherwise the error is ErrMalformed or ErrBadSignature.
func (s *Signer) Unsign(signed []byte) ([]byte, error) {
	i := bytes.LastIndexByte(signed, sep)
	if i < 0 {
		return nil, ErrMalformed
	}
	if value := signed[:i]; s.verify(value, signed[i+1:]) {
		return value, nil
	}
	return nil, ErrBadSignature
}

// verify reports whether signature is the base64 of that of value under any key.
func (s *Signer) verify(value, signature []byte) bool {
	var room [sha512.Size]byte
	given, err := appendDecode(room[:0], signature)
	if err != nil {
		return false
	}
	for _, k := range s.keys {
		if k.verify(value, given) {
			return true
		}
	}
	return false
}
