package session

import (
	"crypto/rand"
	"encoding/base64"
)

// idSalt keeps the signatures of ids apart from others made with the same key;
// Flask-Session's.
const idSalt = "flask-session"

// maxID is the length of the longest id that is looked up, that of 96 bytes.
const maxID = 128

// newID draws an id, secrets.token_urlsafe() in Python.
func (ss *ServerSide) newID() string {
	var buf [96]byte
	random := buf[:ss.idLength]
	rand.Read(random) // never fails: crypto/rand aborts the program instead
	return base64.RawURLEncoding.EncodeToString(random)
}

// readID returns the id in a cookie, if it is one that this program or
// Flask-Session could have made. All others end here: what a client may put
// into a cookie, line breaks too, never reaches a store.
func (ss *ServerSide) readID(cfg *Config, cookie []byte) (string, bool) {
	if ss.signed {
		value, err := cfg.keys().ids.UnsignBytes(cookie)
		if err != nil {
			return "", false
		}
		cookie = value
	}
	if len(cookie) == 0 || len(cookie) > maxID {
		return "", false
	}
	for _, c := range cookie {
		if !isIDByte(c) {
			return "", false
		}
	}
	return string(cookie), true
}

// isIDByte reports whether c is of the alphabet of ids, URL-safe base64.
func isIDByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_'
}

// appendID appends what the cookie of a session holds.
func (ss *ServerSide) appendID(dst []byte, cfg *Config, id string) []byte {
	if ss.signed {
		return cfg.keys().ids.AppendSign(dst, []byte(id))
	}
	return append(dst, id...)
}
