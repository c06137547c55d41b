// Package secretname tells by the name of a field, a header or a setting that its
// value proves who somebody is, and is not to be shown: in the access log, on the
// debug page, in a recording of cantil record.
package secretname

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// words are what such names are made of, whole between two lines or a part of a
// word, in the languages of the course: X-Api-Key, csrf_token, SMTP_PASS, senha.
var words = regexp.MustCompile(`_(?:auth|pass|pw|pin|otp|totp|cvv|cvc|csc|keys?|sid|sig|jwt|chaves?|ключи?|пин)_` +
	`|passw|passphrase|passcode|pwd|senha|парол|secret|segredo|секрет|token|токен|authoriz|authentic|oauth|basicauth|credential|signature|csrf|xsrf` +
	`|(?:api|access|private|encryption|encrypt|crypto|signing|sign|master|ssh|hmac|license|auth|client|server|service|storage|account|app)key` +
	`|(?:db|smtp|mail|user|root|admin|ftp|ssh|wifi)pass_|(?:pin|otp|cvv|auth|mfa|sms)_?code|пинкод|session_?id|sessid|card_?number|one_?time`)

// Is reports whether the value of that name is a secret. A long text counts as
// one if such a name stands in it.
func Is(name string) bool { return words.MatchString(normal(name)) }

// InForm is Is for the fields of forms and queries, of which code is that of a
// second factor or of OAuth.
func InForm(name string) bool { return Is(name) || strings.EqualFold(name, "code") }

// startsWord reports whether a capital letter is the first of a word, as the last
// one of CVVCode's.
func startsWord(rest string) bool {
	_, size := utf8.DecodeRuneInString(rest)
	next, _ := utf8.DecodeRuneInString(rest[size:])
	return unicode.IsLower(next)
}

// normal is a name in small letters, its words between low lines: apiKey, APIKey,
// API-KEY and api.key2 are _api_key_.
func normal(name string) string {
	var b strings.Builder
	b.Grow(len(name) + 4)
	b.WriteByte('_')
	before := '_'
	for i, r := range name {
		switch {
		case !unicode.IsLetter(r):
			if before != '_' {
				b.WriteByte('_')
			}
			before = '_'
			continue
		case unicode.IsUpper(r) && (unicode.IsLower(before) || unicode.IsUpper(before) && startsWord(name[i:])):
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
