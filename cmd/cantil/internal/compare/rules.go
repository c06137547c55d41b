package compare

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/cantil-go/cantil/cmd/cantil/internal/traffic"
)

// The kinds of differences.
const (
	KindStatus  = "status"
	KindHeader  = "header"
	KindCookie  = "cookie"
	KindSession = "session"
	KindHTML    = "html"
	KindJSON    = "json"
	KindBody    = "body"
	KindFailed  = "failed" // the new side did not answer
)

var kinds = []string{KindStatus, KindHeader, KindCookie, KindSession, KindHTML, KindJSON, KindBody, KindFailed}

// Rule says which differences are meant to be.
type Rule struct {
	Route, Kind, Name string // patterns, in which * stands for anything
	Reason            string
	Used              int // how many differences it has covered
}

// ReadRules reads a file of rules, one a line:
//
//	ROUTE KIND NAME  # reason
//
// Route, kind and name are as the report prints them, and * in them stands for
// any text. A line without a reason is an error, as is a kind that is none.
func ReadRules(r io.Reader) ([]*Rule, error) {
	var rules []*Rule
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff")) // which Windows' editors begin a file with
		if line == "" || line[0] == '#' {
			continue
		}
		rule, err := parseRule(line)
		if err != nil {
			return nil, fmt.Errorf("line %d of the rules: %w", n, err)
		}
		rules = append(rules, rule)
	}
	return rules, lines.Err()
}

func parseRule(line string) (*Rule, error) {
	text, reason, ok := strings.Cut(line, " #")
	if reason = strings.TrimSpace(reason); !ok || reason == "" {
		return nil, errors.New("it has no reason: ROUTE KIND NAME # why this may differ")
	}
	parts := strings.Fields(text)
	if len(parts) < 3 {
		return nil, errors.New("it is not ROUTE KIND NAME # reason")
	}
	rule := &Rule{Route: parts[0], Kind: parts[1], Name: strings.Join(parts[2:], " "), Reason: reason}
	for _, kind := range kinds {
		if matches(rule.Kind, kind) {
			return rule, nil
		}
	}
	return nil, fmt.Errorf("%q is no kind: they are %s", rule.Kind, strings.Join(kinds, ", "))
}

func (r *Rule) covers(d *Difference) bool {
	return matches(r.Route, d.Route) && matches(r.Kind, d.Kind) && matches(r.Name, d.Name)
}

// matches reports whether a pattern stands for a text.
func matches(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == text
	}
	rest, ok := strings.CutPrefix(text, parts[0])
	if !ok {
		return false
	}
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(rest, part)
		if i < 0 {
			return false
		}
		rest = rest[i+len(part):]
	}
	return strings.HasSuffix(rest, parts[len(parts)-1])
}

// routeOf is what the paths of one rule have in common: numbers and other ids
// stand as <id>, signed tokens as <token>.
func routeOf(target string) string {
	p, _, _ := strings.Cut(target, "?")
	parts := strings.Split(path.Clean(p), "/")
	for i, part := range parts {
		switch {
		case isID(part):
			parts[i] = "<id>"
		case traffic.Signatures(part, func(string) string { return "" }) != part:
			parts[i] = "<token>"
		}
	}
	route := strings.Join(parts, "/")
	if strings.HasSuffix(p, "/") && route != "/" {
		route += "/"
	}
	return route
}

// isID tells a number, a UUID or a hash from a word.
func isID(part string) bool {
	digits, others := 0, 0
	for _, r := range part {
		switch {
		case '0' <= r && r <= '9':
			digits++
		case 'a' <= r && r <= 'f' || r == '-':
		default:
			others++
		}
	}
	return digits > 0 && others == 0 && (digits == len(part) || len(part) >= 16)
}
