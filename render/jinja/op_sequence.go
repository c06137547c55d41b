package jinja

import (
	"math/big"
	"strings"
)

// concat is + for everything but numbers.
func concat(f *frame, a, b any) (any, bool) {
	switch x := a.(type) {
	case string:
		switch y := b.(type) {
		case string:
			f.st.size(len(x) + len(y))
			return x + y, true
		case Markup:
			safe := f.escapeString(x)
			f.st.size(len(safe) + len(y))
			return Markup(safe) + y, true
		case HTMLer:
			return nil, false
		}
		fail(KindType, "can only concatenate str (not \"%s\") to str", typeName(b))
	case Markup:
		if _, ok := asString(b); ok || isHTML(b) {
			y := f.escape(b)
			f.st.size(len(x) + len(y))
			return x + y, true
		}
		return nil, false
	case Tuple:
		if y, ok := b.(Tuple); ok {
			f.st.items(len(x) + len(y))
			return append(append(make(Tuple, 0, len(x)+len(y)), x...), y...), true
		}
		fail(KindType, "can only concatenate tuple (not \"%s\") to tuple", typeName(b))
	case []byte:
		if y, ok := b.([]byte); ok {
			f.st.size(len(x) + len(y))
			return append(append([]byte(nil), x...), y...), true
		}
	}
	if y, ok := b.(Markup); ok && isHTML(a) {
		x := f.escape(a)
		f.st.size(len(x) + len(y))
		return x + y, true
	}
	if x, ok := asList(a); ok {
		y, ok := asList(b)
		if !ok {
			fail(KindType, "can only concatenate list (not \"%s\") to list", typeName(b))
		}
		f.st.items(len(x) + len(y))
		return &List{append(append(make([]any, 0, len(x)+len(y)), x...), y...)}, true
	}
	return nil, false
}

// repeat is * with a sequence on either side.
func repeat(f *frame, a, b any) (any, bool) {
	if _, ok := asBig(a); ok {
		a, b = b, a
	}
	n, isInt := asBig(b)
	if !isInt {
		if isSequence(a) {
			fail(KindType, "can't multiply sequence by non-int of type '%s'", typeName(b))
		}
		if isSequence(b) {
			fail(KindType, "can't multiply sequence by non-int of type '%s'", typeName(a))
		}
		return nil, false
	}
	if !isSequence(a) {
		return nil, false
	}
	times := f.repeatCount(n, a)
	switch x := a.(type) {
	case string:
		return strings.Repeat(x, times), true
	case Markup:
		return Markup(strings.Repeat(string(x), times)), true
	case Tuple:
		return Tuple(repeatItems(x, times)), true
	}
	x, _ := asList(a)
	return &List{repeatItems(x, times)}, true
}

// repeatCount checks that a repetition stays within the limits.
func (f *frame) repeatCount(n *big.Int, seq any) int {
	if n.Sign() <= 0 {
		return 0
	}
	size := itemBytes
	if s, ok := asString(seq); ok {
		size = len(s)
	} else {
		items, _ := length(seq)
		size *= items
	}
	if size == 0 {
		return 0
	}
	times, ok := smallInt(n)
	if !ok {
		f.st.size(-1)
	}
	f.st.product(times, size)
	return times
}

func repeatItems(items []any, times int) []any {
	out := make([]any, 0, len(items)*times)
	for ; times > 0; times-- {
		out = append(out, items...)
	}
	return out
}
