package jinja

import (
	"math"

	"github.com/cantil-go/cantil/internal/pytext"
)

// getslice is obj[start:stop:step].
func getslice(f *frame, obj, start, stop, step any) any {
	obj = norm(obj)
	f.st.workOn(obj)
	switch obj := obj.(type) {
	case string:
		return f.sliceText(obj, start, stop, step)
	case Markup:
		return Markup(f.sliceText(string(obj), start, stop, step))
	case Tuple:
		return Tuple(sliceItems(f, obj, start, stop, step))
	case *groupTuple:
		return Tuple(sliceItems(f, obj.tuple(), start, stop, step))
	case Range:
		lo, hi, by := sliceBounds(obj.Len(), start, stop, step)
		return Range{obj.item(lo), obj.item(hi), obj.Step * by}
	case []byte:
		if by := sliceStep(step); by == 1 {
			lo, hi, _ := sliceBounds(len(obj), start, stop, step)
			part := obj[lo:max(lo, hi)]
			f.st.size(len(part))
			return append([]byte(nil), part...)
		}
	case *Undefined:
		obj.fail()
	}
	if items, ok := f.asList(obj); ok {
		return &List{sliceItems(f, items, start, stop, step)}
	}
	if _, ok := asMapping(obj); ok {
		fail(KindType, "unhashable type: 'slice'")
	}
	fail(KindType, "'%s' object is not subscriptable", typeName(obj))
	return nil
}

func sliceStep(step any) int {
	if step == nil {
		return 1
	}
	by := sliceInt(step)
	if by == 0 {
		fail(KindValue, "slice step cannot be zero")
	}
	return by
}

// sliceInt gives the int of a bound; numbers beyond any length are as good as
// the largest int.
func sliceInt(v any) int {
	const far = min(1<<40, math.MaxInt>>1)
	n, ok := asBig(norm(v))
	switch {
	case !ok:
		fail(KindType, "slice indices must be integers or None or have an __index__ method")
	case !n.IsInt64() || n.Int64() > far || n.Int64() < -far:
		return n.Sign() * far
	}
	return int(n.Int64())
}

// sliceBounds resolves a slice of n items: it runs from lo, by steps, to
// before hi (or after it, if by is negative).
func sliceBounds(n int, start, stop, step any) (lo, hi, by int) {
	by = sliceStep(step)
	clamp := func(v any, def int) int {
		if v == nil {
			return def
		}
		i := sliceInt(v)
		if i < 0 {
			i += n
		}
		if by < 0 {
			return max(-1, min(i, n-1))
		}
		return max(0, min(i, n))
	}
	if by < 0 {
		return clamp(start, n-1), clamp(stop, -1), by
	}
	return clamp(start, 0), clamp(stop, n), by
}

func sliceItems(f *frame, items []any, start, stop, step any) []any {
	lo, hi, by := sliceBounds(len(items), start, stop, step)
	n := Range{lo, hi, by}.Len()
	f.st.items(n)
	out := make([]any, n)
	for i := range out {
		out[i] = items[lo+i*by]
	}
	return out
}

// sliceText is sliceRunes within the budget: with a step it makes a new text.
func (f *frame) sliceText(s string, start, stop, step any) string {
	if step != nil {
		f.st.size(len(s))
		f.st.step(len(s) >> 3)
	}
	return sliceRunes(s, start, stop, step)
}

// sliceRunes slices by characters. Without a step the result is a part of s,
// bytes that are no UTF-8 included.
func sliceRunes(s string, start, stop, step any) string {
	if step == nil || norm(step) == any(1) {
		if isASCII(s) {
			lo, hi, _ := sliceBounds(len(s), start, stop, nil)
			return s[lo:max(lo, hi)]
		}
		lo, hi, _ := sliceBounds(runeLen(s), start, stop, nil)
		s = s[pytext.RuneOffset(s, lo):]
		return s[:pytext.RuneOffset(s, hi-lo)]
	}
	rs := []rune(s)
	lo, hi, by := sliceBounds(len(rs), start, stop, step)
	out := make([]rune, 0, Range{lo, hi, by}.Len())
	for i := lo; by > 0 && i < hi || by < 0 && i > hi; i += by {
		out = append(out, rs[i])
	}
	return string(out)
}
