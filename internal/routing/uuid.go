package routing

import (
	"encoding/hex"

	"github.com/cantil-go/cantil/internal/pytext"
)

// UUID is the value of a uuid variable. Its text is the usual lower-case form with dashes.
type UUID [16]byte

const uuidLength = 36

// String returns the form 8-4-4-4-12 in lower case.
func (u UUID) String() string {
	var b [uuidLength]byte
	hex.Encode(b[0:8], u[0:4])
	hex.Encode(b[9:13], u[4:6])
	hex.Encode(b[14:18], u[6:8])
	hex.Encode(b[19:23], u[8:10])
	hex.Encode(b[24:36], u[10:16])
	b[8], b[13], b[18], b[23] = '-', '-', '-', '-'
	return string(b[:])
}

// isUUID tells whether s starts with a UUID and has nothing after it.
func isUUID(s string) bool { return len(s) == uuidLength && startsWithUUID(s) }

func startsWithUUID(s string) bool {
	if len(s) < uuidLength {
		return false
	}
	for i := 0; i < uuidLength; i++ {
		switch i {
		case 8, 13, 18, 23:
			if s[i] != '-' {
				return false
			}
		default:
			if pytext.Unhex(s[i]) < 0 {
				return false
			}
		}
	}
	return true
}

// parseUUID reads a text that isUUID accepts.
func parseUUID(s string) (u UUID) {
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i] != '-' {
			u[n/2] = u[n/2]<<4 | byte(pytext.Unhex(s[i]))
			n++
		}
	}
	return u
}
