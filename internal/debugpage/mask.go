package debugpage

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/cantil-go/cantil/internal/secretname"
)

// Hidden stands where a secret is.
const Hidden = "(not shown)"

// IsSecretHeader reports whether the value of a header is not to be shown: of
// those that secretname knows, and of cookies.
func IsSecretHeader(name string) bool {
	lower := strings.ToLower(name)
	return secretname.Is(name) || strings.Contains(lower, "cookie") || strings.Contains(lower, "session")
}

// Value is a value as text, without what its name, or one inside of it, says is
// secret. Truths are none.
func Value(name string, v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		return fmt.Sprint(v)
	}
	if secretname.Is(name) {
		return Hidden
	}
	switch v := v.(type) {
	case int, int64, float64, json.Number:
		return fmt.Sprint(v)
	case string:
		return strconv.Quote(v)
	case []byte:
		return strconv.Quote(string(v))
	case map[string]any:
		var parts []string
		for _, key := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, strconv.Quote(key)+": "+Value(key, v[key]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		var parts []string
		for _, item := range v {
			parts = append(parts, Value(name, item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case error, fmt.Stringer:
		return fmt.Sprint(v)
	}
	return composite(name, v)
}

// composite is a value of any other type, taken apart by way of JSON so that the
// names in it are looked at too; of one that JSON has no form for its type alone.
func composite(name string, v any) (text string) {
	defer func() {
		if recover() != nil { // its own MarshalJSON
			text = fmt.Sprintf("(a %T)", v)
		}
	}()
	encoded, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprintf("(a %T)", v)
	}
	var plain any
	d := json.NewDecoder(bytes.NewReader(encoded))
	d.UseNumber()
	if err := d.Decode(&plain); err != nil {
		return fmt.Sprintf("(a %T)", v)
	}
	return Value(name, plain)
}

// Query is a query string without the values of secret names.
func Query(query string) string {
	parts := strings.Split(query, "&")
	for i, part := range parts {
		name, _, ok := strings.Cut(part, "=")
		if !ok {
			continue
		}
		plain, err := url.QueryUnescape(name)
		if err != nil {
			plain = name
		}
		if secretname.InForm(plain) {
			parts[i] = name + "=" + Hidden
		}
	}
	return strings.Join(parts, "&")
}

// userInfo is the password of a URL, up to the last @ before the host ends: one
// that was not escaped may have another @ in it.
var userInfo = regexp.MustCompile(`(://[^\s/:@"']*:)[^\s/"']+@`)

// minSecret is the length in bytes from which a secret is looked for in texts:
// a shorter one would hide words.
const minSecret = 4

// Masker hides secrets in texts: those that it knows, and passwords in URLs.
type Masker struct{ known *strings.Replacer }

// NewMasker knows the secrets, as they are and as they stand in quotes.
func NewMasker(secrets ...string) *Masker {
	// Of two that begin alike the replacer takes the one that comes first.
	secrets = slices.SortedFunc(slices.Values(secrets), func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	var pairs []string
	for _, secret := range secrets {
		if len(secret) < minSecret {
			continue
		}
		pairs = append(pairs, secret, Hidden)
		if quoted := strings.Trim(strconv.Quote(secret), `"`); quoted != secret {
			pairs = append(pairs, quoted, Hidden)
		}
	}
	return &Masker{strings.NewReplacer(pairs...)}
}

// Mask returns the text without secrets.
func (m *Masker) Mask(text string) string {
	return userInfo.ReplaceAllString(m.known.Replace(text), "${1}"+Hidden+"@")
}
