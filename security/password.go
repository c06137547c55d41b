package security

import (
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"strings"
)

// An Option sets what Python passes to generate_password_hash by keyword.
type Option func(*options)

type options struct {
	method     string
	saltLength int
}

// Method is how the hash is computed, method in Python: "scrypt" unless set,
// which is "scrypt:32768:8:1" (N, r, p); or "pbkdf2", which is
// "pbkdf2:sha256:1000000", with any hash that Go has and any count.
func Method(method string) Option { return func(o *options) { o.method = method } }

// SaltLength is the number of characters of the salt, salt_length in Python: 16
// unless set.
func SaltLength(n int) Option { return func(o *options) { o.saltLength = n } }

// GeneratePasswordHash returns a hash of password with a new salt, to be kept
// in place of it: generate_password_hash of Werkzeug 3.1. A method that is
// unknown, asks for too much or is one that Werkzeug could not check, or a salt
// without a character, panics.
func GeneratePasswordHash(password string, opts ...Option) string {
	o := options{method: "scrypt", saltLength: 16}
	for _, option := range opts {
		option(&o)
	}
	if o.saltLength <= 0 {
		panic(errors.New("security: the length of a salt must be positive"))
	}
	m, err := parseMethod(o.method)
	if s, ok := m.(scryptMethod); err == nil && ok && !s.checkedByPython() {
		err = errPython
	}
	if err != nil {
		panic(err)
	}
	salt := newSalt(o.saltLength)
	digest, err := m.digest(password, salt)
	if err != nil {
		panic(err)
	}
	return m.String() + "$" + salt + "$" + digest
}

// newSalt draws n of 62 letters and digits.
func newSalt(n int) string {
	const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	salt := make([]byte, 0, n)
	var random [64]byte
	for len(salt) < n {
		rand.Read(random[:]) // never fails: crypto/rand aborts the program instead
		for _, b := range random {
			if len(salt) < n && int(b) < 256-256%len(alphabet) { // none more often than others
				salt = append(salt, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return string(salt)
}

// CheckPasswordHash reports whether hash is one of password:
// check_password_hash of Werkzeug 3.1. What is not a hash at all, or asks for
// too much (see the package), is of no password. The time does not depend on
// how much of the digest is right.
func CheckPasswordHash(hash, password string) bool {
	return Checker{}.CheckPasswordHash(hash, password)
}

// A Checker checks hashes that CheckPasswordHash refuses.
type Checker struct {
	// Legacy also takes the digests without any stretching that Werkzeug wrote and
	// read before 3.0: sha1$salt$…, an HMAC, and sha1$$…, by any hash. Whoever
	// steals such a table tries billions of passwords a second, so write the hash
	// anew at the login; [NeedsRehash] says so. The even older plain$$ is refused.
	Legacy bool
}

// CheckPasswordHash reports whether hash is one of password.
func (c Checker) CheckPasswordHash(hash, password string) bool {
	text, salt, given, ok := split(hash)
	if !ok {
		return false
	}
	var m method
	var err error
	if m, err = parseMethod(text); err != nil && c.Legacy {
		m, err = parseLegacy(text)
	}
	if err != nil {
		return false
	}
	digest, err := m.digest(password, salt)
	return err == nil && subtle.ConstantTimeCompare([]byte(digest), []byte(given)) == 1
}

// split takes a hash apart at its first two dollar signs.
func split(hash string) (method, salt, digest string, ok bool) {
	method, rest, _ := strings.Cut(hash, "$")
	salt, digest, ok = strings.Cut(rest, "$")
	return method, salt, digest, ok
}

// NeedsRehash reports whether hash is weaker than what is recommended today,
// and should be replaced the next time the password is at hand: after a login.
// Good enough are scrypt with at least Werkzeug's numbers and pbkdf2 by
// SHA-256, SHA-384 or SHA-512 with at least 600,000 rounds, with 16 characters
// of salt.
func NeedsRehash(hash string) bool {
	text, salt, _, ok := split(hash)
	if !ok || len(salt) < 16 {
		return true
	}
	m, err := parseMethod(text)
	return err != nil || !m.strong()
}
