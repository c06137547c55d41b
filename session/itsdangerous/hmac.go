package itsdangerous

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/binary"
	"hash"
	"reflect"
	"sync"
)

// A key makes signatures under one secret: HMAC-SHA-1 (RFC 2104) with the key that ItsDangerous derives, once, from the
// secret and the salt. What SHA-1 comes to behind the key's two blocks is kept, and set where it would be hashed again.
type key struct {
	derived      []byte
	inner, outer words
	direct       bool // words can be set
	macs         sync.Pool
}

// words are the state of SHA-1 between two blocks, and in the end its sum.
type words [sha1.Size / 4]uint32

func newKey(secret, salt string) *key {
	derive := hmac.New(sha1.New, []byte(secret))
	derive.Write([]byte(salt))
	k := &key{derived: derive.Sum(nil)}
	k.macs.New = func() any { return newMAC() }
	if newMAC().words != nil {
		k.inner, k.outer = k.behind(0x36), k.behind(0x5c)
		k.direct = k.right(k.derived) && k.right(make([]byte, 2*sha1.BlockSize-4)) // which passes every line of finish
	}
	return k
}

// behind is the state of SHA-1 behind the key's block, each byte xored with pad.
func (k *key) behind(pad byte) words {
	block := make([]byte, sha1.BlockSize)
	copy(block, k.derived)
	for i := range block {
		block[i] ^= pad
	}
	m := newMAC()
	m.hash.Write(block)
	return *m.words
}

// right tells whether both ways come to the same.
func (k *key) right(value []byte) bool {
	var quick, slow [sha1.Size]byte
	k.plainSum(&slow, value)
	return newMAC().sum(&quick, k, value) && quick == slow
}

// sum sets dst to the HMAC-SHA-1 of value.
func (k *key) sum(dst *[sha1.Size]byte, value []byte) {
	if k.direct {
		m := k.macs.Get().(*mac)
		done := m.sum(dst, k, value)
		k.macs.Put(m)
		if done {
			return
		}
	}
	k.plainSum(dst, value)
}

// plainSum is sum by crypto/hmac.
func (k *key) plainSum(dst *[sha1.Size]byte, value []byte) {
	m := hmac.New(sha1.New, k.derived)
	m.Write(value)
	copy(dst[:], m.Sum(nil))
}

// A mac computes one signature at a time. The key's state is put into a hash, the message is written with its padding, and
// the sum is what the state is then: crypto/hmac does the same by way of marshalled states and a copy for the padding, and
// takes twice as long over a short message.
type mac struct {
	hash  hash.Hash
	words *words // of hash

	// What passes through an interface is allocated, and so it is here.
	first [sha1.Size]byte          // the inner sum
	tail  [2 * sha1.BlockSize]byte // a message's end with its padding
}

func newMAC() *mac {
	h := sha1.New()
	return &mac{hash: h, words: wordsOf(h)}
}

// wordsOf finds the state within a hash of crypto/sha1, nil if it is not where it was. Nobody promised that it stays, or
// that the hash keeps it there alone: each key looks whether its signatures are right, and leaves them to crypto/hmac if
// not.
func wordsOf(h hash.Hash) *words {
	v := reflect.Indirect(reflect.ValueOf(h))
	if v.Kind() != reflect.Struct {
		return nil
	}
	state := v.FieldByName("h")
	if !state.IsValid() || !state.CanAddr() || state.Type() != reflect.TypeFor[[len(words{})]uint32]() {
		return nil
	}
	return (*words)(state.Addr().UnsafePointer())
}

// sum sets dst to the HMAC of value under the key. It is false if the hash refuses to work, as SHA-1 does where FIPS 140
// is enforced: what stands in the words then is no sum.
func (m *mac) sum(dst *[sha1.Size]byte, k *key, value []byte) bool {
	if !m.finish(&k.inner, value) {
		return false
	}
	m.words.put(&m.first)
	if !m.finish(&k.outer, m.first[:]) {
		return false
	}
	m.words.put(dst)
	return true
}

// finish makes the words the SHA-1 of a block, behind which they are from, and message.
func (m *mac) finish(from *words, message []byte) bool {
	*m.words = *from
	whole := len(message) &^ (sha1.BlockSize - 1)
	if whole > 0 {
		if _, err := m.hash.Write(message[:whole]); err != nil {
			return false
		}
	}
	n := copy(m.tail[:], message[whole:])
	m.tail[n] = 0x80
	end := sha1.BlockSize
	if n+1+8 > end {
		end *= 2
	}
	clear(m.tail[n+1 : end-8])
	binary.BigEndian.PutUint64(m.tail[end-8:], uint64(sha1.BlockSize+len(message))*8)
	_, err := m.hash.Write(m.tail[:end])
	return err == nil
}

// put writes the words as a sum has them.
func (w *words) put(sum *[sha1.Size]byte) {
	for i, word := range w {
		binary.BigEndian.PutUint32(sum[4*i:], word)
	}
}
