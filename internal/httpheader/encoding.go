package httpheader

import (
	"slices"
	"strings"
)

// Encodings are those of the codings that an Accept-Encoding header takes, the
// one that the client likes best first, of several the first of codings (RFC
// 9110, 12.5.3). Codings that it likes less than the content as it is are left
// out, and so are all without the header: a client that says nothing may not
// know any.
func Encodings(header string, codings ...string) []string {
	wanted := map[string]float64{}
	for _, text := range SplitList(header) {
		coding, options := ParseOptions(text)
		quality, ok := 1.0, true
		if q, given := options.Get("q"); given {
			quality, ok = parseQuality(q)
		}
		coding = strings.TrimPrefix(strings.ToLower(coding), "x-") // x-gzip is gzip
		if _, known := wanted[coding]; ok && !known {
			wanted[coding] = quality
		}
	}
	quality := func(coding string) float64 {
		if q, named := wanted[coding]; named {
			return q
		}
		return wanted["*"]
	}
	accepted := slices.DeleteFunc(slices.Clone(codings), func(coding string) bool {
		return quality(coding) <= 0 || quality(coding) < wanted["identity"]
	})
	slices.SortStableFunc(accepted, func(a, b string) int {
		switch qa, qb := quality(a), quality(b); {
		case qa > qb:
			return -1
		case qa < qb:
			return 1
		}
		return 0
	})
	return accepted
}
