package codec

// skip goes over one value, in which depth more levels are allowed, and checks
// it.
func (r *msgpackReader) skip(depth int) error {
	if r.pos < len(r.s) {
		c := r.s[r.pos]
		if end := r.pos + int(scalarSize[c]); scalarSize[c] > 0 && end <= len(r.s) {
			r.pos = end
			return nil
		}
		if isStr(c) {
			_, err := r.str()
			return err
		}
	}
	_, err := r.value(depth)
	return err
}

// scalarSize is the size, by its first byte, of a value that has no length and
// cannot be wrong; 0 for the others.
var scalarSize = func() (size [256]uint8) {
	for c := range size {
		if c < 0x80 || c >= 0xe0 || c == 0xc0 || c == 0xc2 || c == 0xc3 {
			size[c] = 1
		}
	}
	for i, n := range []uint8{4, 8, 1, 2, 4, 8, 1, 2, 4, 8} { // floats, unsigned, signed
		size[0xca+i] = 1 + n
	}
	return size
}()

// skipAll goes over n values.
func (r *msgpackReader) skipAll(n, depth int) error {
	for range n {
		if err := r.skip(depth); err != nil {
			return err
		}
	}
	return nil
}
