package codec

import (
	"fmt"
	"time"
)

// httpDate is the form that Werkzeug's http_date writes, in the terms of package time.
const httpDate = "Mon, 02 Jan 2006 15:04:05 GMT"

// otherDates are forms that other programs write and Python's email.utils reads to the same effect.
var otherDates = []string{
	"Mon, 2 Jan 2006 15:04:05 GMT",
	"Mon, 2 Jan 2006 15:04:05 UTC",
	"Mon, 2 Jan 2006 15:04:05 -0700",
	"Mon, 2 Jan 2006 15:04:05",
	"2 Jan 2006 15:04:05 GMT",
	"2 Jan 2006 15:04:05 -0700",
	"Monday, 02-Jan-06 15:04:05 GMT",
	"Mon Jan _2 15:04:05 2006",
}

// appendHTTPDate appends t in UTC and whole seconds.
func appendHTTPDate(dst []byte, t time.Time) ([]byte, error) {
	t = t.UTC()
	if !storable(t) {
		return dst, errYear(t)
	}
	return t.AppendFormat(dst, httpDate), nil
}

// parseHTTPDate reads a date in UTC.
func parseHTTPDate(s string) (time.Time, error) {
	t, err := time.Parse(httpDate, s)
	for i := 0; err != nil && i < len(otherDates); i++ {
		t, err = time.Parse(otherDates[i], s)
	}
	if err != nil || t.Nanosecond() != 0 { // Go reads fractions of a second, Python does not
		return time.Time{}, fmt.Errorf("%w: date %.40q", ErrMalformed, s)
	}
	t = t.UTC()
	// Python's email.utils takes every year below 100 for one of two digits, even if four were written.
	if y := t.Year(); y < 100 {
		century := 2000
		if y > 68 {
			century = 1900
		}
		t = time.Date(y+century, t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
	}
	return t, nil
}

// storable tells whether Python's datetime, which knows the years 1 to 9999, can hold t.
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
