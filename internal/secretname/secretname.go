// Package secretname tells by the name of a field, a header or a setting that its
// value proves who somebody is, and is not to be shown: in the access log, on the
// debug page, in a recording of cantil record.
package secretname

import (
	"regexp"
	"strings"
	"unicode"
)

// words are what such names are made of, whole between two lines or a part of a
// word, in the languages of the course: X-Api-Key, csrf_token, SMTP_PASS, senha.
var words = regexp.MustCompile(`_(?:auth|pass|pwd|pw|pin|otp|totp|cvv|cvc|csc|keys?|sid|sig|jwt|chaves?|ключ)_` +
	`|passw|passphrase|passcode|senha|парол|secret|segredo|секрет|token|токен|apikey|authoriz|credential|signature|csrf|xsrf` +
	`|session_?id|sessid|card_?number|one_?time`)

// Is reports whether the value of that name is a secret. A long text counts as
// one if such a name stands in it.
func Is(name string) bool { return words.MatchString(normal(name)) }

// InForm is Is for the fields of forms and queries, of which code is that of a
// second factor or of OAuth.
func InForm(name string) bool { return Is(name) || strings.EqualFold(name, "code") }

// normal is a name in small letters, its words between low lines: apiKey,
// API-KEY and api.key2 are _api_key_.
func normal(name string) string {
	var b strings.Builder
	b.Grow(len(name) + 4)
	b.WriteByte('_')
	before := '_'
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r):
			if before != '_' {
				b.WriteByte('_')
			}
			before = '_'
			continue
		case unicode.IsUpper(r) && unicode.IsLower(before):
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
		before = r
	}
	if before != '_' {
		b.WriteByte('_')
	}
	return b.String()
}
