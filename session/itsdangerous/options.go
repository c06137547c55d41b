package itsdangerous

import (
	"crypto/hmac"
	"crypto/sha1"
	"errors"
	"fmt"
	"hash"
	"strings"
)

// An Option sets what Python's constructors take by keyword. A value that
// cannot work panics in the constructor.
type Option func(*settings)

type settings struct {
	salt, sep, derivation string
	digest                func() hash.Hash
	keys                  []string // the newest last
	emptyKey              bool
}

// Salt keeps apart what one secret key signs for different purposes, salt in
// Python: a token for a reset of the password must not confirm an address. It
// is not secret. Unless set it is "itsdangerous.Signer" for the signers and
// "itsdangerous" for the serializers.
func Salt(salt string) Option { return func(s *settings) { s.salt = salt } }

// Keys adds older secret keys, from the oldest to the newest: they verify and
// never sign. Where Python takes the list [oldest, …, newest], the newest is
// the constructor's secretKey here, and the others are Keys.
func Keys(older ...string) Option {
	return func(s *settings) { s.keys = append(append([]string(nil), older...), s.keys[len(s.keys)-1]) }
}

// KeyDerivation says how the key is made of secret and salt, key_derivation in
// Python: "django-concat" unless set, the digest of salt, "signer" and secret;
// "concat", that of salt and secret; "hmac", the HMAC of the salt under the
// secret, as in Flask's sessions; "none", the secret itself.
func KeyDerivation(method string) Option { return func(s *settings) { s.derivation = method } }

// Digest is the hash of the signatures and of the derived key, digest_method in
// Python: sha1.New unless set, sha256.New, sha512.New and so on.
func Digest(digest func() hash.Hash) Option { return func(s *settings) { s.digest = digest } }

// Sep is what separates value, timestamp and signature, sep in Python: "."
// unless set. It must not consist of letters, digits, "-", "_" and "=" alone,
// which signatures are made of.
func Sep(sep string) Option { return func(s *settings) { s.sep = sep } }

// AllowEmptyKey lets a key be empty, as Python does. What an empty key signs
// anyone can sign: without this option, an empty key panics, for it is most
// often a setting that is missing.
func AllowEmptyKey() Option { return func(s *settings) { s.emptyKey = true } }

// newSettings applies the options to Python's defaults.
func newSettings(salt, secretKey string, options []Option) *settings {
	s := &settings{salt: salt, sep: ".", derivation: "django-concat", digest: sha1.New, keys: []string{secretKey}}
	for _, option := range options {
		option(s)
	}
	for _, secret := range s.keys {
		if secret == "" && !s.emptyKey {
			panic(errors.New("itsdangerous: an empty secret key: anyone could sign with it"))
		}
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_="
	if strings.Trim(s.sep, alphabet) == "" {
		panic(fmt.Errorf("itsdangerous: %q cannot separate a signature, which may hold it", s.sep))
	}
	return s
}

// derive makes the key of a secret, Signer.derive_key in Python.
func (s *settings) derive(secret string) []byte {
	switch s.derivation {
	case "django-concat":
		return s.sum(s.salt + "signer" + secret)
	case "concat":
		return s.sum(s.salt + secret)
	case "hmac":
		mac := &mac{Hash: hmac.New(s.digest, []byte(secret))}
		return mac.sign([]byte(s.salt))
	case "none":
		return []byte(secret)
	}
	panic(fmt.Errorf(`itsdangerous: unknown key derivation %q: there are "django-concat", "concat", "hmac" and "none"`, s.derivation))
}

func (s *settings) sum(text string) []byte {
	mac := &mac{Hash: s.digest()}
	return mac.sign([]byte(text))
}
