package routing

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/cantil-go/cantil/internal/pytext"
)

// ErrValidation is what a converter's ToURL returns (or wraps) to say that the
// value is not for this rule: building goes on with the next rule of the
// endpoint. Any other error ends the building.
var ErrValidation = errors.New("cantil: the value does not suit the converter")

// Converter is one kind of variable, as a subclass of Werkzeug's BaseConverter.
// The zero Converter takes any text without a slash.
type Converter struct {
	Regex         string // what the text looks like, in Go's syntax, without anchors; [^/]+ if empty
	Weight        int    // lower ones are tried first: int and float have 50, path 200; 0 means 100
	PartIsolating *bool  // whether the text stays between two slashes; if nil, it does unless Regex contains a slash

	// ToGo turns the text into the value of the variable; nil leaves the text.
	// An error means that the path does not match. It runs while requests are
	// matched, by several goroutines at once.
	ToGo func(text string) (any, error)

	// ToURL turns a value into a quoted piece of a path; nil writes the value's
	// text and quotes it.
	ToURL func(value any) (string, error)

	token  token   // how to match the text by hand
	number *bounds // for int and float
}

// Factory makes the converter of one variable out of the arguments in the rule.
// Its errors need no prefix: the rule's text is put before them.
type Factory func(args ConverterArgs) (*Converter, error)

// builtin holds the converters that every map starts with.
var builtin = map[string]Factory{
	"default": newString,
	"string":  newString,
	"any":     newAny,
	"path":    newPath,
	"int":     newInt,
	"float":   newFloat,
	"uuid":    newUUID,
}

func newString(args ConverterArgs) (*Converter, error) {
	named, err := args.bind("minlength", "maxlength", "length")
	if err != nil {
		return nil, err
	}
	t := token{kind: tokenText, min: 1, max: -1}
	if length := named["length"]; length != nil {
		if t.min, err = wholeNumber("length", length); err != nil {
			return nil, err
		}
		t.max = t.min
		return &Converter{token: t}, nil
	}
	if least, given := named["minlength"]; given {
		if t.min, err = wholeNumber("minlength", least); err != nil {
			return nil, err
		}
	}
	if most := named["maxlength"]; most != nil {
		if t.max, err = wholeNumber("maxlength", most); err != nil {
			return nil, err
		}
		if t.max < t.min {
			return nil, fmt.Errorf("has maxlength %d below minlength %d: no text can match", t.max, t.min)
		}
	}
	return &Converter{token: t}, nil
}

// maxLength is the longest text that a rule may speak of, and maxMixedLength in
// a segment with other things, for which an expression is compiled that grows
// with it.
const (
	maxLength      = 1 << 20
	maxMixedLength = 1 << 12
)

// wholeNumber is Python's int() of a length.
func wholeNumber(name string, v any) (int, error) {
	if text, err := intText(v); err == nil {
		if n, ok := parseInt(text); ok {
			if n, ok := n.(int); ok && n >= 0 && n <= maxLength {
				return n, nil
			}
		}
	}
	return 0, fmt.Errorf("has %s %v: it must be a whole number from 0 to %d", name, v, maxLength)
}

func newAny(args ConverterArgs) (*Converter, error) {
	if len(args.Named) > 0 {
		return nil, fmt.Errorf("does not know the argument %q: it takes only the texts to choose from", args.Named[0].Key)
	}
	items := make([]string, len(args.Positional))
	for i, v := range args.Positional {
		item, ok := v.(string)
		if !ok {
			return nil, fmt.Errorf("has the item %v, which is not a text: write it in quotes", v)
		}
		items[i] = item
	}
	toURL := func(value any) (string, error) {
		if text, ok := value.(string); ok && slices.Contains(items, text) {
			return text, nil
		}
		sorted := slices.Sorted(slices.Values(items))
		return "", fmt.Errorf("cantil: %q is not one of %q", str(value), slices.Compact(sorted))
	}
	return &Converter{token: token{kind: tokenAny, items: items}, ToURL: toURL}, nil
}

// newPath and newUUID ignore arguments, as Werkzeug does.
func newPath(ConverterArgs) (*Converter, error) {
	return &Converter{Weight: 200, PartIsolating: new(bool), token: token{kind: tokenPath}}, nil
}

func newUUID(ConverterArgs) (*Converter, error) {
	toURL := func(value any) (string, error) { return str(value), nil }
	return &Converter{token: token{kind: tokenUUID}, ToURL: toURL}, nil
}

// prepared returns a complete copy of a converter that came out of a factory,
// which may hand out one for many variables.
func (c *Converter) prepared() (*Converter, error) {
	if c == nil {
		c = &Converter{}
	}
	full := *c
	if full.Weight == 0 {
		full.Weight = 100
	}
	switch {
	case full.token.kind != tokenLiteral: // a built-in one
		full.token.pattern = full.token.buildPattern()
	case full.Regex == "":
		full.token = token{kind: tokenText, min: 1, max: -1, pattern: "[^/]+"}
	default:
		whole, err := regexp.Compile("^(?:" + full.Regex + ")$")
		if err != nil {
			return nil, fmt.Errorf("has a regular expression that Go cannot read: %w", err)
		}
		full.token = token{kind: tokenCustom, pattern: full.Regex, whole: whole}
	}
	return &full, nil
}

func (c *Converter) isolating() bool {
	if c.PartIsolating != nil {
		return *c.PartIsolating
	}
	return !strings.Contains(c.Regex, "/")
}

// toURL writes a value into a path.
func (c *Converter) toURL(dst []byte, value any) ([]byte, error) {
	if c.ToURL == nil {
		return pytext.AppendQuoted(dst, str(value), safeInPath), nil
	}
	text, err := c.ToURL(value)
	return append(dst, text...), err
}
