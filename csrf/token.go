package csrf

import (
	"crypto/hmac"
	"crypto/rand"
	"encoding/hex"
	"errors"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session/itsdangerous"
)

var errNoKey = errors.New("csrf: a secret key is needed to sign tokens: set SecretKey")

// signer is what signs the tokens of an application. Its key may be set until
// the first request.
func (p *CSRFProtect) signer(c *cantil.Context) *itsdangerous.URLSafeTimedSerializer {
	p.once.Do(func() {
		key, options := p.SecretKey, []itsdangerous.Option{itsdangerous.Salt(salt)}
		if key == "" {
			if key = c.App().SecretKey; p.FallbackKeys {
				options = append(options, itsdangerous.Keys(c.App().SecretKeyFallbacks...))
			}
		}
		if key != "" {
			p.serializer = itsdangerous.NewURLSafeTimedSerializer(key, options...)
			p.serializer.Now = c.App().Now
		}
	})
	if p.serializer == nil {
		panic(errNoKey)
	}
	return p.serializer
}

// newValue is what a session has under FieldName: 40 hexadecimal digits, as
// Flask-WTF draws them.
func newValue() string {
	var random [20]byte
	_, _ = rand.Read(random[:]) // never fails
	return hex.EncodeToString(random[:])
}

// GenerateCSRF returns the token that the visitor's next form is to send back,
// generate_csrf(): the session's value, which is drawn at the first call, signed
// with the time. A request has one token, however often it is asked for. It
// panics without a secret key.
func GenerateCSRF(c *cantil.Context) string {
	p := of(c)
	field := p.field()
	if token, ok := c.G()[field].(string); ok {
		return token
	}
	signer, s := p.signer(c), c.Session()
	if !s.Has(field) {
		s.Set(field, newValue())
	}
	token, err := signer.Dumps(s.Get(field))
	if err != nil { // a value that JSON does not know
		s.Set(field, newValue())
		if token, err = signer.Dumps(s.Get(field)); err != nil {
			panic(err)
		}
	}
	c.G()[field] = token
	return token
}

// ValidateCSRF checks a token against the session, validate_csrf(token): nil, or
// a [*CSRFError] with the reason. It panics without a secret key.
func ValidateCSRF(c *cantil.Context, token string) error {
	p := of(c)
	signer := p.signer(c)
	if token == "" {
		return refuse("The CSRF token is missing.")
	}
	s := c.Session()
	if !s.Has(p.field()) {
		return refuse("The CSRF session token is missing.")
	}
	var sent any
	if err := signer.Loads(token, &sent, p.TimeLimit); err != nil {
		if expired := new(itsdangerous.SignatureExpired); errors.As(err, &expired) {
			return refuse("The CSRF token has expired.")
		}
		return refuse("The CSRF token is invalid.")
	}
	held, isText := s.Get(p.field()).(string)
	value, sentText := sent.(string)
	if !isText || !sentText || !hmac.Equal([]byte(held), []byte(value)) {
		return refuse("The CSRF tokens do not match.")
	}
	return nil
}
