package itsdangerous

import (
	"bytes"
	"math"
	"time"
)

// NoMaxAge as the maximum age of the methods that take bytes means that the age
// is not looked at, max_age=None in Python: neither a signature of long ago nor
// one of the future is refused. Any other negative age refuses everything, as
// in Python.
const NoMaxAge time.Duration = math.MinInt64

// A TimestampSigner is a Signer that also signs the time of signing, in whole
// seconds: value.timestamp.signature, Python's TimestampSigner.
type TimestampSigner struct {
	// Now is the clock of the methods that take no time: time.Now unless set.
	Now func() time.Time
	// ClockSkew is how far in the future a signature may have been made, for
	// two servers' clocks are never quite the same; it counts whole seconds. At
	// zero there is no leeway, as in Python. Set it before the first use.
	ClockSkew time.Duration

	signer *Signer
}

// NewTimestampSigner returns a TimestampSigner, with the defaults of
// [NewSigner].
func NewTimestampSigner(secretKey string, options ...Option) *TimestampSigner {
	return &TimestampSigner{Now: time.Now, signer: NewSigner(secretKey, options...)}
}

// Sign returns value, time and signature, with separators between them.
func (s *TimestampSigner) Sign(value string) string {
	return string(s.AppendSign(nil, []byte(value), s.Now()))
}

// Unsign returns the value of signed, and when it was signed, if a key made its
// signature at most maxAge ago; without a maxAge the time does not count.
// Otherwise the error is a [*BadSignature], or one of its kinds. An age counts
// whole seconds, and one of exactly maxAge is still good.
func (s *TimestampSigner) Unsign(signed string, maxAge ...time.Duration) (string, time.Time, error) {
	stamped, err := s.unsign([]byte(signed), oldest(maxAge), s.ClockSkew, s.Now())
	if err != nil {
		return "", time.Time{}, stamped.failed(err)
	}
	return string(stamped.value), stamped.date(), nil
}

// oldest reads the optional argument.
func oldest(maxAge []time.Duration) time.Duration {
	if len(maxAge) == 0 {
		return NoMaxAge
	}
	return maxAge[0]
}

// Validate reports whether Unsign would return a value.
func (s *TimestampSigner) Validate(signed string, maxAge ...time.Duration) bool {
	_, _, err := s.Unsign(signed, maxAge...)
	return err == nil
}

// AppendSign appends value, time and signature to dst. It does not allocate if
// dst has room. A time before 1970 is written as 1970; one after the year 9999
// cannot be read back, as in Python.
func (s *TimestampSigner) AppendSign(dst, value []byte, now time.Time) []byte {
	start := len(dst)
	return s.appendSeal(append(dst, value...), start, now)
}

// appendSeal appends time and signature to dst[start:].
func (s *TimestampSigner) appendSeal(dst []byte, start int, now time.Time) []byte {
	dst = appendTimestamp(append(dst, s.signer.sep...), now.Unix())
	return s.signer.appendSignature(dst, start)
}

// UnsignBytes is Unsign for bytes: the value is a part of signed, the error is
// ErrMalformed, ErrBadSignature, ErrExpired or ErrFuture itself, and the age is
// that at now. See [NoMaxAge].
func (s *TimestampSigner) UnsignBytes(signed []byte, maxAge time.Duration, now time.Time) ([]byte, time.Time, error) {
	stamped, err := s.unsign(signed, maxAge, s.ClockSkew, now)
	if err != nil {
		return nil, time.Time{}, err
	}
	return stamped.value, stamped.date(), nil
}

// stamped is what a signed value with a time was found to hold, good or bad.
type stamped struct {
	value   []byte // nil if there is no separator
	timed   bool   // the time was looked for: Python's error is of another class
	seconds int64  // noTime if it cannot be read
}

const noTime = -1

func (s stamped) date() time.Time {
	if s.seconds == noTime {
		return time.Time{}
	}
	return time.Unix(s.seconds, 0).UTC()
}

// failed wraps the reason in the error that Python raises.
func (s stamped) failed(reason error) error {
	bad := BadSignature{Payload: s.value, reason: reason}
	switch {
	case reason == ErrExpired, reason == ErrFuture:
		return &SignatureExpired{BadTimeSignature{bad, s.date()}}
	case s.timed:
		return &BadTimeSignature{bad, s.date()}
	}
	return &bad
}

// unsign takes signed apart, as far as it can be.
func (s *TimestampSigner) unsign(signed []byte, maxAge, skew time.Duration, now time.Time) (stamped, error) {
	value, err := s.signer.unsign(signed)
	i := bytes.LastIndex(value, s.signer.sep)
	if i < 0 {
		if err != nil {
			return stamped{value, false, noTime}, err
		}
		return stamped{value, true, noTime}, ErrMalformed
	}
	seconds, problem := parseTimestamp(value[i+len(s.signer.sep):])
	found := stamped{value[:i:i], true, seconds}
	switch {
	case err == nil && problem == nil:
		return found, checkAge(now.Unix()-seconds, maxAge, skew)
	case err == nil, problem == errNoDate: // counts before a wrong signature, as in Python
		return found, ErrMalformed
	}
	return found, err
}

// checkAge compares whole seconds.
func checkAge(age int64, maxAge, skew time.Duration) error {
	switch {
	case maxAge == NoMaxAge:
		return nil
	case maxAge < 0, age > int64(maxAge/time.Second):
		return ErrExpired
	case age < -int64(skew/time.Second):
		return ErrFuture
	}
	return nil
}
