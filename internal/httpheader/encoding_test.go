package httpheader

import (
	"strings"
	"testing"
)

func TestEncodings(t *testing.T) {
	for header, want := range map[string]string{
		"":                            "",
		"gzip":                        "gzip",
		"gzip, deflate, br":           "br gzip",
		"gzip, deflate, br, zstd":     "br zstd gzip",
		"br;q=0.5, gzip":              "gzip br",
		"gzip;q=0":                    "",
		"*":                           "br zstd gzip",
		"*;q=0.5, gzip":               "gzip br zstd",
		"br;q=0, *":                   "zstd gzip",
		"identity":                    "",
		"identity;q=0, gzip;q=0.1":    "gzip",
		"identity;q=0.5, gzip;q=0.4":  "",
		"identity;q=0.5, gzip;q=0.5":  "gzip",
		"GZIP , X-GZIP":               "gzip",
		"x-gzip":                      "gzip",
		"gzip;q=2, br;q=x":            "",
		"gzipped, brr":                "",
		"gzip;q=0.5, gzip;q=0":        "gzip",
		"gzip\t;\tq=0.001":            "gzip",
		`gzip;q="0"`:                  "",
		"deflate, gzip;q=1.0, *;q=.5": "gzip",
	} {
		if got := strings.Join(Encodings(header, "br", "zstd", "gzip"), " "); got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
}
