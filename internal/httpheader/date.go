package httpheader

import (
	"math"
	"strings"
	"time"

	"github.com/cantil-go/cantil/internal/pytext"
)

const (
	dayNames   = "SunMonTueWedThuFriSat"
	monthNames = "JanFebMarAprMayJunJulAugSepOctNovDec"
)

// MaxDate is the first second that an HTTP date, with its four digits of year,
// cannot name.
var MaxDate = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)

// AppendDate appends t as "Wed, 01 Jan 2025 00:00:00 GMT" (RFC 9110 section
// 5.6.7, Werkzeug's http_date): in UTC, fractions of a second cut off. The year
// is written modulo 10000; callers that take dates from outside look at
// [MaxDate] first.
func AppendDate(dst []byte, t time.Time) []byte {
	t = t.UTC()
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	d, m := 3*int(t.Weekday()), 3*int(month-1)
	year = ((year % 10000) + 10000) % 10000
	return append(dst,
		dayNames[d], dayNames[d+1], dayNames[d+2], ',', ' ',
		digit(day/10), digit(day), ' ',
		monthNames[m], monthNames[m+1], monthNames[m+2], ' ',
		digit(year/1000), digit(year/100), digit(year/10), digit(year), ' ',
		digit(hour/10), digit(hour), ':', digit(minute/10), digit(minute), ':', digit(second/10), digit(second),
		' ', 'G', 'M', 'T')
}

func digit(n int) byte { return byte('0' + n%10) }

// FormatDate is [AppendDate] as a string.
func FormatDate(t time.Time) string {
	var buf [29]byte
	return string(AppendDate(buf[:0], t))
}

// ParseDate reads a date as Werkzeug's parse_date, which is as lenient as mail
// programs are: the day's name may be missing, the zone may be a name or an
// offset, a year may have two digits. A date without a zone is UTC.
func ParseDate(value string) (time.Time, bool) {
	if t, ok := parseFixedDate(value); ok {
		return t, true
	}
	f, ok := dateFields(strings.FieldsFunc(value, pytext.IsSpace))
	if !ok {
		return time.Time{}, false
	}
	month, ok := monthNumber(f.month)
	if !ok {
		f.day, f.month = f.month, f.day
		if month, ok = monthNumber(f.month); !ok {
			return time.Time{}, false
		}
	}
	return f.time(month)
}

// parseFixedDate is the one form that everybody sends, read without allocating.
func parseFixedDate(s string) (time.Time, bool) {
	const form = "Mon, 02 Jan 2006 15:04:05 GMT"
	if len(s) != len(form) || s[3] != ',' || s[25:] != " GMT" {
		return time.Time{}, false
	}
	t, err := time.Parse(form, s)
	return t, err == nil && t.Year() >= 100 // earlier ones count as two digits
}

// dateParts are the words of a date, not yet looked at.
type dateParts struct{ day, month, year, clock, zone string }

// dateFields sorts the words of a date into their places.
func dateFields(w []string) (dateParts, bool) {
	if len(w) == 0 {
		return dateParts{}, false
	}
	if strings.HasSuffix(w[0], ",") || isDayName(w[0]) {
		w = w[1:]
	} else if i := strings.LastIndexByte(w[0], ','); i >= 0 {
		w[0] = w[0][i+1:]
	}
	if len(w) == 3 { // RFC 850: 14-Nov-23 22:13:20 GMT
		if parts := strings.Split(w[0], "-"); len(parts) == 3 {
			w = append(parts, w[1:]...)
		}
	}
	if len(w) == 4 { // the zone is missing or sticks to the clock: 22:13:20+0300
		clock := w[3]
		i := strings.IndexByte(clock, '+')
		if i < 0 {
			i = strings.IndexByte(clock, '-')
		}
		zone := ""
		if i > 0 {
			clock, zone = clock[:i], clock[i:]
		}
		w = []string{w[0], w[1], w[2], clock, zone}
	}
	if len(w) < 5 || w[0] == "" || w[1] == "" || w[2] == "" {
		return dateParts{}, false
	}
	return dateParts{day: w[0], month: w[1], year: w[2], clock: w[3], zone: w[4]}, true
}

// time turns the words into a moment; numbers out of their range make it fail.
func (f dateParts) time(month int) (time.Time, bool) {
	if strings.IndexByte(f.year, ':') > 0 { // asctime: the clock stands before the year
		f.year, f.clock = f.clock, f.year
	}
	f.year = strings.TrimSuffix(f.year, ",")
	if f.year == "" {
		return time.Time{}, false
	}
	if f.year[0] < '0' || f.year[0] > '9' {
		f.year, f.zone = f.zone, f.year
	}
	hour, minute, second, ok := parseClock(strings.TrimSuffix(f.clock, ","))
	year, okYear := pytext.ParseInt(f.year)
	day, okDay := pytext.ParseInt(strings.TrimSuffix(f.day, ","))
	if !ok || !okYear || !okDay {
		return time.Time{}, false
	}
	if year < 100 {
		if year += 1900; year <= 1968 {
			year += 100
		}
	}
	offset := zoneOffset(f.zone)
	valid := year >= 1 && year <= 9999 && day >= 1 && day <= int64(daysIn(int(year), month)) &&
		hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 59 &&
		offset > -86400 && offset < 86400
	if !valid {
		return time.Time{}, false
	}
	t := time.Date(int(year), time.Month(month), int(day), int(hour), int(minute), int(second), 0, time.UTC)
	return t.Add(-time.Duration(offset) * time.Second), true
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// parseClock reads hh:mm, hh:mm:ss and, as some mail programs write, hh.mm.ss.
func parseClock(s string) (hour, minute, second int64, ok bool) {
	parts := strings.Split(s, ":")
	if len(parts) == 1 {
		parts = strings.Split(s, ".")
	}
	if len(parts) != 2 && len(parts) != 3 {
		return 0, 0, 0, false
	}
	n := [3]int64{}
	for i, p := range parts {
		if n[i], ok = pytext.ParseInt(p); !ok {
			return 0, 0, 0, false
		}
	}
	return n[0], n[1], n[2], true
}

// zoneOffset gives the seconds east of Greenwich of a zone; an unknown one
// counts as UTC.
func zoneOffset(zone string) int64 {
	hours, known := map[string]int64{"UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "AST": -4, "ADT": -3, "EST": -5, "EDT": -4,
		"CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}[strings.ToUpper(zone)]
	if known {
		return hours * 3600
	}
	n, ok := pytext.ParseInt(zone)
	if !ok || n > math.MaxInt32 || n < -math.MaxInt32 {
		if ok {
			return math.MaxInt32 // no such place: the date is refused
		}
		return 0
	}
	return n/100*3600 + n%100*60
}

func isDayName(s string) bool {
	return len(s) == 3 && threeLetters(dayNames, s) >= 0
}

// monthNumber reads a month's name, short or long, in any case.
func monthNumber(s string) (int, bool) {
	if len(s) < 3 {
		return 0, false
	}
	i := threeLetters(monthNames, s[:3])
	if i < 0 || len(s) > 3 && !strings.EqualFold(s, time.Month(i+1).String()) {
		return 0, false
	}
	return i + 1, true
}

func threeLetters(names, s string) int {
	for i := 0; i < len(names); i += 3 {
		if strings.EqualFold(names[i:i+3], s) {
			return i / 3
		}
	}
	return -1
}
