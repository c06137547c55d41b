package codec

import (
	"errors"
	"fmt"
	"reflect"
)

// A Field is one key of a session with its value. Raw, if not empty, is the
// value still encoded, by the serializer that split it off; Value is then
// unused. A session that only reads one key decodes one value.
type Field struct {
	Key   string
	Value any
	Raw   string
}

// A Serializer writes and reads the payload of a session: a mapping from
// strings to values. Any number of goroutines may use one.
type Serializer interface {
	// AppendFields appends the encoding of the mapping to dst. Keys have to
	// differ from each other. A Raw value has to come from SplitFields of the
	// same kind of serializer and is copied as it stands.
	AppendFields(dst []byte, fields []Field) ([]byte, error)

	// SplitFields appends the fields of payload to dst with their values left
	// encoded. The whole payload is checked, so that DecodeValue of each Raw
	// succeeds. Of equal keys the last counts. Key and Raw are parts of
	// payload, but for keys that had to be unescaped or turned into text. After
	// an error dst has its old length.
	SplitFields(dst []Field, payload string) ([]Field, error)

	// AppendValue appends the encoding of one value to dst. After an error dst
	// has its old length.
	AppendValue(dst []byte, v any) ([]byte, error)

	// DecodeValue decodes one value, a Raw or a whole payload. The strings in
	// it may be parts of raw.
	DecodeValue(raw string) (any, error)
}

// The two forms that a session is stored in.
var (
	// Msgpack is MessagePack, as Flask-Session writes it with msgspec: the
	// shorter and faster form, and the default.
	Msgpack Serializer = &msgpackSerializer{}

	// MsgpackRows is Msgpack for rows, which Flask-Session reads: [Markup], for
	// which Msgpack has an extension that no other program knows, is written as
	// its text. What is shown of it later is escaped.
	MsgpackRows Serializer = &msgpackSerializer{markupAsText: true}

	// TaggedJSON is what Flask itself reads and writes inside of an
	// application: JSON with tags for the types that JSON does not have, keys
	// sorted by code point, only ASCII characters.
	TaggedJSON = NewTaggedJSON()
)

// Detect returns which of the two serializers wrote a mapping. The first byte
// decides: of a mapping in msgpack it is 0x80 or above, of JSON text below.
func Detect(payload string) Serializer {
	if payload != "" && payload[0] >= 0x80 {
		return Msgpack
	}
	return TaggedJSON
}

// DecodeOrdered is s.DecodeValue with every mapping in it as a *[Dict], in the
// order in which it was written. A serializer of another package gives what its
// DecodeValue gives.
func DecodeOrdered(s Serializer, raw string) (any, error) {
	if o, ok := s.(interface{ decodeOrdered(string) (any, error) }); ok {
		return o.decodeOrdered(raw)
	}
	return s.DecodeValue(raw)
}

// maxDepth is how many lists and mappings may lie inside of each other, in what
// is read and in what is written. The wrappers that tags add in JSON count too.
const maxDepth = 128

// valueDepth is what maxDepth leaves to the value of a field: one level is the
// session, one more its wrapper if the only key looks like a tag.
const valueDepth = maxDepth - 2

// What reading and writing can fail with, usually wrapped in an error that says
// more.
var (
	// ErrMalformed: the payload is not what the serializer writes.
	ErrMalformed = errors.New("codec: malformed payload")
	// ErrNotMapping: the payload is well-formed and holds something else than a
	// mapping with keys that JSON knows.
	ErrNotMapping = errors.New("codec: payload is not a mapping")
	// ErrTooDeep: lists and mappings are nested more than 128 levels deep; a Go
	// value may even contain itself.
	ErrTooDeep = errors.New("codec: nested too deeply")
	// ErrInvalidText: a string is not UTF-8 and cannot be stored.
	ErrInvalidText = errors.New("codec: string is not valid UTF-8")
	// ErrUnsupportedKey: a mapping has a key that JSON has no text for, or keys
	// that Python cannot sort.
	ErrUnsupportedKey = errors.New("codec: unsupported key")
	// ErrOutOfRange: a number or a date is beyond what the serializer can write
	// or the program at the other side read.
	ErrOutOfRange = errors.New("codec: value out of range")
)

// An UnsupportedTypeError is the answer to a value of a type that no session
// can hold, such as a channel or a function.
type UnsupportedTypeError struct {
	Type reflect.Type
	Why  string // may be empty
}

func (e *UnsupportedTypeError) Error() string {
	if e.Why != "" {
		return fmt.Sprintf("codec: cannot store %v in a session: %s", e.Type, e.Why)
	}
	return fmt.Sprintf("codec: cannot store %v in a session", e.Type)
}

// malformed is the error of what is wrong with a payload, and where.
func malformed(what string, at int) error {
	return fmt.Errorf("%w: %s at byte %d", ErrMalformed, what, at)
}
