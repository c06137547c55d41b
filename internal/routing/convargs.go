package routing

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// ConverterArgs are the arguments that a rule gives a converter, as in
// <string(length=2):code>. A value is nil, bool, int (or *big.Int), float64 or
// string.
type ConverterArgs struct {
	Positional []any
	Named      []Pair // in order; a name appears once
}

// argument finds one argument with the comma after it. The letters and digits
// are those of any script, and the dots outside the brackets do stand for any
// character: that is the grammar which Flask users' rules are written in.
var argument = regexp.MustCompile(strings.NewReplacer("W", `[\p{L}\p{N}_]`, "D", `\p{Nd}`, "S", `[\s\p{Z}\x1c-\x1f\x{85}\v]`).Replace(
	`S*(?:(W+)S*=S*)?(True|False|D+.D+|D+.|D+|(?:W|\.)+|[urUR]?("[^"]*?"|'[^']*'))S*,`))

// parseArgs reads what stands between a converter's parentheses.
func parseArgs(text string) (ConverterArgs, error) {
	var args ConverterArgs
	text += ","
	position := 0
	for _, at := range argument.FindAllStringSubmatchIndex(text, -1) {
		if at[0] != position {
			return args, fmt.Errorf("cannot read the argument %q", strings.TrimSpace(text[position:at[0]]))
		}
		position = at[1]
		value := text[at[4]:at[5]]
		if at[6] >= 0 { // a quoted text, without the prefix that Python 2 knew
			value = text[at[6]:at[7]]
		}
		if at[2] < 0 {
			args.Positional = append(args.Positional, literal(value))
		} else {
			args.Named = setPair(args.Named, text[at[2]:at[3]], literal(value))
		}
	}
	return args, nil
}

// literal gives an argument its type: a constant, a number, or text with or
// without quotes.
func literal(s string) any {
	switch s {
	case "None":
		return nil
	case "True":
		return true
	case "False":
		return false
	}
	if n, ok := parseInt(s); ok {
		return n
	}
	if f, ok := parseFloat(s); ok {
		return f
	}
	if len(s) >= 2 && s[0] == s[len(s)-1] && (s[0] == '"' || s[0] == '\'') {
		return s[1 : len(s)-1]
	}
	return s
}

// bind lays the arguments out in the order of names, as a Python call does. A
// name that was not given is missing from the result.
func (a ConverterArgs) bind(names ...string) (map[string]any, error) {
	if len(a.Positional) > len(names) {
		return nil, fmt.Errorf("has %d arguments: it takes at most %d (%s)", len(a.Positional), len(names), strings.Join(names, ", "))
	}
	bound := make(map[string]any, len(names))
	for i, v := range a.Positional {
		bound[names[i]] = v
	}
	for _, p := range a.Named {
		if !slices.Contains(names, p.Key) {
			return nil, fmt.Errorf("does not know the argument %q: it takes %s", p.Key, strings.Join(names, ", "))
		}
		if _, twice := bound[p.Key]; twice {
			return nil, fmt.Errorf("is given %q twice: by position and by name", p.Key)
		}
		bound[p.Key] = p.Value
	}
	return bound, nil
}

// Pair is a name with a value. Lists of pairs keep the order that maps lose.
type Pair struct {
	Key   string
	Value any
}

// setPair sets key in pairs; a key that is there keeps its place.
func setPair(pairs []Pair, key string, value any) []Pair {
	for i := range pairs {
		if pairs[i].Key == key {
			pairs[i].Value = value
			return pairs
		}
	}
	return append(pairs, Pair{key, value})
}

// lookup finds key in pairs.
func lookup(pairs []Pair, key string) (any, bool) {
	for i := range pairs {
		if pairs[i].Key == key {
			return pairs[i].Value, true
		}
	}
	return nil, false
}
