package cookie

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
	"github.com/cantil-go/cantil/session/itsdangerous"
)

// MaxSize is the size of a cookie in bytes above which browsers drop it.
const MaxSize = 4093

// The kinds of a session's cookie.
const (
	Signed    = "signed"
	Encrypted = "encrypted"
	ID        = "id"        // of a session in a store
	SignedID  = "signed id" // the same with SESSION_USE_SIGNER
)

// Settings are what a cookie is read and written with.
type Settings struct {
	Name      string // of the cookie
	Keys      []Key  // the one that signs first
	Lifetime  time.Duration
	ClockSkew time.Duration
	Now       time.Time
}

// Info is what a cookie holds.
type Info struct {
	Kind       string          `json:"kind"`
	Payload    json.RawMessage `json:"payload,omitempty"` // Flask's tagged JSON
	Codec      string          `json:"codec,omitempty"`   // "json" or "msgpack"
	Signed     time.Time       `json:"signed,omitzero"`
	Size       int             `json:"size"` // bytes, name and value
	Compressed bool            `json:"compressed"`
	Bytes      int             `json:"payload_bytes,omitempty"` // uncompressed
	Key        string          `json:"key,omitempty"`           // that verified it

	session *session.Session
}

// Value finds the cookie in what was copied from somewhere: its value alone,
// name=value, or a whole Cookie or Set-Cookie header.
func Value(text, name string) (string, error) {
	text = strings.TrimSpace(text)
	if head, rest, ok := strings.Cut(text, ":"); ok && strings.HasSuffix(strings.ToLower(head), "cookie") {
		text = rest
		if strings.EqualFold(head, "set-cookie") { // attributes are behind it
			text, _, _ = strings.Cut(text, ";")
		}
	}
	var others []string
	for part := range strings.SplitSeq(text, ";") {
		found, value, pair := strings.Cut(strings.TrimSpace(part), "=")
		switch {
		case pair && found == name:
			return strings.Trim(value, `"`), nil
		case pair:
			others = append(others, strconv.Quote(found))
		}
	}
	if len(others) > 0 {
		return "", fmt.Errorf("there is no cookie %q here, only %s: --name says which it is", name, strings.Join(others, ", "))
	}
	return strings.Trim(strings.TrimSpace(text), `"`), nil
}

// maxID is how long an id in a store can be: in memcached, with nothing before it.
const maxID = 250

// kindOf tells what a value is from its form, "" if it can be nothing.
func kindOf(value string) string {
	if strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return ""
	}
	switch strings.Count(strings.TrimPrefix(value, "."), ".") {
	case 0:
		raw, err := base64.RawURLEncoding.DecodeString(value)
		if err == nil && len(raw) >= 46 && raw[0] == 1 {
			return Encrypted
		}
		if value == "" || len(value) > maxID {
			return ""
		}
		return ID
	case 1:
		return SignedID
	}
	return Signed
}

// Decode reads a cookie without asking who signed it. An encrypted one needs its
// key.
func Decode(value string, s Settings) (*Info, error) {
	info := &Info{Kind: kindOf(value), Size: len(s.Name) + 1 + len(value)}
	switch info.Kind {
	case "":
		return info, errors.New("this is no session's cookie: neither payload.time.signature, nor encrypted, nor an id")
	case Encrypted:
		if len(s.Keys) == 0 {
			return info, fmt.Errorf("the cookie is encrypted: %w", ErrNoKeys)
		}
		return info, info.decrypt(value, s)
	case Signed:
		payload, at, err := unverified(value)
		if err != nil {
			return info, err
		}
		info.Signed, info.Compressed = at, strings.HasPrefix(value, ".")
		return info, info.load(payload)
	}
	return info, nil
}

// load decodes the payload.
func (info *Info) load(payload string) (err error) {
	serializer := codec.Detect(payload)
	info.Codec, info.Bytes = codecName(serializer), len(payload)
	if info.session, err = session.Decode(payload, serializer); err != nil {
		return fmt.Errorf("the payload cannot be decoded: %w", err)
	}
	info.Payload, err = ReadableJSON(payload)
	return err
}

func codecName(s codec.Serializer) string {
	if s == codec.Msgpack {
		return "msgpack"
	}
	return "json"
}

// readable is Flask's tagged JSON in the order of the session.
var readable = codec.NewTaggedJSON(codec.SortKeys(false), codec.EnsureASCII(false))

// ReadableJSON is a payload of either codec as tagged JSON.
func ReadableJSON(payload string) (json.RawMessage, error) {
	s, err := session.Decode(payload, codec.Detect(payload))
	if err != nil {
		return nil, err
	}
	text, err := s.AppendTo(nil, readable)
	if err != nil {
		return nil, fmt.Errorf("the payload holds what JSON cannot: %w", err)
	}
	if !json.Valid(text) { // NaN and Infinity, which Python writes
		return json.Marshal(string(text))
	}
	return text, nil
}

// anyKey signs what is to be taken apart by what checks signatures.
const anyKey = "a key that nothing else is signed with"

// unverified is the payload and the time of a signed cookie, whoever signed it.
func unverified(value string) (string, time.Time, error) {
	signer := itsdangerous.NewTimestampSigner(anyKey)
	_, _, err := signer.Unsign(value)
	var bad *itsdangerous.BadTimeSignature
	if !errors.As(err, &bad) || bad.DateSigned.IsZero() {
		return "", time.Time{}, errors.New("this is no signed cookie: payload.time.signature is expected, and the time cannot be read")
	}
	payload, _, err := itsdangerous.NewURLSafeTimedSerializer(anyKey, itsdangerous.Salt("itsdangerous.Signer")).
		AppendLoads(nil, signer.AppendSign(nil, bad.Payload, bad.DateSigned), itsdangerous.NoMaxAge, bad.DateSigned)
	if err != nil {
		return "", bad.DateSigned, fmt.Errorf("the payload is not base64, or cannot be inflated: %w", err)
	}
	return string(payload), bad.DateSigned, nil
}

// decrypt tries the keys one by one.
func (info *Info) decrypt(value string, s Settings) error {
	raw, _ := base64.RawURLEncoding.DecodeString(value)
	info.Signed = time.Unix(int64(binary.BigEndian.Uint64(append(make([]byte, 3), raw[1:6]...))), 0).UTC()
	err := errors.New("no key is given")
	for _, key := range s.Keys {
		reason := &lastError{}
		cfg := s.config(key, slog.New(reason))
		var opened *session.Session
		opened, err = session.EncryptedCookie{}.Open(context.Background(), cfg, []byte(value), info.Signed)
		if err == nil && reason.err == nil {
			payload, err := opened.AppendTo(nil, readable)
			if err != nil {
				return err
			}
			info.Key, info.session, info.Payload = key.Label(), opened, payload
			info.Bytes = len(raw) - 46
			info.Codec = "json"
			if packed, err := opened.AppendTo(nil, codec.Msgpack); err == nil && len(packed) == info.Bytes {
				info.Codec = "msgpack"
			}
			return nil
		}
		err = errors.Join(err, reason.err)
	}
	return fmt.Errorf("no key decrypts it, or it belongs to a cookie of another name than %q: %w", s.Name, err)
}

// config is that of an application whose only key is key.
func (s Settings) config(key Key, log *slog.Logger) *session.Config {
	return &session.Config{
		SecretKey: key.Secret, Lifetime: s.Lifetime, ClockSkew: s.ClockSkew, Serializer: codec.Msgpack,
		CookieName: s.Name, Logger: log,
	}
}

// lastError is a log that keeps the error that it is told of.
type lastError struct{ err error }

func (*lastError) Enabled(context.Context, slog.Level) bool { return true }
func (l *lastError) WithAttrs([]slog.Attr) slog.Handler     { return l }
func (l *lastError) WithGroup(string) slog.Handler          { return l }
func (l *lastError) Handle(_ context.Context, r slog.Record) error {
	r.Attrs(func(a slog.Attr) bool {
		if err, ok := a.Value.Any().(error); ok {
			l.err = err
		}
		return true
	})
	return nil
}
