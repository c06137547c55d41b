package formdata

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/httpheader"
	"github.com/cantil-go/cantil/internal/pytext"
)

// partCharset gives the charset of a field; other than these few are read as
// UTF-8.
func partCharset(header []Pair) string {
	if contentType, _ := field(header, "Content-Type"); contentType != "" {
		_, options := httpheader.ParseOptions(contentType)
		if charset, _ := options.Get("charset"); httpheader.KnownCharset(strings.ToLower(charset)) {
			return strings.ToLower(charset)
		}
	}
	return "utf-8"
}

// parsePart reads the headers of a part. A part without a name has "" for it,
// where Werkzeug has None.
func parsePart(raw []byte) (*multipartPart, error) {
	p := &multipartPart{}
	for _, line := range headerLines(raw) {
		if !utf8.ValidString(line) {
			return nil, errMultipart
		}
		name, value, _ := strings.Cut(line, ":")
		p.header = append(p.header, Pair{pytext.Trim(name), pytext.Trim(value)})
	}
	disposition, ok := field(p.header, "Content-Disposition")
	if !ok {
		return nil, errMultipart
	}
	_, options := httpheader.ParseOptions(disposition)
	p.name, _ = options.Get("name")
	if filename, ok := options.Get("filename"); ok {
		p.filename, p.file = filename, &Spool{}
	}
	return p, nil
}

// field gives the first value of a header.
func field(header []Pair, name string) (string, bool) {
	for i := range header {
		if h := &header[i]; len(h.Key) == len(name) && strings.EqualFold(h.Key, name) {
			return h.Value, true
		}
	}
	return "", false
}

// headerLines splits the header of a part into lines that are not empty. A line
// that starts with a space or a tab continues the one before it.
func headerLines(raw []byte) []string {
	var lines []string
	line := make([]byte, 0, len(raw))
	flush := func() {
		if text := bytes.Trim(line, " \t\n\r\v\f"); len(text) > 0 {
			lines = append(lines, string(text))
		}
		line = line[:0]
	}
	for i := 0; i < len(raw); {
		n := lineBreak(raw[i:])
		switch {
		case n == 0:
			line = append(line, raw[i])
			i++
		case i+n < len(raw) && (raw[i+n] == ' ' || raw[i+n] == '\t'):
			line = append(line, ' ')
			i += n + 1
		default:
			flush()
			i += n
		}
	}
	flush()
	return lines
}
