package limiter

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Rate is one limit, RateLimitItem of Python's limits: so many requests in so
// many units of time.
type Rate struct {
	Amount      int    // of requests
	Multiples   int    // of the unit: 5 in "10 per 5 minutes"
	Granularity string // the unit: second, minute, hour, day, month or year
}

var units = map[string]time.Duration{
	"second": time.Second, "minute": time.Minute, "hour": time.Hour,
	"day": 24 * time.Hour, "month": 30 * 24 * time.Hour, "year": 12 * 30 * 24 * time.Hour,
}

// maxWindow keeps the arithmetic of times within their type.
const maxWindow = 100 * 365 * 24 * time.Hour

// separators are all one.
var separators = strings.NewReplacer(",", ";", "|", ";")

var rateText = regexp.MustCompile(`(?i)^\s*([0-9]+)\s*(?:/|per)\s*([0-9]+)?\s*([a-z]+?)s?\s*$`)

// ParseRates reads a text with one limit or more, limits.parse_many.
func ParseRates(text string) ([]Rate, error) {
	var rates []Rate
	for part := range strings.SplitSeq(separators.Replace(text), ";") {
		m := rateText.FindStringSubmatch(part)
		if m == nil {
			return nil, fmt.Errorf("limiter: %q is not a limit: write \"10 per minute\" or \"10/minute; 100/day\"", text)
		}
		r := Rate{Multiples: 1, Granularity: strings.ToLower(m[3])}
		unit, known := units[r.Granularity]
		var err error
		if r.Amount, err = strconv.Atoi(m[1]); err != nil || !known {
			return nil, fmt.Errorf("limiter: %q is not a limit: the units are second, minute, hour, day, month and year", text)
		}
		if n, _ := strconv.Atoi(m[2]); n > 0 {
			r.Multiples = n
		}
		if int64(r.Multiples) > int64(maxWindow/unit) {
			return nil, fmt.Errorf("limiter: %q is not a limit: its window is longer than a century", text)
		}
		rates = append(rates, r)
	}
	return rates, nil
}

// mustParse panics for a text that is not a limit: a mistake in the program.
func mustParse(text string) []Rate {
	rates, err := ParseRates(text)
	if err != nil {
		panic(err)
	}
	return rates
}

// Window is how long the limit's window is.
func (r Rate) Window() time.Duration { return units[r.Granularity] * time.Duration(r.Multiples) }

// String is the limit in words, "10 per 1 minute", as the default page of a 429
// has it.
func (r Rate) String() string {
	return fmt.Sprintf("%d per %d %s", r.Amount, r.Multiples, r.Granularity)
}

// key is where a storage keeps the limit's count for the identifiers.
func (r Rate) key(identifiers ...string) string {
	return "LIMITER/" + strings.Join(identifiers, "/") + fmt.Sprintf("/%d/%d/%s", r.Amount, r.Multiples, r.Granularity)
}
