// Package itsdangerous signs values and verifies them, byte for byte as the Python library ItsDangerous 2.2 does
// with key_derivation="hmac" and HMAC-SHA-1: the form of Flask's session cookie and of Flask-Session's signed ids.
//
// Each layer adds one thing to the one below:
//
//   - [Signer] puts a signature behind a value: value.signature
//   - [TimestampSigner] puts the time of signing between them: value.timestamp.signature
//   - [URLSafeTimed] makes a cookie of any bytes: base64, after compression where that pays
//
// A signature proves who wrote a value. It does not hide the value: everybody can read a session cookie.
//
// Every layer takes the secrets from oldest to newest. The last one signs, each one verifies. Time is always an
// argument, never read from a clock. Everything here may be used from many goroutines at once.
package itsdangerous

import "errors"

// What can be wrong with a signed value. Loading answers with one of these, or with an error that wraps one.
var (
	// ErrMalformed: there is no separator, or no readable timestamp in the years 1970 to 9999.
	ErrMalformed = errors.New("itsdangerous: malformed value")
	// ErrBadSignature: no key made this signature for this value.
	ErrBadSignature = errors.New("itsdangerous: signature does not match")
	// ErrExpired: the signature is good, and older than allowed.
	ErrExpired = errors.New("itsdangerous: signature expired")
	// ErrFuture: the signature is good, and its timestamp is later than now by more than ClockSkew, which is
	// zero unless set.
	ErrFuture = errors.New("itsdangerous: signature from the future")
	// ErrBadPayload: signature and age are good, but the payload is not base64, not zlib, or above MaxPayload.
	ErrBadPayload = errors.New("itsdangerous: unreadable payload")
)
