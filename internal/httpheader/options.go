package httpheader

import (
	"strings"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/pytext"
)

// Option is one "key=value" of a header such as Content-Type, decoded.
// Continued ones (RFC 2231: name*0, name*1) are pieces of one value.
type Option struct {
	Key, Value string
	continued  bool
}

// Options are the parameters of a header in the order in which they came.
type Options []Option

// Get returns the value of a parameter: the last one counts, pieces are added
// to what is there.
func (o Options) Get(key string) (string, bool) {
	value, found, pieces := "", false, 0
	for i := range o {
		if o[i].Key != key {
			continue
		}
		if o[i].continued && found {
			pieces++
			continue
		}
		value, found, pieces = o[i].Value, true, 0
	}
	if pieces == 0 {
		return value, found
	}
	return o.join(key), true
}

// join is Get for a value in pieces, without copying the first ones again and
// again.
func (o Options) join(key string) string {
	var b strings.Builder
	for i := range o {
		if o[i].Key != key {
			continue
		}
		if !o[i].continued {
			b.Reset()
		}
		b.WriteString(o[i].Value)
	}
	return b.String()
}

// MediaType returns the type of a Content-Type header in lower case, without
// parameters (request.mimetype).
func MediaType(contentType string) string {
	value, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(pytext.Trim(value))
}

// IsJSON reports whether a media type is JSON: application/json or
// application/*+json (request.is_json).
func IsJSON(MediaType string) bool {
	return MediaType == "application/json" ||
		strings.HasPrefix(MediaType, "application/") && strings.HasSuffix(MediaType, "+json")
}

// ParseOptions takes a header such as Content-Type apart
// (parse_options_header). Parts that are not "key=value" are skipped; keys come
// out in lower case.
func ParseOptions(header string) (string, Options) {
	value, rest, _ := strings.Cut(header, ";")
	value, rest = pytext.Trim(value), pytext.Trim(rest)
	if value == "" || rest == "" {
		return value, nil
	}
	var options Options
	decoder := optionDecoder{}
	for {
		key, raw, after := cutOption(rest)
		if raw != "" {
			options = append(options, decoder.decode(key, raw))
		}
		end := strings.IndexByte(after, ';')
		if end < 0 {
			return value, options
		}
		rest = strings.TrimLeftFunc(after[end+1:], pytext.IsSpace)
	}
}

// cutOption takes "key=token" or `key="text"` off s. raw keeps its quotes and
// is empty if there is no such part.
func cutOption(s string) (key, raw, rest string) {
	n := tokenLength(s)
	if n == 0 || n == len(s) || s[n] != '=' {
		return "", "", s
	}
	key, s = strings.ToLower(s[:n]), s[n+1:]
	if n = tokenLength(s); n > 0 {
		return key, s[:n], s
	}
	if s == "" || s[0] != '"' {
		return "", "", s
	}
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '\\' || s[i+1] == '"'):
			i++
		case s[i] == '"':
			return key, s[:i+1], s[i+1:]
		}
	}
	return "", "", s
}

func tokenLength(s string) int {
	for i := range len(s) {
		if !tokenBytes[s[i]] {
			return i
		}
	}
	return len(s)
}

// optionDecoder undoes the encoding of parameters. A charset named once holds
// for the parts after it, as in Werkzeug.
type optionDecoder struct{ charset, continued string }

func (d *optionDecoder) decode(key, raw string) Option {
	value := raw
	if strings.HasSuffix(key, "*") { // key*=charset''value
		key = key[:len(key)-1]
		if charset, text, ok := cutCharset(value); ok {
			d.charset, value = strings.ToLower(charset), text
		}
		if d.charset == "" {
			d.charset = d.continued
		}
		if KnownCharset(d.charset) {
			d.continued = d.charset
			if strings.IndexByte(value, '%') >= 0 {
				value = DecodeCharset(pytext.Unquote(value), d.charset)
			}
		}
	}
	if value == `"` {
		value = ""
	} else if len(value) >= 2 && value[0] == '"' && value[len(value)-1] == '"' {
		value = unquoteOption(value[1 : len(value)-1])
	}
	name, ok := cutContinuation(key)
	return Option{name, value, ok}
}

// unquoteOption undoes what clients do to quotes: HTTP puts a backslash, forms
// of browsers write %22.
func unquoteOption(s string) string {
	if strings.IndexByte(s, '\\') < 0 && strings.IndexByte(s, '%') < 0 {
		return s
	}
	s = strings.ReplaceAll(s, `\\`, `\`)
	s = strings.ReplaceAll(s, `\"`, `"`)
	return strings.ReplaceAll(s, "%22", `"`)
}

// cutCharset splits charset'language'value.
func cutCharset(s string) (charset, value string, ok bool) {
	charset, rest, ok := strings.Cut(s, "'")
	if !ok || tokenLength(charset) != len(charset) {
		return "", "", false
	}
	language, value, ok := strings.Cut(rest, "'")
	if !ok || tokenLength(language) != len(language) {
		return "", "", false
	}
	value = value[:tokenLength(value)]
	return charset, value, value != ""
}

// cutContinuation takes the number off name*0.
func cutContinuation(key string) (string, bool) {
	i := len(key)
	for i > 0 && key[i-1] >= '0' && key[i-1] <= '9' {
		i--
	}
	if i == len(key) || i == 0 || key[i-1] != '*' {
		return key, false
	}
	return key[:i-1], true
}

// KnownCharset reports whether text may come in this charset; others are left
// encoded.
func KnownCharset(name string) bool {
	return name == "utf-8" || name == "iso-8859-1" || name == "ascii" || name == "us-ascii"
}

// DecodeCharset reads bytes as text of a charset that [KnownCharset] knows, as
// Python does under errors="replace".
func DecodeCharset(b []byte, charset string) string {
	switch charset {
	case "iso-8859-1":
		return pytext.Latin1(b)
	case "ascii", "us-ascii":
		return decodeASCII(b)
	}
	return pytext.Decode(b)
}

func decodeASCII(b []byte) string {
	if pytext.IsASCII(b) {
		return string(b)
	}
	var s strings.Builder
	for _, c := range b {
		if c < utf8.RuneSelf {
			s.WriteByte(c)
		} else {
			s.WriteRune(utf8.RuneError)
		}
	}
	return s.String()
}
