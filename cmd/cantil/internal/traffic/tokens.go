package traffic

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/cantil-go/cantil/internal/secretname"
)

// runs are texts that a signed token may be.
var runs = regexp.MustCompile(`[A-Za-z0-9_.-]+`)

// jwt is a JSON Web Token, whose signature has any length.
var jwt = regexp.MustCompile(`\beyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{15,}`)

// JWTs returns a text in which change has replaced the JSON Web Tokens.
func JWTs(text string, change func(token string) string) string {
	if !strings.Contains(text, ".eyJ") {
		return text
	}
	return jwt.ReplaceAllStringFunc(text, change)
}

// isSignature reports whether a part of a text is as long as a signature of
// SHA-1, SHA-256, SHA-384 or SHA-512 in base64, or stands for one. A hash in the
// name of a file, and most classes of CSS, have no capital letters; a name of
// JavaScript of just that length is taken for one.
func isSignature(part string) bool {
	switch len(part) {
	case 27, 43, 64, 86:
		return strings.ToLower(part) != part && strings.ToUpper(part) != part
	}
	return IsMaskedWhole(part)
}

// Signatures returns a text in which change has replaced the signatures of tokens:
// those of ItsDangerous, with a time or without one, and of JSON Web Tokens. The
// signature alone makes a token worth something.
func Signatures(text string, change func(signature string) string) string {
	if !strings.Contains(text, ".") {
		return text
	}
	last := func(token string, always bool) string {
		i := strings.LastIndexByte(token, '.') + 1
		if i > 0 && (always || isSignature(token[i:])) {
			return token[:i] + change(token[i:])
		}
		return token
	}
	text = JWTs(text, func(token string) string { return last(token, true) })
	return runs.ReplaceAllStringFunc(text, func(run string) string {
		token := strings.TrimRight(run, ".") // the end of a sentence
		if changed := last(token, false); changed != token {
			return changed + run[len(token):]
		}
		if i := strings.LastIndexByte(token, '.'); i > 0 && len(token)-i <= maxSuffix { // TOKEN.html
			return last(token[:i], false) + run[i:]
		}
		return run
	})
}

// maxSuffix is the length in bytes of the longest ending of a file's name, with its
// dot.
const maxSuffix = 6

// member is one of an object of JSON whose value is a text, also in a script of a
// page.
var member = regexp.MustCompile(`"((?:[^"\\]|\\.)*)"(\s*:\s*)"((?:[^"\\]|\\.)*)"`)

// Members returns a text in which change has replaced the texts of JSON whose names
// are those of secrets. Tokens with a signature stay, and what has spaces: it is
// said about a secret.
func Members(text string, change func(secret string) string) string {
	if !strings.Contains(text, `":`) && !strings.Contains(text, `" :`) {
		return text
	}
	return member.ReplaceAllStringFunc(text, func(pair string) string {
		parts := member.FindStringSubmatch(pair)
		name, value := unescaped(parts[1]), parts[3]
		if value == "" || isSentence(value) || !secretname.Is(name) || len(value) < minSecret && isKey.MatchString(name) && !IsMasked(value) ||
			Signatures(value, func(string) string { return "" }) != value {
			return pair
		}
		return `"` + parts[1] + `"` + parts[2] + `"` + change(value) + `"`
	})
}

// isSentence reports whether a text is what a form says of its field, rather than
// a pass phrase or a token behind its scheme.
func isSentence(text string) bool {
	return strings.ContainsAny(text, " \t") && strings.ContainsAny(text[len(text)-1:], ".!?:")
}

// isKey are names of secrets, and of much else.
var isKey = regexp.MustCompile(`(?i)^(?:keys?|auth|sid)$`)

// escapes are characters as JSON may write them.
var escapes = regexp.MustCompile(`\\u[0-9A-Fa-f]{4}`)

// unescaped is a text of JSON with those characters, which Python writes so.
func unescaped(text string) string {
	return escapes.ReplaceAllStringFunc(text, func(escape string) string {
		code, _ := strconv.ParseUint(escape[2:], 16, 16)
		return string(rune(code))
	})
}
