package codec

import (
	"fmt"
	"time"

	"github.com/cantil-go/cantil/internal/httpheader"
)

// appendHTTPDate appends t in UTC and whole seconds.
func appendHTTPDate(dst []byte, t time.Time) ([]byte, error) {
	if !storable(t) {
		return dst, errYear(t.UTC())
	}
	return httpheader.AppendDate(dst, t), nil
}

// parseHTTPDate reads a date in UTC.
func parseHTTPDate(s string) (time.Time, error) {
	t, ok := httpheader.ParseDate(s)
	if !ok {
		return t, fmt.Errorf("%w: date %.40q", ErrMalformed, s)
	}
	return t, nil
}

// storable reports whether Python's datetime, which knows the years 1 to 9999,
// can hold t.
func storable(t time.Time) bool {
	sec := t.Unix()
	return minSeconds <= sec && sec <= maxSeconds
}

// The first and the last second that a datetime can hold.
const (
	minSeconds = -62135596800
	maxSeconds = 253402300799
)

func errYear(t time.Time) error {
	return fmt.Errorf("%w: the year of a date has to be 1 to 9999, not %d", ErrOutOfRange, t.Year())
}
