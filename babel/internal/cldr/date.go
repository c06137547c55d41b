package cldr

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// lengths are the names of the patterns that every language has.
var lengths = map[string]bool{"full": true, "long": true, "medium": true, "short": true}

// FormatDate prints a day, by the name of a length or a pattern.
func (l *Locale) FormatDate(t time.Time, format string) (string, error) {
	if lengths[format] {
		format = l.Dates[format]
	}
	return l.FormatPattern(t, format)
}

// FormatTime prints a time of day.
func (l *Locale) FormatTime(t time.Time, format string) (string, error) {
	if lengths[format] {
		format = l.Times[format]
	}
	return l.FormatPattern(t, format)
}

// FormatDateTime prints both, in the order of the language.
func (l *Locale) FormatDateTime(t time.Time, format string) (string, error) {
	if !lengths[format] {
		return l.FormatPattern(t, format)
	}
	date, err := l.FormatDate(t, format)
	if err != nil {
		return "", err
	}
	clock, err := l.FormatTime(t, format)
	pattern := strings.ReplaceAll(l.DateTimes[format], "'", "")
	return strings.NewReplacer("{0}", clock, "{1}", date).Replace(pattern), err
}

// fieldLengths are how often the letter of a field may stand; none means any.
var fieldLengths = map[byte]string{
	'G': "12345", 'y': "", 'Y': "", 'u': "", 'Q': "12345", 'q': "12345", 'M': "12345", 'L': "12345",
	'w': "12", 'W': "1", 'd': "12", 'D': "123", 'F': "1", 'E': "123456", 'e': "123456", 'c': "13456",
	'a': "12345", 'b': "12345", 'B': "12345", 'h': "12", 'H': "12", 'K': "12", 'k': "12", 'm': "12", 's': "12",
	'S': "", 'A': "", 'z': "1234", 'Z': "12345", 'O': "14", 'v': "14", 'V': "1234", 'x': "12345", 'X': "12345",
}

// FormatPattern prints a time by a pattern of CLDR's: "d 'de' MMMM 'de' y". Text
// stands in single quotes where it has letters, and two quotes are one.
func (l *Locale) FormatPattern(t time.Time, pattern string) (string, error) {
	d := &dateFormat{Locale: l, t: t}
	const quote = "\x00" // of two
	src := strings.ReplaceAll(pattern, "''", quote)
	for src != "" {
		c := src[0]
		n := 1
		switch known, isField := fieldLengths[c]; {
		case c == '\'':
			text, rest, closed := strings.Cut(src[1:], "'")
			if !closed { // the rest of the pattern is lost, as in Babel
				return d.out.String(), nil
			}
			d.out.WriteString(strings.ReplaceAll(text, quote, "'"))
			src = rest
			continue
		case isField:
			for n < len(src) && src[n] == c {
				n++
			}
			if known != "" && (n > 9 || !strings.Contains(known, strconv.Itoa(n))) {
				return "", fmt.Errorf("babel: invalid length for field: %q", src[:n])
			}
			if err := d.field(c, n); err != nil {
				return "", err
			}
		case c == quote[0]:
			d.out.WriteByte('\'')
		default:
			d.out.WriteByte(c)
		}
		src = src[n:]
	}
	return d.out.String(), nil
}

// dateFormat is a pattern under way.
type dateFormat struct {
	*Locale
	t   time.Time
	out strings.Builder
}

// field prints one field.
func (d *dateFormat) field(c byte, n int) error {
	switch c {
	case 'a', 'b', 'B':
		return d.period(c, n)
	case 'z', 'Z', 'v', 'V', 'x', 'X', 'O':
		d.out.WriteString(d.zone(c, n))
	case 'E', 'e', 'c', 'M', 'L', 'Q', 'q', 'G':
		return d.name(c, n)
	case 'S':
		micro := float64(d.t.Nanosecond()/1000) / 1e6
		digits := strconv.FormatFloat(micro, 'f', n, 64)
		if digits[0] == '1' { // rounded up to a second
			d.out.WriteString("1" + strings.Repeat("0", n))
		} else {
			d.out.WriteString(digits[2:])
		}
	default:
		d.number(d.value(c), n, c)
	}
	return nil
}

// number prints a value with at least n digits; of a year with two letters the
// last two.
func (d *dateFormat) number(v, n int, c byte) {
	s := fmt.Sprintf("%0*d", n, v)
	if n == 2 && (c == 'y' || c == 'Y' || c == 'u') {
		s = s[len(s)-2:]
	}
	d.out.WriteString(s)
}

// value gives a field that is a number.
func (d *dateFormat) value(c byte) int {
	t := d.t
	switch c {
	case 'y', 'u':
		return t.Year()
	case 'Y':
		if d.weekNumber(t.YearDay(), weekday(t)) == 0 {
			return t.Year() - 1
		}
		return t.Year()
	case 'w', 'W':
		return d.week(c)
	case 'd':
		return t.Day()
	case 'D':
		return t.YearDay()
	case 'F':
		return (t.Day()-1)/7 + 1
	case 'h':
		return (t.Hour()+11)%12 + 1
	case 'H':
		return t.Hour()
	case 'K':
		return t.Hour() % 12
	case 'k':
		return (t.Hour()+23)%24 + 1
	case 'm':
		return t.Minute()
	case 's':
		return t.Second()
	}
	return t.Nanosecond()/1_000_000 + 1000*(t.Second()+60*(t.Minute()+60*t.Hour())) // A
}

// weekday counts from Monday, as Python does.
func weekday(t time.Time) int { return (int(t.Weekday()) + 6) % 7 }

// week gives the week of the year or of the month. What comes before the first
// one belongs to the last one of the period before.
func (d *dateFormat) week(c byte) int {
	day := d.t.YearDay()
	if c == 'W' {
		day = d.t.Day()
	}
	if n := d.weekNumber(day, weekday(d.t)); n > 0 {
		return n
	}
	last := d.t.AddDate(0, 0, -day)
	day = last.YearDay()
	if c == 'W' {
		day = last.Day()
	}
	return d.weekNumber(day, weekday(last))
}

// weekNumber gives the week of a day of a period, 0 for one before the first.
func (d *dateFormat) weekNumber(day, weekday int) int {
	first := ((weekday-d.FirstDay-day+1)%7 + 7) % 7
	n := (day + first - 1) / 7
	if 7-first >= d.MinDays {
		n++
	}
	return n
}

var widthNames = map[int]string{3: "abbreviated", 4: "wide", 5: "narrow", 6: "short"}

// name prints a month, a day, a quarter or an era by name, or as a number where
// the letter stands once or twice.
func (d *dateFormat) name(c byte, n int) error {
	context := "format."
	if c == 'L' || c == 'q' || c == 'c' {
		context = "stand-alone."
	}
	width := widthNames[max(3, n)]
	var names []string
	at := 0
	switch c {
	case 'M', 'L':
		names, at = d.Months[context+width], int(d.t.Month())-1
	case 'Q', 'q':
		names, at = d.Quarters[context+width], (int(d.t.Month())-1)/3
	case 'G':
		names, at = d.Eras[width], 1
		if d.t.Year() < 0 {
			at = 0
		}
	default:
		names, at = d.Days[context+width], weekday(d.t)
		if n < 3 && c != 'E' {
			d.number((7-d.FirstDay+at)%7+1, n, c)
			return nil
		}
	}
	if n < 3 && (c == 'M' || c == 'L' || c == 'Q' || c == 'q') {
		d.number(at+1, n, c)
		return nil
	}
	if at >= len(names) {
		return fmt.Errorf("babel: %s has no names for %q", d.ID, strings.Repeat(string(c), n))
	}
	d.out.WriteString(names[at])
	return nil
}

// period prints the part of the day: am and pm, or with b and B morning and night.
func (d *dateFormat) period(c byte, n int) error {
	period, context := "am", "format."
	if d.t.Hour() >= 12 {
		period = "pm"
	}
	if c != 'a' {
		period = d.periodOf(d.t, period)
	}
	if c == 'b' {
		context = "stand-alone."
	}
	for _, width := range []string{widthNames[max(3, n)], "wide", "narrow", "abbreviated"} {
		if name, ok := d.Periods[context+width][period]; ok {
			d.out.WriteString(name)
			return nil
		}
	}
	return fmt.Errorf("babel: %s has no name for the period %s", d.ID, period)
}

// periodOf finds the rule for a time; def is the answer of a language without.
func (l *Locale) periodOf(t time.Time, def string) string {
	var rules map[string]PeriodRule
	for id := l.ID; id != "" && rules == nil; id = cut(id) {
		rules = Supplemental().PeriodRules[id]
	}
	minute := t.Hour()*60 + t.Minute()
	for id, r := range rules {
		if r.At == minute && t.Second() == 0 {
			return id
		}
	}
	for id, r := range rules {
		switch {
		case r.At >= 0:
		case r.From < r.Before && minute >= r.From && minute < r.Before,
			r.From > r.Before && (minute >= r.From || minute < r.Before):
			return id
		}
	}
	return def
}

// deltas are the units of a duration and their seconds.
var deltas = []struct {
	unit    string
	seconds float64
}{
	{"year", 3600 * 24 * 365}, {"month", 3600 * 24 * 30}, {"week", 3600 * 24 * 7}, {"day", 3600 * 24},
	{"hour", 3600}, {"minute", 60}, {"second", 1},
}

// DeltaFormat says how a duration is printed.
type DeltaFormat struct {
	Granularity string  // the smallest unit; second where it is ""
	Threshold   float64 // how much of a unit there must be; 0.85 where it is 0
	Direction   bool    // "in an hour", "an hour ago"
	Width       string  // long (also ""), short or narrow
}

// FormatDelta prints a duration in the unit that fits it.
func (l *Locale) FormatDelta(delta time.Duration, f DeltaFormat) string {
	if f.Granularity == "" {
		f.Granularity = "second"
	}
	if f.Threshold == 0 {
		f.Threshold = 0.85
	}
	if f.Width == "" {
		f.Width = "long"
	}
	whole := int64(delta / time.Second)
	if delta < 0 && delta%time.Second != 0 {
		whole-- // as Python's timedelta, which counts from below
	}
	for _, u := range deltas {
		value := float64(max(whole, -whole)) / u.seconds
		if value < f.Threshold && u.unit != f.Granularity {
			continue
		}
		if u.unit == f.Granularity && value > 0 {
			value = max(1, value)
		}
		count, _ := NewDecimal(int64(math.RoundToEven(value)))
		patterns := l.Units[u.unit][f.Width]
		if f.Direction {
			patterns = l.Relative[u.unit]["past"]
			if whole >= 0 {
				patterns = l.Relative[u.unit]["future"]
			}
		}
		pattern := patterns[l.PluralForm(count)]
		if pattern == "" {
			pattern = patterns["other"]
		}
		return strings.ReplaceAll(pattern, "{0}", count.coef.String())
	}
	return ""
}
