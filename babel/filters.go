package babel

import (
	"errors"
	"fmt"
	"time"

	"github.com/cantil-go/cantil/babel/internal/cldr"
	"github.com/cantil-go/cantil/render/jinja"
)

// addFilters adds Flask-Babel's filters, with the parameters of the functions
// that they are.
func addFilters(env *jinja.Env) {
	dates := func(name string, print func(s *state, t time.Time, format string, rebase bool) (string, error)) any {
		return jinja.Func("format_"+name, func(c *jinja.Context, v, format any, rebase bool) (string, error) {
			s, pattern, err := begin(c, format)
			if err != nil {
				return "", err
			}
			t, err := s.timeOf(v)
			if err != nil {
				return "", err
			}
			return print(s, t, pattern, rebase)
		}, jinja.P(name, nil), jinja.P("format", nil), jinja.P("rebase", true))
	}
	env.Filters["datetimeformat"] = dates("datetime", (*state).formatDateTime)
	env.Filters["dateformat"] = dates("date", (*state).formatDate)
	env.Filters["timeformat"] = dates("time", (*state).formatTime)
	env.Filters["timedeltaformat"] = jinja.Func("format_timedelta", deltaFilter,
		jinja.P("datetime_or_timedelta"), jinja.P("granularity", "second"), jinja.P("add_direction", false), jinja.P("threshold", 0.85))

	numbers := func(name string, print func(*cldr.Locale, cldr.Decimal, cldr.NumberFormat) (string, error)) any {
		return jinja.Func("format_"+name, func(c *jinja.Context, v, format any) (string, error) {
			s, pattern, err := begin(c, format)
			if err != nil {
				return "", err
			}
			return s.number(print, v, cldr.NumberFormat{Pattern: pattern})
		}, jinja.P("number"), jinja.P("format", nil))
	}
	env.Filters["numberformat"] = jinja.Func("format_number", func(c *jinja.Context, v any) (string, error) {
		s, _, err := begin(c, nil)
		if err != nil {
			return "", err
		}
		return s.number((*cldr.Locale).FormatDecimal, v, cldr.NumberFormat{})
	}, jinja.P("number"))
	env.Filters["decimalformat"] = numbers("decimal", (*cldr.Locale).FormatDecimal)
	env.Filters["percentformat"] = numbers("percent", (*cldr.Locale).FormatPercent)
	env.Filters["scientificformat"] = numbers("scientific", (*cldr.Locale).FormatScientific)
	env.Filters["currencyformat"] = jinja.Func("format_currency", currencyFilter,
		jinja.P("number"), jinja.P("currency"), jinja.P("format", nil), jinja.P("currency_digits", true), jinja.P("format_type", "standard"))
}

// begin gives the request's state, and the pattern that a filter was given.
func begin(c *jinja.Context, format any) (*state, string, error) {
	v, _ := c.Lookup(variable)
	s, ok := v.(*state)
	if !ok {
		return nil, "", errors.New("babel: the template is not rendered for a request")
	}
	switch format := format.(type) {
	case nil:
		return s, "", nil
	case string:
		return s, format, nil
	case jinja.Markup:
		return s, string(format), nil
	}
	return nil, "", fmt.Errorf("babel: a format is a text, and not a %T", format)
}

func deltaFilter(c *jinja.Context, v any, granularity string, direction bool, threshold float64) (string, error) {
	s, _, err := begin(c, nil)
	if err != nil {
		return "", err
	}
	delta, ok := v.(time.Duration)
	if !ok {
		t, err := s.timeOf(v)
		if err != nil || v == nil {
			return "", fmt.Errorf("babel: a %T is neither a time nor a duration", v)
		}
		delta = s.c.App().Now().Sub(t)
	}
	return s.words().FormatDelta(delta, cldr.DeltaFormat{Granularity: granularity, Threshold: threshold, Direction: direction}), nil
}

func currencyFilter(c *jinja.Context, v any, currency string, format any, digits bool, kind string) (string, error) {
	s, pattern, err := begin(c, format)
	if err != nil {
		return "", err
	}
	return s.number((*cldr.Locale).FormatCurrency, v,
		cldr.NumberFormat{Pattern: pattern, Currency: currency, PatternDigits: !digits, CurrencyFormat: kind})
}
