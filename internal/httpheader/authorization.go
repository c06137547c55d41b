package httpheader

import (
	"strings"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/pytext"
)

// Authorization is an Authorization header, taken apart.
type Authorization struct {
	Scheme     string            // in lower case
	Parameters map[string]string // nil if there is a Token
	Token      string
}

// ParseAuthorization reads an Authorization header; ok is false if there is
// none, or one that cannot be read.
func ParseAuthorization(header string) (a Authorization, ok bool) {
	if header == "" {
		return a, false
	}
	scheme, rest, _ := strings.Cut(header, " ")
	scheme, rest = strings.ToLower(scheme), pytext.Trim(rest)
	switch {
	case scheme == "basic":
		return basicAuthorization(rest)
	case strings.Contains(strings.TrimRight(rest, "="), "="):
		return Authorization{Scheme: scheme, Parameters: parseDict(rest)}, true
	}
	return Authorization{Scheme: scheme, Token: rest}, true
}

// basicAuthorization decodes as Python's b64decode does, which takes ASCII
// alone and skips what is not base64.
func basicAuthorization(encoded string) (a Authorization, ok bool) {
	if !pytext.IsASCII(encoded) {
		return a, false
	}
	plain, ok := pytext.AppendBase64(nil, []byte(encoded))
	if !ok || !utf8.Valid(plain) {
		return a, false
	}
	username, password, _ := strings.Cut(string(plain), ":")
	return Authorization{Scheme: "basic", Parameters: map[string]string{"username": username, "password": password}}, true
}

// parseDict reads a list of key=value (parse_dict_header). A key alone has "".
func parseDict(header string) map[string]string {
	values := map[string]string{}
	for _, item := range SplitList(header) {
		key, value, _ := strings.Cut(item, "=")
		key, value = pytext.Trim(key), pytext.Trim(value)
		if key == "" {
			continue
		}
		if extended, ok := strings.CutSuffix(key, "*"); ok { // key*=charset''value
			key = extended
			if charset, text, ok := cutCharset(value); ok {
				value = text
				if charset = strings.ToLower(charset); KnownCharset(charset) {
					value = DecodeCharset(pytext.Unquote(text), charset)
				}
			}
		}
		values[key] = unquoteQuoted(value)
	}
	return values
}
