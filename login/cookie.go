package login

import (
	"crypto/hmac"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"strings"
	"unicode/utf8"
)

// ErrKey is the error of a secret key that Flask-Login cannot use: text with
// characters beyond U+00FF. Flask answers 500 where it would sign a remember
// cookie with one.
var ErrKey = errors.New("login: the secret key has characters beyond U+00FF, and no remember cookie can be signed with it: " +
	"set SecretKey to one that session.GenerateKey makes")

// EncodeCookie returns payload with its signature, encode_cookie(payload, key):
// the value of a remember cookie. The key is text in a string and raw bytes in a
// []byte, which Flask-Login keeps apart: of text it takes the ISO 8859-1 bytes,
// other than Flask's sessions do. A string that is not UTF-8 counts as bytes.
func EncodeCookie[Key string | []byte](payload string, key Key) (string, error) {
	raw, ok := rawKey(key)
	if !ok {
		return "", ErrKey
	}
	return payload + "|" + digest(payload, raw), nil
}

// DecodeCookie returns the payload of a remember cookie, decode_cookie(cookie,
// key), if the key made its signature. There is no time in it: it is valid for
// as long as the key is.
func DecodeCookie[Key string | []byte](cookie string, key Key) (payload string, ok bool) {
	i := strings.LastIndexByte(cookie, '|')
	raw, valid := rawKey(key)
	if i < 0 || !valid {
		return "", false
	}
	payload = cookie[:i]
	if !hmac.Equal([]byte(digest(payload, raw)), []byte(cookie[i+1:])) {
		return "", false
	}
	return payload, true
}

// digest is the HMAC-SHA-512 of payload in hexadecimal digits.
func digest(payload string, key []byte) string {
	mac := hmac.New(sha512.New, key)
	mac.Write([]byte(payload))
	return hex.EncodeToString(mac.Sum(nil))
}

// rawKey is the key as Python's hmac gets it: text.encode("latin1"), or bytes.
func rawKey[Key string | []byte](key Key) (raw []byte, ok bool) {
	text, isText := any(key).(string)
	if !isText || !utf8.ValidString(text) {
		return []byte(key), true
	}
	for _, r := range text {
		if r > 0xff {
			return nil, false
		}
		raw = append(raw, byte(r))
	}
	return raw, true
}
