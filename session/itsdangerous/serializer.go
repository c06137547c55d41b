package itsdangerous

import (
	"bytes"
	"fmt"
	"time"
)

// A Serializer makes tokens of values and values of tokens: JSON as Python's
// json.dumps writes it, and a signature. Python's Serializer. Its tokens hold
// spaces, quotes and what the value holds; those of [URLSafeSerializer] fit
// into an address.
type Serializer struct {
	signer *Signer
	format format
}

// serializerSalt is the salt of the serializers unless one is set.
const serializerSalt = "itsdangerous"

// NewSerializer returns a Serializer. The secret key is text or raw bytes in a
// string. An empty one panics; see [AllowEmptyKey].
func NewSerializer(secretKey string, options ...Option) *Serializer {
	return &Serializer{newSigner(newSettings(serializerSalt, secretKey, options)), plainJSON{}}
}

// Dumps returns the token of v: of what JSON knows, structs with their tags
// too. A time.Time, a []byte and a UUID are errors, as in Python: write their
// text. The keys of a Go map are sorted; for an order use a struct, a
// codec.Dict, or an iter.Seq2[string, any].
func (s *Serializer) Dumps(v any) (string, error) {
	payload, err := s.format.appendDump(nil, v)
	if err != nil {
		return "", fmt.Errorf("itsdangerous: dumps: %w", err)
	}
	return string(s.signer.appendSignature(payload, 0)), nil
}

// Loads stores the value of token in v, a pointer, by the rules of
// encoding/json. In an any, whole numbers are int, or *big.Int where they are
// larger. The error is a [*BadSignature], or a [*BadPayload] if the content is
// not what v can hold.
func (s *Serializer) Loads(token string, v any) error {
	payload, err := s.signer.unsign([]byte(token))
	if err != nil {
		return &BadSignature{Payload: payload, reason: err}
	}
	return s.LoadPayload(payload, v)
}

// LoadPayload stores in v what the Payload of a [*BadSignature] holds,
// load_payload in Python. It is not to be trusted: it may serve a message, or a
// log.
func (s *Serializer) LoadPayload(payload []byte, v any) error {
	return loadPayload(s.format, payload, v)
}

// URLSafeSerializer is a Serializer whose tokens are letters, digits, "-", "_"
// and the separator alone: compact JSON, compressed where that is shorter, in
// base64. Python's URLSafeSerializer.
type URLSafeSerializer struct{ Serializer }

// NewURLSafeSerializer returns a URLSafeSerializer, with the defaults of
// [NewSerializer].
func NewURLSafeSerializer(secretKey string, options ...Option) *URLSafeSerializer {
	s := &URLSafeSerializer{*NewSerializer(secretKey, options...)}
	s.format = urlSafe{}
	return s
}

// A TimedSerializer is a Serializer whose tokens hold the time of signing and
// can expire: Python's TimedSerializer.
type TimedSerializer struct {
	// Now is the clock: time.Now unless set.
	Now func() time.Time
	// ClockSkew is as in [TimestampSigner].
	ClockSkew time.Duration

	signer *TimestampSigner
	format format
}

// NewTimedSerializer returns a TimedSerializer, with the defaults of
// [NewSerializer].
func NewTimedSerializer(secretKey string, options ...Option) *TimedSerializer {
	signer := newSigner(newSettings(serializerSalt, secretKey, options))
	return &TimedSerializer{Now: time.Now, signer: &TimestampSigner{signer: signer}, format: plainJSON{}}
}

// Dumps returns the token of v, signed now. See [Serializer.Dumps].
func (s *TimedSerializer) Dumps(v any) (string, error) {
	payload, err := s.format.appendDump(nil, v)
	if err != nil {
		return "", fmt.Errorf("itsdangerous: dumps: %w", err)
	}
	return string(s.signer.appendSeal(payload, 0, s.Now())), nil
}

// Loads stores the value of token in v, a pointer, if it was signed at most
// maxAge ago, in whole seconds; without a maxAge the time does not count. The
// error is a [*BadSignature], [*BadTimeSignature], [*SignatureExpired] or
// [*BadPayload]. See [Serializer.Loads].
func (s *TimedSerializer) Loads(token string, v any, maxAge ...time.Duration) error {
	_, err := s.LoadsTimestamp(token, v, maxAge...)
	return err
}

// LoadsTimestamp is Loads that also returns when the token was signed, in UTC:
// return_timestamp=True in Python.
func (s *TimedSerializer) LoadsTimestamp(token string, v any, maxAge ...time.Duration) (time.Time, error) {
	stamped, err := s.signer.unsign([]byte(token), oldest(maxAge), s.ClockSkew, s.Now())
	if err != nil {
		return time.Time{}, stamped.failed(err)
	}
	if err := s.LoadPayload(stamped.value, v); err != nil {
		return time.Time{}, err
	}
	return stamped.date(), nil
}

// LoadPayload is as in [Serializer].
func (s *TimedSerializer) LoadPayload(payload []byte, v any) error {
	return loadPayload(s.format, payload, v)
}

// URLSafeTimedSerializer is a TimedSerializer whose tokens are letters, digits,
// "-", "_" and the separator alone: what links in mails hold, and Flask's
// session cookie. Python's URLSafeTimedSerializer.
type URLSafeTimedSerializer struct{ TimedSerializer }

// NewURLSafeTimedSerializer returns a URLSafeTimedSerializer, with the defaults
// of [NewSerializer]. With Salt("cookie-session") and KeyDerivation("hmac") its
// tokens are the cookies of Flask's sessions.
func NewURLSafeTimedSerializer(secretKey string, options ...Option) *URLSafeTimedSerializer {
	s := &URLSafeTimedSerializer{*NewTimedSerializer(secretKey, options...)}
	s.format = urlSafe{}
	return s
}

// AppendDumps appends the token of a payload of any bytes, signed at now, to
// dst: the path of sessions, whose payload package codec makes. The payload is
// compressed where that makes it a quarter shorter, or shorter at all above 2
// KiB; below 128 bytes never.
func (s *URLSafeTimedSerializer) AppendDumps(dst, payload []byte, now time.Time) []byte {
	start := len(dst)
	dst = appendShorter(dst, payload, pays)
	return s.signer.appendSeal(dst, start, now)
}

// AppendLoads appends the payload of token to dst and returns when it was
// signed. The checks follow the order signature, timestamp, age, base64, zlib,
// and the first that fails names the error: ErrMalformed, ErrBadSignature,
// ErrExpired, ErrFuture or ErrBadPayload. After an error dst has its old
// length. The age is that at now; see [NoMaxAge].
func (s *URLSafeTimedSerializer) AppendLoads(dst, token []byte, maxAge time.Duration, now time.Time) ([]byte, time.Time, error) {
	stamped, err := s.signer.unsign(token, maxAge, s.ClockSkew, now)
	if err != nil {
		return dst, time.Time{}, err
	}
	start := len(dst)
	if dst, err = appendPayload(dst, stamped.value); err != nil {
		return dst[:start], time.Time{}, err
	}
	return dst, stamped.date(), nil
}

// appendPayload appends what the URL-safe text of a payload stands for.
func appendPayload(dst, text []byte) ([]byte, error) {
	if deflated, ok := bytes.CutPrefix(text, []byte(".")); ok {
		return appendInflated(dst, deflated)
	}
	return appendDecode(dst, text)
}
