package babel

import (
	"fmt"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/babel/internal/cldr"
)

// FormatDateTime prints a date with its time, format_datetime. format is "short",
// "medium", "long" or "full", or a pattern of CLDR's such as "d 'de' MMMM"; "" is
// the default of [Babel.DateFormats]. The time is shown in the zone of the
// request, or with false for rebase in its own. A pattern that is none panics.
func FormatDateTime(c *cantil.Context, t time.Time, format string, rebase ...bool) string {
	s := stateOf(c)
	return must(s.formatDateTime(t, format, rebased(rebase)))
}

// FormatDate prints a day, format_date; see [FormatDateTime].
func FormatDate(c *cantil.Context, t time.Time, format string, rebase ...bool) string {
	s := stateOf(c)
	return must(s.formatDate(t, format, rebased(rebase)))
}

// FormatTime prints a time of day, format_time; see [FormatDateTime].
func FormatTime(c *cantil.Context, t time.Time, format string, rebase ...bool) string {
	s := stateOf(c)
	return must(s.formatTime(t, format, rebased(rebase)))
}

func rebased(rebase []bool) bool { return len(rebase) == 0 || rebase[0] }

// must panics with an error: patterns and currencies are the program's own.
func must(text string, err error) string {
	if err != nil {
		panic(err)
	}
	return text
}

func (s *state) formatDateTime(t time.Time, format string, rebase bool) (string, error) {
	return s.words().FormatDateTime(s.in(t, rebase), s.b.dateFormat("datetime", format))
}

func (s *state) formatDate(t time.Time, format string, rebase bool) (string, error) {
	return s.words().FormatDate(s.in(t, rebase), s.b.dateFormat("date", format))
}

func (s *state) formatTime(t time.Time, format string, rebase bool) (string, error) {
	return s.words().FormatTime(s.in(t, rebase), s.b.dateFormat("time", format))
}

func (s *state) in(t time.Time, rebase bool) time.Time {
	if rebase {
		return t.In(s.timezone())
	}
	return t
}

// dateFormat gives the format of a kind of date where none is given, and the
// pattern that the application has for a length.
func (b *Babel) dateFormat(kind, format string) string {
	if format == "" {
		if format = b.DateFormats[kind]; format == "" {
			format = "medium"
		}
	}
	if pattern := b.DateFormats[kind+"."+format]; pattern != "" {
		return pattern
	}
	return format
}

// DeltaOption is an option of [FormatTimedelta].
type DeltaOption func(*cldr.DeltaFormat)

// Granularity is the smallest unit that is shown, granularity=: year, month,
// week, day, hour, minute or "second".
func Granularity(unit string) DeltaOption {
	return func(f *cldr.DeltaFormat) { f.Granularity = unit }
}

// Threshold is how much of a unit there must be for it to be shown, threshold=:
// 0.85.
func Threshold(share float64) DeltaOption {
	return func(f *cldr.DeltaFormat) { f.Threshold = share }
}

// AddDirection says that the duration is ahead or, where it is negative, past:
// "in 3 hours", "3 hours ago".
func AddDirection() DeltaOption { return func(f *cldr.DeltaFormat) { f.Direction = true } }

// FormatTimedelta prints a duration in the largest unit that fits it,
// format_timedelta: "3 hours". For the time since a moment give
// c.App().Now().Sub(t).
func FormatTimedelta(c *cantil.Context, delta time.Duration, options ...DeltaOption) string {
	f := cldr.DeltaFormat{}
	for _, option := range options {
		option(&f)
	}
	return stateOf(c).words().FormatDelta(delta, f)
}

// FormatNumber prints a number with the signs of the language, format_number. As
// to its siblings, number is any of Go's numbers, a *big.Int, a *big.Rat or a text
// such as "1234.50"; anything else panics.
func FormatNumber(c *cantil.Context, number any) string { return FormatDecimal(c, number) }

// FormatDecimal prints a number, format_decimal, by a pattern such as "#,##0.00"
// or, without one, by the language's own.
func FormatDecimal(c *cantil.Context, number any, pattern ...string) string {
	return must(stateOf(c).number((*cldr.Locale).FormatDecimal, number, cldr.NumberFormat{Pattern: first(pattern)}))
}

// FormatPercent prints a share, format_percent: 0.34 is "34%".
func FormatPercent(c *cantil.Context, number any, pattern ...string) string {
	return must(stateOf(c).number((*cldr.Locale).FormatPercent, number, cldr.NumberFormat{Pattern: first(pattern)}))
}

// FormatScientific prints a number as a power of ten, format_scientific.
func FormatScientific(c *cantil.Context, number any, pattern ...string) string {
	return must(stateOf(c).number((*cldr.Locale).FormatScientific, number, cldr.NumberFormat{Pattern: first(pattern)}))
}

// CurrencyOption is an option of [FormatCurrency].
type CurrencyOption func(*cldr.NumberFormat)

// Pattern prints money by a pattern of one's own, format=: "#,##0.00 ¤".
func Pattern(pattern string) CurrencyOption {
	return func(f *cldr.NumberFormat) { f.Pattern = pattern }
}

// CurrencyDigits set to false takes the number of digits from the pattern and not
// from the currency, currency_digits=.
func CurrencyDigits(own bool) CurrencyOption {
	return func(f *cldr.NumberFormat) { f.PatternDigits = !own }
}

// FormatType is how money is written, format_type=: "standard", "accounting", or
// with the currency's "name".
func FormatType(name string) CurrencyOption {
	return func(f *cldr.NumberFormat) { f.CurrencyFormat = name }
}

// FormatCurrency prints an amount of money, format_currency(number, currency):
// currency is an ISO code, "BRL".
func FormatCurrency(c *cantil.Context, number any, currency string, options ...CurrencyOption) string {
	f := cldr.NumberFormat{Currency: currency}
	for _, option := range options {
		option(&f)
	}
	return must(stateOf(c).number((*cldr.Locale).FormatCurrency, number, f))
}

func first(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	return texts[0]
}

func (s *state) number(print func(*cldr.Locale, cldr.Decimal, cldr.NumberFormat) (string, error), number any, f cldr.NumberFormat) (string, error) {
	d, err := cldr.NewDecimal(number)
	if err != nil {
		return "", err
	}
	return print(s.words(), d, f)
}

// timeOf gives the time that a template's value is; none is now.
func (s *state) timeOf(v any) (time.Time, error) {
	switch v := v.(type) {
	case time.Time:
		return v, nil
	case *time.Time:
		if v != nil {
			return *v, nil
		}
		return s.c.App().Now(), nil
	case nil:
		return s.c.App().Now(), nil
	}
	return time.Time{}, fmt.Errorf("babel: a %T is not a time", v)
}
