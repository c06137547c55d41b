package routing

import (
	"math"

	"github.com/cantil-go/cantil/internal/uuid"
)

type argKind uint8

const (
	argText argKind = iota
	argInt
	argFloat
	argUUID
	argOther // value holds it
)

// Arg is the value of one variable of the rule that matched. Numbers are kept
// unboxed until someone asks for the value.
type Arg struct {
	Name string
	Text string // what stood in the path, decoded; for a default that the path did not hold, its text

	kind  argKind
	bits  uint64
	value any
}

// Value returns what a Flask view would be handed: string, int (a *big.Int if
// it does not fit), float64, [uuid.UUID], or what a user's converter or the
// rule's defaults say.
func (a *Arg) Value() any {
	switch a.kind {
	case argText:
		return a.Text
	case argInt:
		return int(a.bits)
	case argFloat:
		return math.Float64frombits(a.bits)
	case argUUID:
		id, _ := uuid.Parse(a.Text) // the token has checked it
		return id
	}
	return a.value
}

// Int returns the value as an int, without an allocation; false if it is not
// one.
func (a *Arg) Int() (int, bool) {
	if a.kind == argInt {
		return int(a.bits), true
	}
	if a.kind != argOther {
		return 0, false
	}
	n, ok := a.value.(int)
	return n, ok
}

// Float returns the value as a float64, without an allocation; false if it is
// not one.
func (a *Arg) Float() (float64, bool) {
	if a.kind == argFloat {
		return math.Float64frombits(a.bits), true
	}
	if a.kind != argOther {
		return 0, false
	}
	f, ok := a.value.(float64)
	return f, ok
}

// String returns the value as Python's str() prints it: 7 for the path's 007.
func (a *Arg) String() string {
	if a.kind == argText {
		return a.Text
	}
	return str(a.Value())
}

// Set makes the argument hold a value that is not in the path.
func (a *Arg) Set(value any) {
	if text, ok := value.(string); ok {
		a.kind, a.Text, a.value = argText, text, nil
		return
	}
	a.kind, a.Text, a.value = argOther, str(value), value
}

// convert gives the argument its value; false means that the rule does not
// match after all.
func (c *Converter) convert(a *Arg) bool {
	switch c.token.kind {
	case tokenInt:
		return c.number.convertInt(a)
	case tokenFloat:
		return c.number.convertFloat(a)
	case tokenUUID:
		a.kind = argUUID
	}
	if c.ToGo != nil {
		v, err := c.ToGo(a.Text)
		if err != nil {
			return false
		}
		a.kind, a.value = argOther, v
	}
	return true
}
