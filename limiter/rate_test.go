package limiter

import (
	"fmt"
	"testing"
)

// TestParseRates: what Python's limits reads, and what it refuses.
func TestParseRates(t *testing.T) {
	for text, want := range map[string]string{
		"10/minute":                      "[10 per 1 minute]",
		"10 per minute":                  "[10 per 1 minute]",
		" 10 PER 5 Minutes ":             "[10 per 5 minute]",
		"10per2hours":                    "[10 per 2 hour]",
		"1/second; 100 per day|5/3month": "[1 per 1 second 100 per 1 day 5 per 3 month]",
		"1 / 0 year,2/years":             "[1 per 1 year 2 per 1 year]",
		"0/day":                          "[0 per 1 day]",
		"10":                             "",
		"":                               "",
		"ten per minute":                 "",
		"-1/minute":                      "",
		"1/min":                          "",
		"1/minutess":                     "",
		"1/minute;;2/day":                "",
		"1/minute;":                      "",
		"1.5/minute":                     "",
		"1/minute 2/day":                 "",
		"1/9999 years":                   "",
		"99999999999999999999/day":       "",
	} {
		rates, err := ParseRates(text)
		if got := fmt.Sprint(rates); err == nil && got != want || err != nil && want != "" {
			t.Errorf("%q: %s, %v; want %s", text, got, err, want)
		}
	}
}

func FuzzParseRates(f *testing.F) {
	f.Add("10 per 5 minutes; 1/day")
	f.Fuzz(func(t *testing.T, text string) {
		rates, err := ParseRates(text)
		if err == nil && len(rates) == 0 {
			t.Fatalf("%q: no limit and no error", text)
		}
		for _, rate := range rates {
			if again, err := ParseRates(rate.String()); err != nil || again[0] != rate || rate.Window() <= 0 {
				t.Fatalf("%q: %v, read again %v %v", text, rate, again, err)
			}
		}
	})
}
