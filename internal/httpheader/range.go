package httpheader

import (
	"math"
	"strconv"
	"strings"

	"github.com/cantil-go/cantil/internal/pytext"
)

// ParseRange reads a Range header for a body of length bytes and gives the one
// range that it asks for. Several ranges, other units, and a range outside of
// the body are not ok; Werkzeug answers 416 to all of them.
func ParseRange(header string, length int64) (start, size int64, ok bool) {
	unit, text, found := strings.Cut(header, "=")
	if !found || !strings.EqualFold(pytext.Trim(unit), "bytes") {
		return 0, 0, false
	}
	first, last, found := strings.Cut(pytext.Trim(text), "-")
	if !found {
		return 0, 0, false
	}
	first, last = pytext.Trim(first), pytext.Trim(last)
	if first == "" {
		return lastBytes(strings.TrimPrefix(pytext.Trim(text), "-"), length)
	}
	start, ok = rangeNumber(first)
	if !ok || start >= length {
		return 0, 0, false
	}
	end := length
	if last != "" {
		if end, ok = rangeNumber(last); !ok || end < start {
			return 0, 0, false
		}
		end = min(end, length-1) + 1
	}
	return start, end - start, true
}

// lastBytes is the range "-n". Werkzeug takes "-0" for the whole body, and more
// bytes than there are for a mistake.
func lastBytes(text string, length int64) (start, size int64, ok bool) {
	n, ok := rangeNumber(text)
	if !ok || n > length {
		return 0, 0, false
	}
	if n == 0 {
		n = length
	}
	return length - n, n, true
}

// rangeNumber reads digits; a number too big for an int64 is as good as the
// biggest.
func rangeNumber(s string) (int64, bool) {
	if s == "" || s[0] == '-' || !IsInt(s) {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return math.MaxInt64, true
	}
	return n, true
}

// contentRange gives the Content-Range header of a 206.
func contentRange(start, size, length int64) string {
	b := append(make([]byte, 0, 48), "bytes "...)
	b = strconv.AppendInt(b, start, 10)
	b = strconv.AppendInt(append(b, '-'), start+size-1, 10)
	return string(strconv.AppendInt(append(b, '/'), length, 10))
}

// IsInt reports whether s is an optional minus sign and ASCII digits, the only
// numbers Werkzeug takes in headers.
func IsInt(s string) bool {
	if s != "" && s[0] == '-' {
		s = s[1:]
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
