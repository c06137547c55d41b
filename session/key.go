package session

import (
	"crypto/rand"
	"encoding/hex"
)

// GenerateKey returns a new secret key, 32 random bytes in hexadecimal:
// Python's secrets.token_hex(). Keep it out of the source and the same over
// restarts; a key that changes logs everyone out.
func GenerateKey() string {
	var b [32]byte
	rand.Read(b[:]) // never fails: crypto/rand aborts the program instead
	return hex.EncodeToString(b[:])
}
