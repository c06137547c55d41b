package formdata

import "io"

// Stream is a request's body as it comes in. It ends in io.EOF only if the body
// is whole: fasthttp takes a connection that closes for the end of a body of
// known length.
type Stream struct {
	In     io.Reader // nil once it ended
	Length int       // announced, in bytes; -1: the chunks show the end
	Limit  int       // in bytes, above which Read returns ErrTooLarge; 0: none
	Whole  func()    // called at the end

	read int
}

// Read implements io.Reader.
func (s *Stream) Read(p []byte) (int, error) {
	if s.In == nil {
		return 0, io.EOF
	}
	n, err := s.In.Read(p)
	s.read += n
	switch {
	case s.Limit > 0 && s.read > s.Limit:
		err = ErrTooLarge
	case err == io.EOF && s.read < s.Length:
		err = io.ErrUnexpectedEOF
	case err == io.EOF:
		s.In = nil
		s.Whole() // the connection may serve another request
	}
	return n, err
}

// ReadAll puts the body into memory. hold is asked before each piece of memory is
// taken, with its size in bytes, and may refuse.
func (s *Stream) ReadAll(hold func(n int) error) ([]byte, error) {
	if s.Length >= 0 {
		return s.readAnnounced(hold)
	}
	return s.readChunks(hold)
}

// firstBuffer is what a body gets at once, in bytes, at most.
const firstBuffer = 256 << 10

// readAnnounced reads a body of known length into one buffer. It grows fourfold
// as the bytes come, and by steps that end at the length: an announcement costs
// no memory, and what is copied is a third of the body.
func (s *Stream) readAnnounced(hold func(int) error) ([]byte, error) {
	size := s.Length
	for size > firstBuffer {
		size /= 4
	}
	var body []byte
	for read := 0; ; size = min(size*4+3, s.Length) { // 3: what the division dropped
		if err := hold(size - len(body)); err != nil {
			return nil, err
		}
		grown := make([]byte, size)
		copy(grown, body)
		body = grown
		for read < size {
			n, err := s.Read(body[read:])
			read += n
			if err != nil && (err != io.EOF || read < size) {
				return nil, err
			}
		}
		if size == s.Length {
			return body, nil
		}
	}
}

// readChunks reads a body whose length is not known.
func (s *Stream) readChunks(hold func(int) error) ([]byte, error) {
	var body []byte
	for size := firstBuffer / 4; ; size *= 2 {
		if s.Limit > 0 {
			size = min(size, s.Limit+1)
		}
		if err := hold(size - len(body)); err != nil {
			return nil, err
		}
		grown := make([]byte, size)
		read := copy(grown, body)
		for body = grown; read < size; {
			n, err := s.Read(body[read:])
			read += n
			if err == io.EOF {
				return body[:read:read], nil
			}
			if err != nil {
				return nil, err
			}
		}
	}
}
