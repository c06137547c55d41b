package itsdangerous

import (
	"crypto/hmac"
	"fmt"
	"hash"
	"sync"
)

// A key makes the signatures of one secret. An HMAC that was used goes back to
// a pool: reset, it starts after the key's block, which a new one hashes
// again.
type key struct{ macs sync.Pool }

// A mac makes one signature at a time. Its last sum is kept with it, since what
// passes through the hash's interface is allocated, and the text of one.
type mac struct {
	hash.Hash
	last, text []byte
}

func newKey(derived []byte, digest func() hash.Hash) *key {
	k := new(key)
	k.macs.New = func() any { return &mac{Hash: hmac.New(digest, derived)} }
	k.appendSignature(nil, nil) // a hash that refuses to work does so now
	return k
}

// sign returns the signature of value, valid until the next call. Where FIPS
// 140 is enforced SHA-1 takes nothing: a sum of that would be one for all
// values.
func (m *mac) sign(value []byte) []byte {
	m.Reset()
	if _, err := m.Write(value); err != nil {
		panic(fmt.Errorf("itsdangerous: no signature: %w", err))
	}
	m.last = m.Sum(m.last[:0])
	return m.last
}

// appendSignature appends the base64 of the signature of value to dst.
func (k *key) appendSignature(dst, value []byte) []byte {
	m := k.macs.Get().(*mac)
	dst = b64.AppendEncode(dst, m.sign(value))
	k.macs.Put(m)
	return dst
}

// verify reports whether signature is the base64 of that of value, in time that
// does not depend on where it differs.
func (k *key) verify(value, signature []byte) bool {
	m := k.macs.Get().(*mac)
	m.text = b64.AppendEncode(m.text[:0], m.sign(value))
	ok := hmac.Equal(m.text, signature)
	k.macs.Put(m)
	return ok
}
