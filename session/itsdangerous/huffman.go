package itsdangerous

import "math/bits"

// The alphabets of deflate (RFC 1951, 3.2.5 to 3.2.7).
const (
	endOfBlock   = 256
	maxLiterals  = 288
	maxDistances = 32
	maxCodeBits  = 15
)

// extendedCode is a symbol that stands for base and what its extra bits add.
type extendedCode struct {
	base  uint16
	extra uint8
}

var (
	lengthCodes   = [29]extendedCode{}
	distanceCodes = [30]extendedCode{}

	fixedLiterals, fixedDistances huffman

	// codeOrder is the order in which the lengths of the code lengths' codes come.
	codeOrder = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}
)

func init() {
	fillCodes(lengthCodes[:28], 3, 4)
	lengthCodes[28] = extendedCode{258, 0} // shorter than its place in the row would be
	fillCodes(distanceCodes[:], 1, 2)

	var lengths [maxLiterals]uint8
	for i := range lengths {
		switch {
		case i < 144 || i >= 280:
			lengths[i] = 8
		case i < 256:
			lengths[i] = 9
		default:
			lengths[i] = 7
		}
	}
	fixedLiterals.build(lengths[:])
	for i := range maxDistances {
		lengths[i] = 5
	}
	fixedDistances.build(lengths[:maxDistances])
}

// fillCodes numbers symbols upwards: the first 2×group without extra bits, then each group with one more.
func fillCodes(codes []extendedCode, base uint16, group int) {
	for i := range codes {
		extra := uint8(0)
		if i >= 2*group {
			extra = uint8(i/group - 1)
		}
		codes[i] = extendedCode{base, extra}
		base += 1 << extra
	}
}

// A huffman decodes one alphabet.
type huffman struct {
	// fast answers for the next fastBits bits: symbol and length, 0 where the code is longer or there is none.
	fast [1 << fastBits]uint16
	// count and symbols are the canonical form, by length and then by value.
	count   [maxCodeBits + 1]uint16
	symbols [maxLiterals]uint16
}

const fastBits = 9

// build makes the tables of the code with these lengths. It is false for lengths that are no code: more codes than fit,
// or fewer, but for an alphabet of no symbol or of a single one.
func (h *huffman) build(lengths []uint8) bool {
	h.count = [maxCodeBits + 1]uint16{}
	h.fast = [1 << fastBits]uint16{}
	for _, n := range lengths {
		h.count[n]++
	}
	used := len(lengths) - int(h.count[0])
	h.count[0] = 0
	left := 1 // codes of the length that are still free
	var offset, next [maxCodeBits + 2]uint16
	for n := 1; n <= maxCodeBits; n++ {
		left = left*2 - int(h.count[n])
		if left < 0 {
			return false
		}
		offset[n+1] = offset[n] + h.count[n]
		next[n+1] = (next[n] + h.count[n]) << 1
	}
	if left > 0 && !(used == 0 || used == 1 && h.count[1] == 1) {
		return false
	}
	for symbol, n := range lengths {
		if n == 0 {
			continue
		}
		h.symbols[offset[n]] = uint16(symbol)
		offset[n]++
		if n <= fastBits {
			h.spread(next[n], uint16(symbol), n)
		}
		next[n]++
	}
	return true
}

// spread puts a short code into all places of the fast table that begin with it. Codes come with their first bit lowest.
func (h *huffman) spread(code, symbol uint16, n uint8) {
	first := bits.Reverse16(code) >> (16 - n)
	for i := int(first); i < len(h.fast); i += 1 << n {
		h.fast[i] = symbol<<4 | uint16(n)
	}
}

// symbol reads one symbol.
func (f *inflater) symbol(h *huffman) (int, error) {
	if f.bits < maxCodeBits {
		f.fill()
	}
	if e := h.fast[f.hold&(1<<fastBits-1)]; e != 0 {
		n := uint(e & 15)
		if n > f.bits {
			return 0, errCut
		}
		f.hold, f.bits = f.hold>>n, f.bits-n
		return int(e >> 4), nil
	}
	return f.longSymbol(h)
}

// longSymbol reads a code bit by bit: those of a length are consecutive numbers.
func (f *inflater) longSymbol(h *huffman) (int, error) {
	code, first, index := 0, 0, 0
	for n := 1; n <= maxCodeBits; n++ {
		bit, err := f.take(1)
		if err != nil {
			return 0, err
		}
		code = code<<1 | int(bit)
		count := int(h.count[n])
		if code-first < count {
			return int(h.symbols[index+code-first]), nil
		}
		index += count
		first = (first + count) << 1
	}
	return 0, errDeflate
}

// readCodes reads the two codes of a block that brings its own.
func (f *inflater) readCodes() error {
	header, err := f.take(14)
	if err != nil {
		return err
	}
	literals, distances := int(header&31)+257, int(header>>5&31)+1
	if literals > 286 || distances > 30 {
		return errDeflate
	}
	var lengths [len(codeOrder)]uint8
	for i := range int(header>>10) + 4 {
		n, err := f.take(3)
		if err != nil {
			return err
		}
		lengths[codeOrder[i]] = uint8(n)
	}
	if !f.literals.build(lengths[:]) { // its place is free until the real one is known
		return errDeflate
	}
	all := f.lengths[:literals+distances]
	if err := f.readLengths(all); err != nil {
		return err
	}
	if all[endOfBlock] == 0 || !f.literals.build(all[:literals]) || !f.distances.build(all[literals:]) {
		return errDeflate
	}
	return nil
}

// readLengths reads code lengths, which are coded themselves: 16 repeats the one before, 17 and 18 are runs of zeros.
func (f *inflater) readLengths(all []uint8) error {
	for i := 0; i < len(all); {
		symbol, err := f.symbol(&f.literals)
		if err != nil {
			return err
		}
		if symbol < 16 {
			all[i] = uint8(symbol)
			i++
			continue
		}
		run := [3]struct{ base, bits uint }{{3, 2}, {3, 3}, {11, 7}}[symbol-16]
		more, err := f.take(run.bits)
		if err != nil {
			return err
		}
		n, value := int(run.base+more), uint8(0)
		if symbol == 16 {
			if i == 0 {
				return errDeflate
			}
			value = all[i-1]
		}
		if i+n > len(all) {
			return errDeflate
		}
		for range n {
			all[i] = value
			i++
		}
	}
	return nil
}
