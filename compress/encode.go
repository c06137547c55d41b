package compress

import (
	"bytes"
	"io"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/valyala/fasthttp"
)

// encoder is what encodes by a coding.
type encoder struct {
	whole  func(content []byte) []byte
	stream *sync.Pool // of streamEncoder; nil: not for streams
}

// streamEncoder is what the writers of all codings have.
type streamEncoder interface {
	io.WriteCloser
	Flush() error
	Reset(w io.Writer)
}

var encoders = map[string]*encoder{
	"gzip": {
		whole:  func(content []byte) []byte { return fasthttp.AppendGzipBytes(nil, content) },
		stream: &sync.Pool{New: func() any { return gzip.NewWriter(nil) }},
	},
	"zstd": {
		whole: func(content []byte) []byte { return fasthttp.AppendZstdBytes(nil, content) },
		stream: &sync.Pool{New: func() any {
			w, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20), zstd.WithLowerEncoderMem(true))
			if err != nil {
				panic(err) // of the options, which are good
			}
			return w
		}},
	},
	"br": {whole: func(content []byte) []byte { return fasthttp.AppendBrotliBytes(nil, content) }},
}

// reader reads a source and gives it encoded.
type reader struct {
	source  io.Reader
	pool    *sync.Pool
	encoder streamEncoder // nil: closed
	atOnce  bool          // what the source gave is not kept back
	in      []byte
	out     bytes.Buffer
	err     error
}

func newReader(source io.Reader, e *encoder, atOnce bool) *reader {
	r := &reader{source: source, pool: e.stream, encoder: e.stream.Get().(streamEncoder), atOnce: atOnce, in: make([]byte, 16<<10)}
	r.encoder.Reset(&r.out)
	return r
}

// Read implements io.Reader.
func (r *reader) Read(p []byte) (int, error) {
	for r.out.Len() == 0 && r.err == nil {
		r.fill()
	}
	if r.out.Len() > 0 {
		return r.out.Read(p)
	}
	return 0, r.err
}

// fill encodes one more piece of the source.
func (r *reader) fill() {
	if r.encoder == nil {
		r.err = io.ErrClosedPipe
		return
	}
	r.out.Reset()
	n, err := r.source.Read(r.in)
	if n > 0 {
		if _, failed := r.encoder.Write(r.in[:n]); failed != nil {
			err = failed
		} else if r.atOnce && err == nil {
			err = r.encoder.Flush()
		}
	}
	if err == io.EOF { // any other error leaves the coding without its end
		if failed := r.encoder.Close(); failed != nil {
			err = failed
		}
	}
	r.err = err
}

// Close gives the encoder back and closes the source.
func (r *reader) Close() error {
	if r.encoder != nil {
		r.encoder.Reset(nil)
		r.pool.Put(r.encoder)
		r.encoder = nil
	}
	if c, ok := r.source.(io.Closer); ok {
		return c.Close()
	}
	return nil
}
