package routing

import "github.com/cantil-go/cantil/internal/pytext"

// The sets follow the URL standard: each part of a URL has its own reserved
// characters.
var (
	safeInPath  = pytext.NewSafeSet("!$&'()*+,/:;=@")
	safeInQuery = pytext.NewSafeSet("!$'()*,/:;?@")
)

// appendFormQuoted appends s as a name or a value of a query string, where a
// space is a plus sign.
func appendFormQuoted(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == ' ':
			dst = append(dst, '+')
		case safeInQuery[c]:
			dst = append(dst, c)
		default:
			dst = pytext.AppendPercent(dst, c)
		}
	}
	return dst
}
