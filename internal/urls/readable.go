package urls

import (
	"strings"

	"github.com/cantil-go/cantil/internal/pytext"
)

// ReadablePath is a path as a person reads it: only what would not stand for
// itself is percent-encoded. It is what request.url shows of a path.
func ReadablePath(path string) string {
	return unquotePart(pytext.Quote(path, safeInPath), "/?#")
}

// ReadableQuery is [ReadablePath] for the query of a URL, without its "?".
func ReadableQuery(query string) string {
	return unquotePart(pytext.Quote(query, safeInQuery), "&=+#")
}

// unquotePart undoes percent-encoding in a part of a URL (uri_to_iri): bytes
// that are not UTF-8 stay encoded, and so do spaces, controls, percent signs
// and the characters of keep, which have a meaning of their own there.
func unquotePart(s, keep string) string {
	var out strings.Builder
	var plain []byte
	for i := 0; i < len(s); i++ {
		c, ok := pytext.Escaped(s, i)
		if !ok {
			plain = append(plain, s[i])
			continue
		}
		if c <= ' ' || c == '%' || c == 0x7f || strings.IndexByte(keep, c) >= 0 {
			out.WriteString(pytext.QuoteBroken(string(plain)))
			out.WriteString(s[i : i+3])
			plain = plain[:0]
		} else {
			plain = append(plain, c)
		}
		i += 2
	}
	return out.String() + pytext.QuoteBroken(string(plain))
}
