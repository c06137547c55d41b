package jinja

import (
	"fmt"
	"strings"
	"time"
)

// A time.Time is Python's datetime. Whether it has an offset is told by its
// location: times in UTC are taken to be without, as most of a database's are.

// timeStr is str(datetime).
func timeStr(t time.Time) string { return timeISO(t, " ") }

// timeISO is isoformat: microseconds and the offset only where there are any.
func timeISO(t time.Time, sep string) string {
	s := t.Format("2006-01-02") + sep + t.Format("15:04:05")
	if us := t.Nanosecond() / 1000; us != 0 {
		s += fmt.Sprintf(".%06d", us)
	}
	if hasOffset(t) {
		s += t.Format("-07:00")
	}
	return s
}

// hasOffset reports whether a time is what Python calls aware.
func hasOffset(t time.Time) bool { return t.Location() != time.UTC }

func timeRepr(t time.Time) string {
	parts := []int{t.Year(), int(t.Month()), t.Day(), t.Hour(), t.Minute()}
	if us := t.Nanosecond() / 1000; us != 0 {
		parts = append(parts, t.Second(), us)
	} else if t.Second() != 0 {
		parts = append(parts, t.Second())
	}
	s := repr(Tuple(toAny(parts)))
	return "datetime.datetime" + s
}

func toAny[T any](in []T) []any {
	out := make([]any, len(in))
	for i, v := range in {
		out[i] = v
	}
	return out
}

func timeAttr(t time.Time, name string) (any, bool) {
	switch name {
	case "year":
		return t.Year(), true
	case "month":
		return int(t.Month()), true
	case "day":
		return t.Day(), true
	case "hour":
		return t.Hour(), true
	case "minute":
		return t.Minute(), true
	case "second":
		return t.Second(), true
	case "microsecond":
		return t.Nanosecond() / 1000, true
	case "tzinfo":
		if !hasOffset(t) {
			return nil, true
		}
		return t.Location().String(), true
	}
	return nil, false
}

var timeMethods = table{}

func init() {
	add := func(name, signature string, fn func(t time.Time, a []any) any) {
		timeMethods.add("datetime.", name, signature, func(f *frame, a []any) any {
			if len(a) > 1 {
				s, _ := asString(a[1])
				f.st.size(len(s) * 16) // %c and the like are longer than they look
			}
			return fn(a[0].(time.Time), a)
		})
	}
	add("strftime", "self, format", func(t time.Time, a []any) any { return strftime(t, strArg(a[1])) })
	add("isoformat", "self, sep='T', timespec='auto'", func(t time.Time, a []any) any {
		return timeISO(t, strArg(a[1]))
	})
	add("date", "self", func(t time.Time, a []any) any { return date{t} })
	add("time", "self", func(t time.Time, a []any) any { return clock{t} })
	add("weekday", "self", func(t time.Time, a []any) any { return (int(t.Weekday()) + 6) % 7 })
	add("isoweekday", "self", func(t time.Time, a []any) any { return (int(t.Weekday())+6)%7 + 1 })
	add("timestamp", "self", func(t time.Time, a []any) any { return float64(t.UnixMicro()) / 1e6 })
	add("ctime", "self", func(t time.Time, a []any) any { return t.Format("Mon Jan _2 15:04:05 2006") })
}

// date is the day alone, clock the time of day alone.
type (
	date  struct{ t time.Time }
	clock struct{ t time.Time }
)

func (d date) pyType() string   { return "date" }
func (d date) pyModule() string { return "datetime" }
func (d date) pyStr() string    { return d.t.Format("2006-01-02") }
func (d date) pyRepr() string {
	return "datetime.date" + repr(Tuple{d.t.Year(), int(d.t.Month()), d.t.Day()})
}

func (d date) attr(name string) (any, bool) {
	switch name {
	case "year", "month", "day":
		return timeAttr(d.t, name)
	case "strftime", "weekday", "isoweekday":
		return &boundMethod{d.t, timeMethods[name]}, true
	case "isoformat":
		return nativeFunc(func([]any) any { return d.pyStr() }).withArity(0), true
	}
	return nil, false
}

func (c clock) pyType() string   { return "time" }
func (c clock) pyModule() string { return "datetime" }
func (c clock) pyStr() string {
	s := c.t.Format("15:04:05")
	if us := c.t.Nanosecond() / 1000; us != 0 {
		s += fmt.Sprintf(".%06d", us)
	}
	return s
}

func (c clock) pyRepr() string {
	return "datetime.time" + repr(Tuple{c.t.Hour(), c.t.Minute(), c.t.Second()})
}

func (c clock) attr(name string) (any, bool) {
	switch name {
	case "hour", "minute", "second", "microsecond":
		return timeAttr(c.t, name)
	case "strftime":
		return &boundMethod{c.t, timeMethods[name]}, true
	case "isoformat":
		return nativeFunc(func([]any) any { return c.pyStr() }).withArity(0), true
	}
	return nil, false
}

// strftimeLayouts are the directives that a layout of package time expresses.
var strftimeLayouts = map[byte]string{
	'a': "Mon", 'A': "Monday", 'b': "Jan", 'B': "January", 'c': "Mon Jan _2 15:04:05 2006",
	'd': "02", 'D': "01/02/06", 'e': "_2", 'F': "2006-01-02", 'h': "Jan", 'H': "15", 'I': "03",
	'j': "002", 'm': "01", 'M': "04", 'p': "PM", 'r': "03:04:05 PM", 'R': "15:04", 'S': "05",
	'T': "15:04:05", 'x': "01/02/06", 'X': "15:04:05", 'y': "06",
}

// strftime formats a time with Python's directives, in the C locale. Unknown
// ones stay as they are.
func strftime(t time.Time, format string) string {
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b.WriteByte(format[i])
			continue
		}
		i++
		pad := byte(0)
		if format[i] == '-' && i+1 < len(format) { // glibc's way to drop the padding
			pad = '-'
			i++
		}
		s := strftimeOne(t, format[i])
		if pad == '-' {
			s = strings.TrimLeft(s, "0 ")
			if s == "" {
				s = "0"
			}
		}
		b.WriteString(s)
	}
	return b.String()
}

// strftimeOne formats a directive that layouts have no form for.
func strftimeOne(t time.Time, c byte) string {
	if layout, ok := strftimeLayouts[c]; ok {
		return t.Format(layout)
	}
	switch c {
	case 'Y':
		return fmt.Sprint(t.Year())
	case 'C':
		return fmt.Sprintf("%02d", t.Year()/100)
	case 'f':
		return fmt.Sprintf("%06d", t.Nanosecond()/1000)
	case 'G':
		year, _ := t.ISOWeek()
		return fmt.Sprint(year)
	case 'V':
		_, week := t.ISOWeek()
		return fmt.Sprintf("%02d", week)
	case 'U':
		return fmt.Sprintf("%02d", (t.YearDay()+6-int(t.Weekday()))/7)
	case 'W':
		return fmt.Sprintf("%02d", (t.YearDay()+6-(int(t.Weekday())+6)%7)/7)
	case 'u':
		return fmt.Sprint((int(t.Weekday())+6)%7 + 1)
	case 'w':
		return fmt.Sprint(int(t.Weekday()))
	case 'k':
		return fmt.Sprintf("%2d", t.Hour())
	case 'l':
		return fmt.Sprintf("%2d", (t.Hour()+11)%12+1)
	case 's':
		return fmt.Sprint(t.Unix())
	case 'z', 'Z':
		if !hasOffset(t) {
			return ""
		}
		if c == 'Z' {
			return t.Format("MST")
		}
		return t.Format("-0700")
	case 'n':
		return "\n"
	case 't':
		return "\t"
	case '%':
		return "%"
	}
	return "%" + string(c)
}
