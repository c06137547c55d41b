package jinja

// Range is Python's range: it counts without being held in memory.
type Range struct{ Start, Stop, Step int }

// Len gives the number of items.
func (r Range) Len() int {
	switch {
	case r.Step > 0 && r.Start < r.Stop:
		return int((uint(r.Stop)-uint(r.Start)-1)/uint(r.Step)) + 1
	case r.Step < 0 && r.Start > r.Stop:
		return int((uint(r.Start)-uint(r.Stop)-1)/uint(-r.Step)) + 1
	}
	return 0
}

func (r Range) item(i int) int { return r.Start + i*r.Step }

func (r Range) equal(o Range) bool {
	n := r.Len()
	return n == o.Len() && (n == 0 || r.Start == o.Start && (n == 1 || r.Step == o.Step))
}

func (r Range) contains(v any) bool {
	v = norm(v)
	if x, ok := v.(float64); ok && x == float64(int(x)) {
		v = int(x)
	}
	n, ok := asBig(v)
	if !ok || r.Len() == 0 {
		return false
	}
	i, ok := smallInt(n)
	if !ok {
		return false
	}
	i -= r.Start
	return i%r.Step == 0 && i/r.Step >= 0 && i/r.Step < r.Len()
}

func (r Range) pyType() string { return "range" }

func (r Range) pyRepr() string {
	s := "range(" + repr(r.Start) + ", " + repr(r.Stop)
	if r.Step != 1 {
		s += ", " + repr(r.Step)
	}
	return s + ")"
}

// addRangeMethods adds the methods of range.
func addRangeMethods() {
	rangeMethods.add("range.", "count", "self, value", func(f *frame, a []any) any {
		return toInt(a[0].(Range).contains(a[1]))
	})
	rangeMethods.add("range.", "index", "self, value", func(f *frame, a []any) any {
		r := a[0].(Range)
		if !r.contains(a[1]) {
			if _, ok := asBig(norm(a[1])); ok {
				fail(KindValue, "%s is not in range", f.repr(a[1]))
			}
			fail(KindValue, "sequence.index(x): x not in sequence")
		}
		x, _ := asFloat(norm(a[1]))
		return (int(x) - r.Start) / r.Step
	})
}
