package cantil

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/pytext"
)

// Authorization is what a request says of who sends it, request.authorization.
type Authorization struct {
	// Type is the scheme in small letters: "basic", "bearer", "digest".
	Type string
	// Parameters are the values that the scheme sends by name. Basic has
	// username and password. They are nil if there is a Token.
	Parameters map[string]string
	// Token is the one value that a scheme such as bearer sends.
	Token string
}

// Username is the user of basic and digest, "" if there is none: authorization.username.
func (a *Authorization) Username() string { return a.Parameters["username"] }

// Password is the password of basic, "" if there is none: authorization.password.
func (a *Authorization) Password() string { return a.Parameters["password"] }

// Authorization is the request's Authorization header, request.authorization: nil
// if it has none, or one that cannot be read.
func (c *Context) Authorization() *Authorization {
	return parseAuthorization(c.Header("Authorization"))
}

func parseAuthorization(header string) *Authorization {
	if header == "" {
		return nil
	}
	scheme, rest, _ := strings.Cut(header, " ")
	scheme, rest = strings.ToLower(scheme), pytext.Trim(rest)
	switch {
	case scheme == "basic":
		return basicAuthorization(rest)
	case strings.Contains(strings.TrimRight(rest, "="), "="):
		return &Authorization{Type: scheme, Parameters: parseDict(rest)}
	}
	return &Authorization{Type: scheme, Token: rest}
}

func basicAuthorization(encoded string) *Authorization {
	plain, ok := decodeBase64(encoded)
	if !ok || !utf8.Valid(plain) {
		return nil
	}
	username, password, _ := strings.Cut(string(plain), ":")
	return &Authorization{Type: "basic", Parameters: map[string]string{"username": username, "password": password}}
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
	for _, item := range splitList(header) {
		key, value, _ := strings.Cut(item, "=")
		key, value = pytext.Trim(key), pytext.Trim(value)
		if key == "" {
			continue
		}
		if extended, ok := strings.CutSuffix(key, "*"); ok { // key*=charset''value
			key = extended
			if charset, text, ok := cutCharset(value); ok {
				value = text
				if charset = strings.ToLower(charset); knownCharset(charset) {
					value = decodeCharset(pytext.Unquote(text), charset)
				}
			}
		}
		values[key] = unquoteHeader(value)
	}
	return values
}
