package itsdangerous

import (
	"bytes"
	"crypto/sha1"
	"crypto/subtle"
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
		keys[len(keys)-1-i] = newKey(secret, salt)
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
	var sum [sha1.Size]byte
	s.keys[0].sum(&sum, dst[start:])
	return b64.AppendEncode(append(dst, sep), sum[:])
}

// Unsign returns the value in front of the last separator, which is a part of signed, if a key made the signature behind
// it. Otherwise the error is ErrMalformed or ErrBadSignature.
func (s *Signer) Unsign(signed []byte) ([]byte, error) {
	i := len(signed) - signatureLen - 1 // where it is in what this package writes
	if i < 0 || signed[i] != sep || bytes.IndexByte(signed[i+1:], sep) >= 0 {
		i = bytes.LastIndexByte(signed, sep)
	}
	if i < 0 {
		return nil, ErrMalformed
	}
	if value := signed[:i]; s.verify(value, signed[i+1:]) {
		return value, nil
	}
	return nil, ErrBadSignature
}

// verify tells, in time that does not depend on where they differ, whether signature is that of value under any key. A
// signature as this package writes it is compared as text, which spares decoding it; one with padding or other
// characters in it, which Python skips, is decoded as Python does.
func (s *Signer) verify(value, signature []byte) bool {
	if len(signature) != signatureLen {
		return s.verifyDecoded(value, signature)
	}
	var sum [sha1.Size]byte
	var text [signatureLen]byte
	for _, k := range s.keys {
		k.sum(&sum, value)
		b64.Encode(text[:], sum[:])
		if subtle.ConstantTimeCompare(text[:], signature) == 1 {
			return true
		}
	}
	return false
}

// signatureLen is the length of a signature's base64.
const signatureLen = (sha1.Size*8 + 5) / 6

func (s *Signer) verifyDecoded(value, signature []byte) bool {
	given, err := appendDecode(nil, signature)
	if err != nil {
		return false
	}
	var sum [sha1.Size]byte
	for _, k := range s.keys {
		if k.sum(&sum, value); subtle.ConstantTimeCompare(sum[:], given) == 1 {
			return true
		}
	}
	return false
}
