package itsdangerous

import "time"

// What can be wrong with a token. [errors.Is] follows Python's classes: each of
// the first four is also ErrBadSignature, as each of their classes is also
// BadSignature, and ErrFuture is also ErrExpired. ErrBadPayload is none of
// them.
//
// The methods that take and return strings wrap one of them in a
// [*BadSignature], [*BadTimeSignature], [*SignatureExpired] or [*BadPayload];
// those that take bytes, which sessions use, return it as it is and allocate
// nothing for it.
var (
	// ErrBadSignature: no key made this signature for this value.
	ErrBadSignature error = &sentinel{text: "itsdangerous: signature does not match"}
	// ErrMalformed: there is no separator, or no readable timestamp in the
	// years 1970 to 9999.
	ErrMalformed error = &sentinel{"itsdangerous: malformed value", ErrBadSignature}
	// ErrExpired: the signature is good, and older than allowed.
	ErrExpired error = &sentinel{"itsdangerous: signature expired", ErrBadSignature}
	// ErrFuture: the signature is good, and its timestamp is later than now by
	// more than ClockSkew, which is zero unless set.
	ErrFuture error = &sentinel{"itsdangerous: signature from the future", ErrExpired}
	// ErrBadPayload: signature and age are good, but the payload is not base64,
	// not zlib, above MaxPayload, or not the JSON that was expected.
	ErrBadPayload error = &sentinel{text: "itsdangerous: unreadable payload"}
)

// A sentinel is an error to be matched by errors.Is, and a kind of another.
type sentinel struct {
	text string
	kind error // nil: of none
}

func (s *sentinel) Error() string { return s.text }
func (s *sentinel) Unwrap() error { return s.kind }

// BadSignature is a token that no key signed, or none at all: Python's
// BadSignature. errors.As finds it in a [*BadTimeSignature] and in a
// [*SignatureExpired] too, which are kinds of it.
type BadSignature struct {
	// Payload is what was not signed, nil if there was no separator: the text
	// in the token, for a serializer its LoadPayload reads it. Whoever made the
	// token chose it.
	Payload []byte

	reason error
}

func (e *BadSignature) Error() string { return e.reason.Error() }

// Unwrap returns the sentinel, such as ErrMalformed.
func (e *BadSignature) Unwrap() error { return e.reason }

// BadTimeSignature is a token with a wrong signature, or without a readable
// timestamp, where one with a time is expected: Python's BadTimeSignature.
type BadTimeSignature struct {
	BadSignature
	// DateSigned is the time in the token, in UTC and whole seconds; the zero
	// time if it cannot be read. Only in a [*SignatureExpired] is it to be
	// trusted.
	DateSigned time.Time
}

// Unwrap returns the error as a [*BadSignature], which it is a kind of.
func (e *BadTimeSignature) Unwrap() error { return &e.BadSignature }

// SignatureExpired is a token that a key did sign, too long ago, or in the
// future: Python's SignatureExpired. Payload and DateSigned are as they were
// signed.
type SignatureExpired struct{ BadTimeSignature }

// Unwrap returns the error as a [*BadTimeSignature], which it is a kind of.
func (e *SignatureExpired) Unwrap() error { return &e.BadTimeSignature }

// BadPayload is a token that a key did sign, recently enough, and that does not
// hold what was expected: Python's BadPayload.
type BadPayload struct {
	// OriginalError says what is wrong with the content.
	OriginalError error
}

func (e *BadPayload) Error() string {
	return ErrBadPayload.Error() + ": " + e.OriginalError.Error()
}

// Unwrap returns ErrBadPayload and the original error.
func (e *BadPayload) Unwrap() []error { return []error{ErrBadPayload, e.OriginalError} }
