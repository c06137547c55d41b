package itsdangerous

import (
	"bytes"
	"encoding/binary"
	"errors"
	"time"
)

// NoMaxAge as a maximum age means that the age is not looked at, as max_age=None in Python: neither a signature of long
// ago nor one of the future is refused.
const NoMaxAge time.Duration = -1

// maxTimestamp is the last second of the year 9999, behind which Python's datetime ends and ItsDangerous fails.
const maxTimestamp = 253402300799

// A TimestampSigner is a Signer that also signs the time of signing, in whole seconds.
type TimestampSigner struct {
	// ClockSkew is how far in the future a signature may have been made, for
	// two servers' clocks are never quite the same; it counts whole seconds. At
	// zero there is no leeway, as in Python. Set it before the first use.
	ClockSkew time.Duration

	signer *Signer
}

// NewTimestampSigner returns a TimestampSigner; see [NewSigner] for secrets and salt.
func NewTimestampSigner(secrets []string, salt string) *TimestampSigner {
	return &TimestampSigner{signer: NewSigner(secrets, salt)}
}

// AppendSign appends value.timestamp.signature to dst. It does not allocate if dst has room. The timestamp is now, which
// has to lie in the years 1970 to 9999; a time outside of them is written as the nearest within.
func (s *TimestampSigner) AppendSign(dst, value []byte, now time.Time) []byte {
	start := len(dst)
	return s.appendSeal(append(dst, value...), start, now)
}

// appendSeal appends timestamp and signature to dst[start:].
func (s *TimestampSigner) appendSeal(dst []byte, start int, now time.Time) []byte {
	dst = appendTimestamp(append(dst, sep), now.Unix())
	return s.signer.appendSignature(dst, start)
}

// Unsign returns the value, which is a part of signed, and the time of signing. maxAge counts whole seconds, and an age of
// exactly maxAge is still good; see also [NoMaxAge]. The error is ErrMalformed, ErrBadSignature, ErrExpired or ErrFuture.
func (s *TimestampSigner) Unsign(signed []byte, maxAge time.Duration, now time.Time) ([]byte, time.Time, error) {
	return s.unsign(signed, maxAge, s.ClockSkew, now)
}

func (s *TimestampSigner) unsign(signed []byte, maxAge, skew time.Duration, now time.Time) ([]byte, time.Time, error) {
	stamped, err := s.signer.Unsign(signed)
	if err != nil {
		return nil, time.Time{}, refine(err, signed)
	}
	i := bytes.LastIndexByte(stamped, sep)
	if i < 0 {
		return nil, time.Time{}, ErrMalformed
	}
	seconds, err := parseTimestamp(stamped[i+1:])
	if err != nil {
		return nil, time.Time{}, ErrMalformed
	}
	if err := checkAge(now.Unix()-seconds, maxAge, skew); err != nil {
		return nil, time.Time{}, err
	}
	return stamped[:i], time.Unix(seconds, 0).UTC(), nil
}

// refine names the error as ItsDangerous does: a timestamp that no date can hold counts before a wrong signature.
func refine(err error, signed []byte) error {
	if err != ErrBadSignature {
		return err
	}
	stamped := signed[:bytes.LastIndexByte(signed, sep)]
	i := bytes.LastIndexByte(stamped, sep)
	if _, tsErr := parseTimestamp(stamped[i+1:]); i >= 0 && tsErr == errNoDate {
		return ErrMalformed
	}
	return err
}

func checkAge(age int64, maxAge, skew time.Duration) error {
	switch {
	case maxAge < 0:
		return nil
	case age > int64(maxAge/time.Second):
		return ErrExpired
	case age < -int64(skew/time.Second):
		return ErrFuture
	}
	return nil
}

// appendTimestamp appends the base64 text of the big-endian bytes of seconds, leading zero bytes left out. Zero is no text.
func appendTimestamp(dst []byte, seconds int64) []byte {
	var buf [8]byte
	binary.BigEndian.PutUint64(buf[:], uint64(min(max(seconds, 0), maxTimestamp)))
	return b64.AppendEncode(dst, bytes.TrimLeft(buf[:], "\x00"))
}

var (
	errNoTimestamp = errors.New("itsdangerous: unreadable timestamp")
	errNoDate      = errors.New("itsdangerous: timestamp beyond the year 9999")
)

// timestampLen is the length of the timestamps of 1970-07-14 to 2106: four bytes.
const timestampLen = 6

// parseTimestamp reads the seconds of up to eight bytes.
func parseTimestamp(text []byte) (int64, error) {
	if len(text) == timestampLen {
		var seconds int64
		var bad byte
		for _, c := range text {
			v := sextets[c]
			bad |= v
			seconds = seconds<<6 | int64(v)
		}
		if bad < noSextet {
			return seconds >> 4, nil
		}
	}
	var buf [16]byte
	raw, err := appendDecode(buf[:0], text)
	if err != nil || len(raw) > 8 {
		return 0, errNoTimestamp
	}
	var seconds uint64
	for _, b := range raw {
		seconds = seconds<<8 | uint64(b)
	}
	if seconds > maxTimestamp {
		return 0, errNoDate
	}
	return int64(seconds), nil
}
