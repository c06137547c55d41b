package itsdangerous

import (
	"errors"
	"fmt"
	"hash/adler32"
	"sync"
)

// Payloads are short and in memory as a whole, and so is what they inflate to: that can serve as its own window. Reading
// them here and not through compress/zlib spares its 32 KiB window and the tables that it allocates for every block.

// An inflater reads zlib streams (RFC 1950, RFC 1951). Its tables are used again.
type inflater struct {
	deflated []byte // the stream, out of its base64

	in   []byte // what was not read yet
	hold uint64 // bits that were read and not used, the next one lowest
	bits uint   // how many

	out   []byte
	start int // where this payload begins in out: nothing before it can be referred to
	limit int // the length that out must not pass

	literals, distances huffman
	lengths             [maxLiterals + maxDistances]uint8
}

var inflaters = sync.Pool{New: func() any { return new(inflater) }}

var (
	errZlib     = errors.New("not a zlib stream")
	errDeflate  = errors.New("invalid deflate data")
	errCut      = errors.New("the stream is cut")
	errChecksum = errors.New("wrong checksum")
	errTooLarge = fmt.Errorf("inflates to more than %d bytes", MaxPayload)
)

// appendInflated appends the payload behind the base64 text of a zlib stream. The stream has to be whole and its
// checksum right; as in Python, bytes behind its end are ignored.
func appendInflated(dst, text []byte) ([]byte, error) {
	f := inflaters.Get().(*inflater)
	defer inflaters.Put(f)
	var err error
	if f.deflated, err = appendDecode(f.deflated[:0], text); err != nil {
		return dst, err
	}
	if err = f.inflate(dst, f.deflated); err != nil {
		err = fmt.Errorf("%w: %w", ErrBadPayload, err)
	}
	dst, f.out, f.in = f.out, nil, nil
	return dst, err
}

// inflate appends what the stream holds to dst, in f.out.
func (f *inflater) inflate(dst, stream []byte) error {
	f.out, f.start, f.limit = dst, len(dst), len(dst)+MaxPayload
	f.hold, f.bits = 0, 0
	if len(stream) < 2 || stream[0]&0x0f != 8 || stream[0]>>4 > 7 ||
		(uint(stream[0])<<8|uint(stream[1]))%31 != 0 || stream[1]&0x20 != 0 {
		return errZlib
	}
	f.in = stream[2:]
	for {
		last, err := f.take(1)
		if err != nil {
			return err
		}
		if err := f.block(); err != nil {
			return err
		}
		if last == 1 {
			return f.checksum()
		}
	}
}

func (f *inflater) checksum() error {
	f.align()
	var sum uint32
	for range 4 {
		b, err := f.take(8)
		if err != nil {
			return err
		}
		sum = sum<<8 | uint32(b)
	}
	if sum != adler32.Checksum(f.out[f.start:]) {
		return errChecksum
	}
	return nil
}

// fill reads bytes while there is room for their bits.
func (f *inflater) fill() {
	for f.bits <= 56 && len(f.in) > 0 {
		f.hold |= uint64(f.in[0]) << f.bits
		f.in, f.bits = f.in[1:], f.bits+8
	}
}

// take reads n bits, at most 16.
func (f *inflater) take(n uint) (uint, error) {
	if f.bits < n {
		if f.fill(); f.bits < n {
			return 0, errCut
		}
	}
	v := uint(f.hold) & (1<<n - 1)
	f.hold, f.bits = f.hold>>n, f.bits-n
	return v, nil
}

// align drops what is left of a byte.
func (f *inflater) align() {
	f.hold, f.bits = f.hold>>(f.bits%8), f.bits-f.bits%8
}

// block reads one block of any kind.
func (f *inflater) block() error {
	kind, err := f.take(2)
	if err != nil {
		return err
	}
	switch kind {
	case 0:
		return f.stored()
	case 1:
		return f.coded(&fixedLiterals, &fixedDistances)
	case 2:
		if err := f.readCodes(); err != nil {
			return err
		}
		return f.coded(&f.literals, &f.distances)
	}
	return errDeflate
}

// stored copies a block that is not compressed.
func (f *inflater) stored() error {
	f.align()
	n, err := f.take(16)
	if err != nil {
		return err
	}
	inverse, err := f.take(16)
	if err != nil {
		return err
	}
	if n != ^inverse&0xffff {
		return errDeflate
	}
	if len(f.out)+int(n) > f.limit {
		return errTooLarge
	}
	f.grow(int(n))
	for range n {
		b, err := f.take(8)
		if err != nil {
			return err
		}
		f.out = append(f.out, byte(b))
	}
	return nil
}

// coded reads a block of literals and copies until its end.
func (f *inflater) coded(literals, distances *huffman) error {
	for {
		symbol, err := f.symbol(literals)
		switch {
		case err != nil:
			return err
		case symbol < endOfBlock:
			if len(f.out) == f.limit {
				return errTooLarge
			}
			f.grow(1)
			f.out = append(f.out, byte(symbol))
		case symbol == endOfBlock:
			return nil
		default:
			if err := f.copy(symbol, distances); err != nil {
				return err
			}
		}
	}
}

// copy repeats what was written before, as a length symbol and a distance say. The two may overlap.
func (f *inflater) copy(symbol int, distances *huffman) error {
	length, err := f.extended(symbol-endOfBlock-1, lengthCodes[:])
	if err != nil {
		return err
	}
	if symbol, err = f.symbol(distances); err != nil {
		return err
	}
	distance, err := f.extended(symbol, distanceCodes[:])
	switch {
	case err != nil:
		return err
	case distance > len(f.out)-f.start:
		return errDeflate
	case len(f.out)+length > f.limit:
		return errTooLarge
	}
	f.grow(length)
	for from := len(f.out) - distance; length > 0; {
		n := min(length, len(f.out)-from)
		f.out = append(f.out, f.out[from:from+n]...)
		length -= n
	}
	return nil
}

// extended is the number that a symbol and its extra bits stand for.
func (f *inflater) extended(symbol int, codes []extendedCode) (int, error) {
	if symbol >= len(codes) {
		return 0, errDeflate
	}
	extra, err := f.take(uint(codes[symbol].extra))
	return int(codes[symbol].base) + int(extra), err
}

// grow makes room for n bytes, which are within the limit. It doubles up to the limit and no further, so that a bomb
// costs twice the limit.
func (f *inflater) grow(n int) {
	if need := len(f.out) + n; need > cap(f.out) {
		out := make([]byte, len(f.out), min(max(need, 512, 2*len(f.out)), f.limit))
		copy(out, f.out)
		f.out = out
	}
}
