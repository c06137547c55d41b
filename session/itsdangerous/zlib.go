package itsdangerous

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"sync"

	inflate "github.com/klauspost/compress/zlib"
)

// MaxPayload is the largest payload in bytes that loading inflates to: 256 KiB.
// A browser keeps cookies of 4 KiB, which can inflate to 4 MiB.
const MaxPayload = 256 << 10

// A rule says whether a payload of n bytes goes out as z compressed ones, and
// below which n compressing is not tried. Readers do not care: the leading dot
// says what was done.
type rule struct {
	min   int
	holds func(n, z int) bool
}

// shorter is Python's rule.
var shorter = rule{0, func(n, z int) bool { return z < n-1 }}

// pays is the rule of session cookies. Inflating costs as much as ten
// signatures, at every request, and deflating more: the gain has to be a
// quarter, or the cookie near the 4 KiB above which browsers drop it.
var pays = rule{128, func(n, z int) bool { return z <= n-n/4 || n > 2<<10 && z < n-1 }}

// appendShorter appends the base64 of payload, compressed if the rule says so.
// What loading would not inflate is not compressed.
func appendShorter(dst, payload []byte, r rule) []byte {
	if len(payload) < r.min || len(payload) > MaxPayload {
		return b64.AppendEncode(dst, payload)
	}
	d := deflaters.Get().(*deflater)
	defer deflaters.Put(d)
	if z := d.compress(payload); r.holds(len(payload), len(z)) {
		return b64.AppendEncode(append(dst, '.'), z)
	}
	return b64.AppendEncode(dst, payload)
}

// A deflater is a reusable zlib writer with the buffer that it writes to. It is
// the standard library's: that of klauspost/compress leaves hexadecimal digits
// alone, and sessions of Flask-Login are mostly these.
type deflater struct {
	out bytes.Buffer
	z   *zlib.Writer
}

var deflaters = sync.Pool{New: func() any {
	d := new(deflater)
	// On what sessions hold, the best speed takes a third of the default's time
	// and 1 % more bytes.
	d.z, _ = zlib.NewWriterLevel(&d.out, zlib.BestSpeed) // fails for unknown levels only
	return d
}}

// compress fills the deflater with the zlib form of payload and returns it,
// valid until the next use. Writing to memory cannot fail.
func (d *deflater) compress(payload []byte) []byte {
	d.out.Reset()
	d.z.Reset(&d.out)
	_, _ = d.z.Write(payload)
	_ = d.z.Close()
	return d.out.Bytes()
}

// An inflater is a reusable zlib reader with the stream that it reads.
type inflater struct {
	stream []byte // out of its base64
	in     bytes.Reader
	z      io.ReadCloser // of klauspost/compress: twice as fast as the standard library's
}

var inflaters = sync.Pool{New: func() any { return new(inflater) }}

var errTooLarge = fmt.Errorf("it inflates to more than %d bytes", MaxPayload)

// appendInflated appends the payload in the base64 text of a zlib stream. The
// stream has to be whole and its checksum right; as in Python, bytes after its
// end are ignored.
func appendInflated(dst, text []byte) ([]byte, error) {
	f := inflaters.Get().(*inflater)
	defer inflaters.Put(f)
	var err error
	if f.stream, err = appendDecode(f.stream[:0], text); err != nil {
		return dst, err
	}
	if dst, err = f.inflate(dst); err != nil {
		err = fmt.Errorf("%w: %w", ErrBadPayload, err)
	}
	return dst, err
}

// inflate appends what the stream holds, reading into the capacity of dst.
func (f *inflater) inflate(dst []byte) ([]byte, error) {
	if err := f.reset(); err != nil {
		return dst, err
	}
	start := len(dst)
	for {
		if len(dst) == cap(dst) {
			dst = append(dst, 0)[:len(dst)]
		}
		n, err := f.z.Read(dst[len(dst):min(cap(dst), start+MaxPayload+1)])
		dst = dst[:len(dst)+n]
		switch {
		case len(dst)-start > MaxPayload:
			return dst[:start], errTooLarge
		case err == io.EOF:
			return dst, nil
		case err != nil:
			return dst[:start], err
		}
	}
}

// reset makes the reader read the stream.
func (f *inflater) reset() (err error) {
	f.in.Reset(f.stream)
	if f.z != nil {
		return f.z.(inflate.Resetter).Reset(&f.in, nil)
	}
	f.z, err = inflate.NewReader(&f.in)
	return err
}
