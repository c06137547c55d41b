package httpheader

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/pytext"
)

// Authorization is an Authorization header, taken apart.
type Authorization struct {
	Scheme     string            // in small letters
	Parameters map[string]string // nil if there is a Token
	Token      string
}

// ParseAuthorization reads an Authorization header; ok is false if there is none, or one that cannot be read.
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

func basicAuthorization(encoded string) (a Authorization, ok bool) {
	plain, ok := decodeBase64(encoded)
	if !ok || !utf8.Valid(plain) {
		return a, false
	}
	username, password, _ := strings.Cut(string(plain), ":")
	return Authorization{Scheme: "basic", Parameters: map[string]string{"username": username, "password": password}}, true
}

// decodeBase64 is as lenient as Python's b64decode: characters that are no base64
// are skipped, and nothing is read behind the padding.
func decodeBase64(text string) ([]byte, bool) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	if !pytext.IsASCII(text) {
		return nil, false
	}
	var kept []byte
	pads := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c == '=':
			if pads++; len(kept)%4 >= 2 && len(kept)%4+pads >= 4 {
				plain, err := base64.RawStdEncoding.DecodeString(string(kept))
				return plain, err == nil
			}
		case strings.IndexByte(alphabet, c) >= 0:
			kept, pads = append(kept, c), 0
		}
	}
	plain, err := base64.RawStdEncoding.DecodeString(string(kept))
	return plain, err == nil && len(kept)%4 == 0
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
