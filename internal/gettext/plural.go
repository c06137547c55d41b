package gettext

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// The bounds of a plural expression, Python's: the longest of a language in use
// has 150 characters and two levels.
const (
	maxExpression = 1000
	maxDepth      = 20
)

// Plural chooses a form by a count, by the C expression of a catalog's header.
type Plural struct{ root node }

// germanic is the choice of a catalog that has no expression.
var germanic = &Plural{operation{"!=", variable{}, number(1)}}

// ParsePlural reads an expression: n, decimal numbers, parentheses and the
// operators ! * / % + - < > <= >= == != && || ?: with C's precedence. Nothing
// else is in it, and evaluating it calls nothing and ends.
func ParsePlural(expression string) (*Plural, error) {
	if len(expression) > maxExpression {
		return nil, errors.New("gettext: plural form expression is too long")
	}
	p := &parser{src: expression}
	p.next()
	root := p.conditional()
	if p.err == nil && p.token != "" {
		p.unexpected()
	}
	if p.err != nil {
		return nil, p.err
	}
	return &Plural{root}, nil
}

// Form gives the number of the form for a count, from 0, and false where the
// expression gives none: it divides by zero, or the count is no number.
func (p *Plural) Form(n float64) (form int, ok bool) {
	v := p.root.eval(n)
	if math.IsNaN(v) || v < 0 || v > math.MaxInt32 {
		return 0, false
	}
	return int(v), true
}

// node is a part of an expression. A value that there is not is NaN.
type node interface{ eval(n float64) float64 }

type variable struct{}

func (variable) eval(n float64) float64 { return n }

type number float64

func (v number) eval(float64) float64 { return float64(v) }

type not struct{ operand node }

func (e not) eval(n float64) float64 {
	v := e.operand.eval(n)
	return truth(v == 0, v)
}

type choice struct{ test, then, orelse node }

func (e choice) eval(n float64) float64 {
	switch test := e.test.eval(n); {
	case math.IsNaN(test):
		return test
	case test != 0:
		return e.then.eval(n)
	}
	return e.orelse.eval(n)
}

type operation struct {
	op          string
	left, right node
}

// truth is 1 or 0, and NaN where it is made of a value that there is not.
func truth(b bool, of ...float64) float64 {
	switch {
	case slices.ContainsFunc(of, math.IsNaN):
		return math.NaN()
	case b:
		return 1
	}
	return 0
}

// eval computes as Python does: the quotient is rounded down, and the remainder
// has the sign of the divisor.
func (e operation) eval(n float64) float64 {
	a := e.left.eval(n)
	switch e.op {
	case "&&", "||":
		if math.IsNaN(a) || (a != 0) == (e.op == "||") {
			return truth(a != 0, a)
		}
		b := e.right.eval(n)
		return truth(b != 0, b)
	}
	b := e.right.eval(n)
	switch e.op {
	case "==":
		return truth(a == b, a, b)
	case "!=":
		return truth(a != b, a, b)
	case "<":
		return truth(a < b, a, b)
	case "<=":
		return truth(a <= b, a, b)
	case ">":
		return truth(a > b, a, b)
	case ">=":
		return truth(a >= b, a, b)
	case "+":
		return a + b
	case "-":
		return a - b
	case "*":
		return a * b
	}
	if b == 0 {
		return math.NaN()
	}
	if e.op == "/" {
		return math.Floor(a / b)
	}
	r := math.Mod(a, b)
	if r != 0 && (r < 0) != (b < 0) {
		r += b
	}
	return r
}

// parser reads an expression. After an error it reads no more.
type parser struct {
	src   string
	token string // "" at the end
	depth int
	err   error
}

func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf("gettext: "+format, args...)
	}
	p.src, p.token = "", ""
}

func (p *parser) unexpected() {
	if p.token == "" {
		p.fail("unexpected end of plural form")
	}
	p.fail("unexpected token in plural form: %s", p.token)
}

// next goes on to the next token.
func (p *parser) next() {
	p.src = strings.TrimLeft(p.src, " \t")
	n := 0
	for n < len(p.src) && p.src[n] >= '0' && p.src[n] <= '9' {
		n++
	}
	switch {
	case p.src == "":
	case n > 0:
	case len(p.src) > 1 && strings.Contains(" == != <= >= && || ", " "+p.src[:2]+" "):
		n = 2
	case strings.IndexByte("n()*/%+-<>!?:", p.src[0]) >= 0:
		n = 1
	default:
		p.fail("invalid token in plural form: %.8q", p.src)
	}
	// A number or an n is a word of its own.
	if n > 0 && n < len(p.src) && isWord(p.src[n-1]) && isWord(p.src[n]) {
		p.fail("invalid token in plural form: %.8q", p.src)
		return
	}
	p.token, p.src = p.src[:min(n, len(p.src))], p.src[min(n, len(p.src)):]
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80
}

func (p *parser) accept(token string) bool {
	if p.token != token || token == "" {
		return false
	}
	p.next()
	return true
}

// conditional reads test ? then : orelse, which groups to the right.
func (p *parser) conditional() node {
	test := p.binary(0)
	if p.depth > maxDepth {
		p.fail("plural form expression is too complex")
	}
	if !p.accept("?") {
		return test
	}
	p.depth++
	then := p.conditional()
	p.depth--
	if !p.accept(":") {
		p.unexpected()
	}
	return choice{test, then, p.conditional()}
}

// levels are the binary operators, the loosest first.
var levels = [...]string{" || ", " && ", " == != ", " < > <= >= ", " + - ", " * / % "}

func (p *parser) binary(level int) node {
	if level == len(levels) {
		return p.unary()
	}
	left := p.binary(level + 1)
	for p.token != "" && strings.Contains(levels[level], " "+p.token+" ") {
		op := p.token
		p.next()
		left = operation{op, left, p.binary(level + 1)}
	}
	return left
}

func (p *parser) unary() node {
	odd, negated := false, false
	for p.accept("!") {
		odd, negated = !odd, true
	}
	operand := p.primary()
	switch {
	case odd:
		return not{operand}
	case negated:
		return not{not{operand}}
	}
	return operand
}

func (p *parser) primary() node {
	switch {
	case p.accept("n"):
		return variable{}
	case p.accept("("):
		if p.depth++; p.depth > maxDepth {
			p.fail("plural form expression is too complex")
		}
		n := p.conditional()
		p.depth--
		if !p.accept(")") {
			p.fail("unbalanced parenthesis in plural form")
		}
		return n
	}
	if p.token == "" || p.token[0] < '0' || p.token[0] > '9' {
		p.unexpected()
		return number(0)
	}
	v, _ := strconv.ParseFloat(p.token, 64) // digits alone: too many are +Inf
	p.next()
	return number(v)
}
