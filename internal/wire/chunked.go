package wire

import "strconv"

// chunks decodes a chunked body (RFC 9112, 7.1) and encodes it again in its
// plainest form: no extensions, no trailers, sizes without leading zeros. The
// last chunk is handed over only when all behind it has come, so that a body cut
// there is not taken for a whole one.
type chunks struct {
	step   chunkStep
	digits int
	size   int64    // of the chunk, or what is left of it
	excess int64    // bytes that are no data, beyond what the data allows
	out    []byte   // to be handed over before anything else
	line   [20]byte // memory for out
}

type chunkStep uint8

const (
	sizeDigits chunkStep = iota
	sizeSpace            // after the digits
	extension            // after a semicolon
	sizeLF               // the LF of the line of the size
	data                 // in a chunk
	dataCR               // after a chunk
	dataLF
	trailer     // at the beginning of a trailer line, or of the last line
	trailerName // in a trailer's name
	trailerText // in a trailer's value
	trailerLF   // the LF of a trailer line
	lastLF      // the LF of the last line
	ended       // all has come
)

// maxExcess bounds what a body carries beside its data, in bytes: extensions,
// trailers, and the lines of sizes beyond chunkRoom for each chunk.
const (
	maxExcess = 16 << 10
	chunkRoom = 16
)

var (
	badChunk   = &refusal{400, "malformed chunk"}
	largeChunk = &refusal{413, "chunk larger than can be counted"}
	muchExcess = &refusal{400, "chunked body with too much that is no data"}
	badTrailer = &refusal{400, "malformed trailer"}
)

// framingError is the error of a body whose end cannot be known.
type framingError struct{ *refusal }

func (e framingError) Error() string { return "wire: " + e.reason }

// readChunked hands over more of a chunked body.
func (c *Conn) readChunked(p []byte) (int, error) {
	in := &c.in
	k := &in.chunk
	for {
		if n := copy(p, k.out); n > 0 {
			if k.out = k.out[n:]; len(k.out) == 0 && k.step == ended {
				in.phase = atHead
			}
			return n, nil
		}
		if k.step == data {
			return c.readChunk(p)
		}
		if in.waiting() == 0 {
			if err := c.receiveAhead(); err != nil {
				return 0, err
			}
		}
		n, bad := k.scan(in.ahead[in.at:])
		in.skip(n)
		if bad != nil {
			in.refused, in.err = true, framingError{bad}
			return 0, in.err
		}
	}
}

// readChunk hands over data of the chunk under way.
func (c *Conn) readChunk(p []byte) (n int, err error) {
	in := &c.in
	p = p[:min(int64(len(p)), in.chunk.size)]
	if in.waiting() > 0 {
		n = in.give(p, len(p))
	} else if n, err = c.receive(p); n == 0 {
		return 0, c.bodyEnds(err)
	}
	if in.chunk.size -= int64(n); in.chunk.size == 0 {
		in.chunk.step = dataCR
	}
	return n, nil
}

// receiveAhead receives more of a body than was handed over.
func (c *Conn) receiveAhead() error {
	in := &c.in
	if cap(in.ahead) < minBuffer {
		in.ahead = make([]byte, 0, 4*minBuffer)
	}
	n, err := c.receive(in.ahead[:cap(in.ahead)])
	in.ahead, in.at = in.ahead[:n], 0
	if n == 0 {
		return c.bodyEnds(err)
	}
	return nil
}

// scan reads what stands between the data: lines of sizes, and the trailers. It
// returns how many bytes it read; it stops where data begins, and at the end.
func (k *chunks) scan(b []byte) (n int, bad *refusal) {
	for n < len(b) && k.step != data && k.step != ended && len(k.out) == 0 {
		c := b[n]
		n++
		if k.excess++; k.excess > maxExcess {
			return n, muchExcess
		}
		if bad = k.next(c); bad != nil {
			return n, bad
		}
	}
	return n, nil
}

// next takes one byte that is no data.
func (k *chunks) next(c byte) *refusal {
	switch k.step {
	case sizeDigits, sizeSpace, extension, sizeLF:
		return k.sizeLine(c)
	case dataCR:
		return k.expect(c, '\r', dataLF, badChunk)
	case dataLF:
		k.digits = 0
		k.out = append(k.line[:0], "\r\n"...)
		return k.expect(c, '\n', sizeDigits, badChunk)
	case trailerLF:
		return k.expect(c, '\n', trailer, badTrailer)
	case lastLF:
		k.out = append(k.line[:0], "0\r\n\r\n"...)
		return k.expect(c, '\n', ended, badTrailer)
	}
	return k.trailerLine(c)
}

func (k *chunks) expect(c, want byte, then chunkStep, otherwise *refusal) *refusal {
	if c != want {
		return otherwise
	}
	k.step = then
	return nil
}

// sizeLine takes a byte of the line that holds the size of a chunk.
func (k *chunks) sizeLine(c byte) *refusal {
	if k.step == sizeLF {
		if c != '\n' {
			return badChunk
		}
		return k.begin()
	}
	switch digit, isHex := fromHex(c); {
	case k.step == sizeDigits && isHex:
		if k.digits++; k.size > maxLength>>4 {
			return largeChunk
		}
		k.size = k.size<<4 | int64(digit)
	case k.digits == 0:
		return badChunk
	case c == '\r':
		k.step = sizeLF
	case k.step == extension:
		if c < ' ' && c != '\t' || c == 0x7f {
			return badChunk
		}
	case isSpace(c):
		k.step = sizeSpace
	case c == ';':
		k.step = extension
	default:
		return badChunk
	}
	return nil
}

// begin begins the chunk whose size was read.
func (k *chunks) begin() *refusal {
	if k.size == 0 {
		k.step = trailer
		return nil
	}
	k.step = data
	k.excess = max(0, k.excess-chunkRoom-2*k.size)
	k.out = append(strconv.AppendInt(k.line[:0], k.size, 16), "\r\n"...)
	return nil
}

// trailerLine takes a byte of a trailer, which is checked and dropped (RFC 9110,
// 6.5.1: trailers are no headers).
func (k *chunks) trailerLine(c byte) *refusal {
	switch {
	case k.step == trailer && c == '\r':
		k.step = lastLF
	case k.step == trailerName && c == ':':
		k.step = trailerText
	case k.step == trailer, k.step == trailerName:
		if !tokenByte[c] {
			return badTrailer
		}
		k.step = trailerName
	case c == '\r':
		k.step = trailerLF
	case c < ' ' && c != '\t' || c == 0x7f:
		return badTrailer
	}
	return nil
}

func fromHex(c byte) (digit byte, ok bool) {
	switch lower := c | 0x20; {
	case isDigit(c):
		return c - '0', true
	case lower >= 'a' && lower <= 'f':
		return lower - 'a' + 10, true
	}
	return 0, false
}
