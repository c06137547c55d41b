package routing

import (
	"fmt"
	"strings"

	"github.com/cantil-go/cantil/internal/pytext"
)

// piece is one item of a rule's text: a slash, a run of static text or a
// variable.
type piece struct {
	text     string // a slash or static text; for a variable its name
	variable bool
	conv     string // the converter's name, "default" if the rule names none
	args     string // what stands between its parentheses
}

func (p piece) slash() bool { return !p.variable && p.text == "/" }

// scan cuts a rule into pieces.
func scan(rule string) ([]piece, error) {
	var pieces []piece
	for pos := 0; pos < len(rule); {
		switch rule[pos] {
		case '/':
			pieces = append(pieces, piece{text: "/"})
			pos++
		case '<':
			p, n := scanVariable(rule[pos:])
			if n == 0 {
				return nil, fmt.Errorf("cantil: rule %q is malformed at %q: write a variable as <name> or <converter:name>", rule, rule[pos:])
			}
			pieces = append(pieces, p)
			pos += n
		default:
			end := strings.IndexAny(rule[pos:], "</")
			if end < 0 {
				end = len(rule) - pos
			}
			pieces = append(pieces, piece{text: rule[pos : pos+end]})
			pos += end
		}
	}
	return pieces, nil
}

// scanVariable reads <name>, <converter:name> or <converter(arguments):name> at
// the start of s and says how long it is; 0 if there is none.
func scanVariable(s string) (piece, int) {
	word := identifier(s[1:])
	after := 1 + len(word)
	if word == "" || after >= len(s) {
		return piece{}, 0
	}
	switch s[after] {
	case '>':
		return piece{text: word, variable: true, conv: "default"}, after + 1
	case ':':
		if name, n := closing(s[after:]); n > 0 {
			return piece{text: name, variable: true, conv: word}, after + n
		}
	case '(':
		// The arguments may contain parentheses: they end at the first one with
		// ":name>" after it.
		for i := after + 1; i < len(s) && s[i] != '\n'; i++ {
			if s[i] != ')' {
				continue
			}
			if name, n := closing(s[i+1:]); n > 0 {
				return piece{text: name, variable: true, conv: word, args: s[after+1 : i]}, i + 1 + n
			}
		}
	}
	return piece{}, 0
}

// closing reads ":name>" and says how long it is.
func closing(s string) (string, int) {
	if s == "" || s[0] != ':' {
		return "", 0
	}
	name := identifier(s[1:])
	end := 1 + len(name)
	if name == "" || end >= len(s) || s[end] != '>' {
		return "", 0
	}
	return name, end + 1
}

// identifier returns the identifier that s starts with.
func identifier(s string) string {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !(c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || i > 0 && pytext.IsDigit(c)) {
			return s[:i]
		}
	}
	return s
}
