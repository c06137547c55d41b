package itsdangerous

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding"
	"encoding/binary"
	"hash"
	"sync"
)

// A key makes signatures under one secret: HMAC-SHA-1 (RFC 2104) with the key that ItsDangerous derives, once, from the
// secret and the salt. The two states of SHA-1 behind the key's blocks are kept: restoring one costs less than hashing a
// block.
type key struct {
	derived      []byte
	inner, outer []byte // marshalled
	sumInState   bool   // where sumAt says
	macs         sync.Pool
}

func newKey(secret, salt string) *key {
	derive := hmac.New(sha1.New, []byte(secret))
	derive.Write([]byte(salt))
	k := &key{derived: derive.Sum(nil)}
	k.inner, k.outer = k.state(0x36), k.state(0x5c)
	k.macs.New = func() any { return newMAC(k) }
	slow, quick := k.plainSum(k.derived), newMAC(k).of(k, k.derived)
	k.sumInState = slow == quick
	return k
}

// state is that of SHA-1 behind the key's block, each byte xored with pad.
func (k *key) state(pad byte) []byte {
	block := make([]byte, sha1.BlockSize)
	copy(block, k.derived)
	for i := range block {
		block[i] ^= pad
	}
	h := sha1.New()
	h.Write(block)
	state, err := h.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		panic("itsdangerous: SHA-1 without a state: " + err.Error())
	}
	return state
}

// sum is the HMAC-SHA-1 of value.
func (k *key) sum(value []byte) [sha1.Size]byte {
	if !k.sumInState {
		return k.plainSum(value)
	}
	m := k.macs.Get().(*mac)
	sum := m.of(k, value)
	k.macs.Put(m)
	return sum
}

// plainSum is sum by crypto/hmac.
func (k *key) plainSum(value []byte) (sum [sha1.Size]byte) {
	m := hmac.New(sha1.New, k.derived)
	m.Write(value)
	copy(sum[:], m.Sum(nil))
	return sum
}

// A mac computes one signature at a time. Sum of crypto/sha1 copies the hash and pads the copy; here the message is
// written with its padding, and the sum is what the state holds then. That takes a third of the time off.
type mac struct {
	hash  hash.Hash
	saved savedState // hash, once more
	state []byte
	tail  [2 * sha1.BlockSize]byte // the message's end with its padding; here, since what passes through an interface is allocated
}

type savedState interface {
	encoding.BinaryUnmarshaler
	encoding.BinaryAppender
}

// sumAt is where the five words of the sum stand in a marshalled state, behind four bytes of magic. Nobody promised this:
// each key looks whether it is so, and leaves signing to crypto/hmac if not.
const sumAt = 4

func newMAC(k *key) *mac {
	h := sha1.New()
	return &mac{hash: h, saved: h.(savedState), state: make([]byte, 0, len(k.inner))}
}

// of is the HMAC of value under the key.
func (m *mac) of(k *key, value []byte) (sum [sha1.Size]byte) {
	copy(sum[:], m.finish(k.outer, m.finish(k.inner, value)))
	return sum
}

// finish is the SHA-1 of a block, behind which the state is from, and message; valid until the next call.
func (m *mac) finish(from, message []byte) []byte {
	_ = m.saved.UnmarshalBinary(from) // a state of the same package's
	whole := len(message) &^ (sha1.BlockSize - 1)
	if whole > 0 {
		m.hash.Write(message[:whole])
	}
	n := copy(m.tail[:], message[whole:])
	m.tail[n] = 0x80
	end := sha1.BlockSize
	if n+1+8 > end {
		end *= 2
	}
	clear(m.tail[n+1 : end-8])
	binary.BigEndian.PutUint64(m.tail[end-8:], uint64(sha1.BlockSize+len(message))*8)
	m.hash.Write(m.tail[:end])
	m.state, _ = m.saved.AppendBinary(m.state[:0])
	return m.state[sumAt : sumAt+sha1.Size]
}
