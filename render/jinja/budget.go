package jinja

import (
	"math/big"
	"math/bits"
)

// The budget of a render. Whatever a template can make the engine do is paid
// for before it is done, in steps and in bytes, so that what a visitor wrote
// cannot take more than the limits allow. A step stands for some hundred
// nanoseconds at most.

const (
	itemBytes  = 24  // an item of a list: the interface and what it points to
	textBytes  = 16  // a string besides its bytes
	entryBytes = 192 // an entry of a dict, or of what keeps the keys it has seen
	callSteps  = 4   // a macro, block, include or level of a recursive loop
	missSteps  = 50  // a template that the loader has not
)

// step charges the budget. Whatever makes or visits n things charges n.
func (st *state) step(n int) {
	if n < 0 || n > st.env.Limits.Steps-st.steps {
		failLimit(KindRuntimeError, "the template takes too many steps")
	}
	st.steps += n
}

// memory charges for n bytes that a value takes up. They are not given back:
// what a render made, all in all, bounds what it holds at any time.
func (st *state) memory(n int) {
	if n < 0 || n > st.env.Limits.memory()-st.bytes {
		failLimit(KindMemory, "the values of the template are too large")
	}
	st.bytes += n
}

// size guards the making of a string of n bytes.
func (st *state) size(n int) {
	if n < 0 || n > st.env.Limits.Output {
		failLimit(KindMemory, "a value of the template is too large")
	}
	st.memory(n + textBytes)
	st.step(n >> 4)
}

// grow guards a text that grew from one length to another.
func (st *state) grow(from, to int) {
	if to > st.env.Limits.Output {
		st.size(-1)
	}
	st.size(to - from)
}

// product guards the making of a string of n parts of size bytes each.
func (st *state) product(n, size int) {
	hi, lo := bits.Mul(uint(max(n, 0)), uint(max(size, 0)))
	if hi != 0 || lo > uint(st.env.Limits.Output) {
		st.size(-1)
	}
	st.size(int(lo))
}

// items guards the making of a list of n items.
func (st *state) items(n int) {
	st.step(n)
	if n > st.env.Limits.memory()/itemBytes {
		st.memory(-1)
	}
	st.memory(n * itemBytes)
}

// entries guards n new entries of a dict, which cost several times an item.
func (st *state) entries(n int) {
	st.items(n)
	st.step(n)
	if n > st.env.Limits.memory()/entryBytes {
		st.memory(-1)
	}
	st.memory(n * entryBytes)
}

// work charges for going through a text of n bytes once. Short ones are free:
// the step of what they are part of pays for them.
func (st *state) work(n int) {
	if n > 1024 {
		st.step(n >> 6)
	}
}

// workOn charges for going through a value if it is a text.
func (st *state) workOn(v any) {
	switch v := v.(type) {
	case string:
		st.work(len(v))
	case Markup:
		st.work(len(v))
	case []byte:
		st.work(len(v))
	}
}

// key charges for looking a key up: a text is hashed, a tuple spelled out.
func (st *state) key(v any) {
	t, ok := v.(Tuple)
	if !ok {
		st.workOn(v)
		return
	}
	st.step(len(t))
	for _, item := range t {
		st.key(item)
	}
}

// visits charges for passing over n items, of which eight cost a step.
func (st *state) visits(n int) { st.step(n >> 3) }

// maxBits bounds integers: ten thousands of digits are no page.
const maxBits = 1 << 18

// bigWork charges for computing with an int of n bits, which takes the square
// of its words in the worst case.
func (st *state) bigWork(n int) {
	if n > maxBits {
		failLimit(KindMemory, "an integer of the template is too large")
	}
	words := n / bits.UintSize
	st.memory(n / 8)
	st.step(words * words >> 6)
}

// bigWorkOn is bigWork for what is computed with two ints.
func (st *state) bigWorkOn(x, y *big.Int) { st.bigWork(max(x.BitLen(), y.BitLen())) }
