package debugpage

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Hidden stands where a secret is.
const Hidden = "(not shown)"

// secretWords are in the names of what proves who somebody is: X-Api-Key,
// csrf_token, MAIL_PASSWORD and many more.
var secretWords = []string{"auth", "token", "key", "secret", "password", "passwd", "pwd", "signature", "credential", "csrf", "xsrf"}

// IsSecretName reports whether the value of that name is not to be shown.
func IsSecretName(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc(secretWords, func(word string) bool { return strings.Contains(name, word) })
}

// IsSecretHeader is IsSecretName for headers, of which cookies are secret too.
func IsSecretHeader(name string) bool {
	name = strings.ToLower(name)
	return IsSecretName(name) || strings.Contains(name, "cookie") || strings.Contains(name, "session")
}

// Value is a value as text, without what its name, or one inside of it, says is
// secret. Truths and numbers are none.
func Value(name string, v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool, int, int64, float64:
		return fmt.Sprint(v)
	case map[string]any:
		var parts []string
		for _, key := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, strconv.Quote(key)+": "+Value(key, v[key]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		if IsSecretName(name) {
			return Hidden
		}
		var parts []string
		for _, item := range v {
			parts = append(parts, Value(name, item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	if IsSecretName(name) {
		return Hidden
	}
	if text, ok := v.(string); ok {
		return strconv.Quote(text)
	}
	return fmt.Sprint(v)
}

// Query is a query string without the values of secret names.
func Query(query string) string {
	parts := strings.Split(query, "&")
	for i, part := range parts {
		if name, _, ok := strings.Cut(part, "="); ok && IsSecretName(name) {
			parts[i] = name + "=" + Hidden
		}
	}
	return strings.Join(parts, "&")
}

// userInfo is the password of a URL.
var userInfo = regexp.MustCompile(`(://[^\s/:@"']*:)[^\s/@"']+@`)

// minSecret is the length in bytes from which a secret is looked for in texts:
// a shorter one would hide words.
const minSecret = 4

// Masker hides secrets in texts: those that it knows, and passwords in URLs.
type Masker struct{ known *strings.Replacer }

// NewMasker knows the secrets.
func NewMasker(secrets ...string) *Masker {
	var pairs []string
	for _, secret := range secrets {
		if len(secret) >= minSecret {
			pairs = append(pairs, secret, Hidden)
		}
	}
	return &Masker{strings.NewReplacer(pairs...)}
}

// Mask returns the text without secrets.
func (m *Masker) Mask(text string) string {
	return userInfo.ReplaceAllString(m.known.Replace(text), "${1}"+Hidden+"@")
}
