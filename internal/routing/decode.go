package routing

import (
	"bytes"

	"github.com/cantil-go/cantil/internal/pytext"
)

// DecodePath returns the path that [Map.Match] wants: raw, as it stood in the
// request line, with its escapes decoded and bytes that are not UTF-8 replaced
// by U+FFFD as Python replaces them. A percent sign without two hexadecimal
// digits stays. The result never aliases raw.
func DecodePath(raw []byte) string {
	if bytes.IndexByte(raw, '%') >= 0 {
		raw = pytext.Unquote(raw)
	}
	return pytext.Decode(raw)
}
