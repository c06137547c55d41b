package cookie

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/cantil-go/cantil/session/itsdangerous"
)

// The salts of Flask and Flask-Session.
const (
	cookieSalt = "cookie-session"
	idSalt     = "flask-session"
)

// Verify reads a cookie as an application with these settings would. The error
// is the reason why it would not take it; what could be read is returned too.
func Verify(value string, s Settings) (*Info, error) {
	if len(s.Keys) == 0 {
		return nil, ErrNoKeys
	}
	info, err := Decode(value, s)
	if err != nil && info.Kind != Signed {
		return info, err
	}
	switch info.Kind {
	case ID:
		return info, errors.New("this is the id of a session in a store and is not signed: cantil session rows shows what is stored under it")
	case SignedID:
		return info, info.verifyID(value, s)
	case Signed:
		unsigned := info.verifySigned(value, s)
		if unsigned != nil {
			return info, unsigned
		}
		if err != nil {
			return info, fmt.Errorf("%s signed it, but %w", info.Key, err)
		}
	}
	return info, checkAge(info.Signed, s)
}

// serializer is that of Flask's sessions.
func serializer(key Key) *itsdangerous.URLSafeTimedSerializer {
	return itsdangerous.NewURLSafeTimedSerializer(key.Secret, itsdangerous.Salt(cookieSalt), itsdangerous.KeyDerivation("hmac"))
}

func (info *Info) verifySigned(value string, s Settings) error {
	for _, key := range s.Keys {
		_, _, err := serializer(key).AppendLoads(nil, []byte(value), itsdangerous.NoMaxAge, s.Now)
		if err == nil || errors.Is(err, itsdangerous.ErrBadPayload) {
			info.Key = key.Label()
			return nil
		}
	}
	return whyUnsigned(value, s.Keys)
}

func (info *Info) verifyID(value string, s Settings) error {
	for _, key := range s.Keys {
		signer := itsdangerous.NewSigner(key.Secret, itsdangerous.Salt(idSalt), itsdangerous.KeyDerivation("hmac"))
		if signer.Validate(value) {
			info.Key = key.Label()
			return nil
		}
	}
	return fmt.Errorf("none of %s signed this id of a session", labels(s.Keys))
}

// whyUnsigned looks for the usual reasons.
func whyUnsigned(value string, keys []Key) error {
	signature := value[strings.LastIndexByte(value, '.')+1:]
	if n := len(signature); n != 27 {
		return fmt.Errorf("the signature has %d characters, and HMAC-SHA-1 has 27: it was cut, or made with another digest", n)
	}
	for _, key := range keys {
		for _, other := range []string{strings.TrimSpace(key.Secret), strings.Trim(key.Secret, `"'`), key.Secret + "\n"} {
			if other != "" && other != key.Secret && signs(value, other, cookieSalt, "hmac") {
				return fmt.Errorf("the key differs from %s in the spaces, line end or quotes around it alone", key.Label())
			}
		}
		for _, salt := range []string{cookieSalt, "itsdangerous"} {
			for _, derivation := range []string{"hmac", "django-concat", "concat", "none"} {
				if signs(value, key.Secret, salt, derivation) {
					return fmt.Errorf("%s signed it with the salt %q and the key derivation %q: a token, no session (salt %q, hmac)",
						key.Label(), salt, derivation, cookieSalt)
				}
			}
		}
	}
	return fmt.Errorf("none of %s signed it: another key did, or it was changed", labels(keys))
}

func signs(value, secret, salt, derivation string) bool {
	return itsdangerous.NewTimestampSigner(secret, itsdangerous.Salt(salt), itsdangerous.KeyDerivation(derivation)).Validate(value)
}

func labels(keys []Key) string {
	var all []string
	for _, key := range keys {
		all = append(all, key.Label())
	}
	return strings.Join(all, ", ")
}

// checkAge is the last check, of whole seconds.
func checkAge(signed time.Time, s Settings) error {
	age := s.Now.Truncate(time.Second).Sub(signed)
	switch {
	case age > s.Lifetime:
		return fmt.Errorf("expired: it was signed %v ago, and sessions live %v", Days(age), Days(s.Lifetime))
	case age < -s.ClockSkew:
		return fmt.Errorf("from the future: it was signed %v from now, and clocks may differ by %v", Days(-age), s.ClockSkew)
	}
	return nil
}

// Days is a duration as people read it.
func Days(d time.Duration) string {
	const day = 24 * time.Hour
	if d < 2*day {
		return d.Round(time.Second).String()
	}
	return fmt.Sprintf("%d days %v", d/day, (d % day).Round(time.Minute))
}
