package wire

import (
	"io"
	"log/slog"
)

// inbound is the reading side of a connection: where in the stream of requests
// the next byte stands.
//
// Bytes go to fasthttp a message at a time. A head is handed over when it is
// whole and was found sound; the body behind it is counted, or its chunks are
// decoded; what follows waits until fasthttp asks for another request. So a
// request never waits for the one behind it, and what fasthttp reads of a body
// is never more than the body.
type inbound struct {
	phase phase
	head  headScanner
	left  int64 // of a body of known length, or of the chunk
	chunk chunks

	ahead []byte // received and not handed over yet
	at    int    // where in ahead that begins
	ready int    // how many bytes of ahead are to be handed over as they are

	request request // the last one whose head was handed over
	err     error   // that ended the reading
	ended   bool    // the client has ended its side, or the connection broke
	late    bool    // a time limit ended the reading
	refused bool
	leaving bool // the server shuts down, and the connection waited for a request
}

// phase is what comes next.
type phase uint8

const (
	atHead  phase = iota // a request's head
	inBody               // the rest of a body of known length
	inChunk              // the rest of a chunked body
)

// minBuffer is the least room into which a head is read at once.
const minBuffer = 1 << 10

// request is what the end of a request wants to know of its head.
type request struct {
	close bool // the client asked for the connection's end
}

// Read gives the next bytes of the request under way, or the first ones of the
// next. A body that was cut short ends in io.ErrUnexpectedEOF, never in io.EOF;
// a fault in its framing is an error that stays.
func (c *Conn) Read(p []byte) (n int, err error) {
	in := &c.in
	if c.free.Load() {
		return c.readFree(p)
	}
	for n == 0 && err == nil && len(p) > 0 {
		switch {
		case in.ready > 0:
			n = in.give(p, in.ready)
			in.ready -= n
		case in.err != nil:
			return 0, in.err
		case in.phase == atHead:
			n, err = c.readHead(p)
		case in.phase == inBody:
			n, err = c.readBody(p)
		default:
			n, err = c.readChunked(p)
		}
	}
	return n, err
}

// readFree reads for who has taken the connection.
func (c *Conn) readFree(p []byte) (int, error) {
	if n := c.in.give(p, c.in.waiting()); n > 0 {
		return n, nil
	}
	return c.Conn.Read(p)
}

// waiting returns how many bytes were received and not handed over.
func (in *inbound) waiting() int { return len(in.ahead) - in.at }

// unread reports whether the client has sent, or may still send, what no request
// was made of.
func (in *inbound) unread() bool {
	return in.phase != atHead || in.waiting() > 0 || in.refused
}

// give hands over at most limit bytes of what was received ahead.
func (in *inbound) give(p []byte, limit int) int {
	n := copy(p, in.ahead[in.at:min(in.at+limit, len(in.ahead))])
	in.skip(n)
	return n
}

// skip drops n bytes of what was received ahead.
func (in *inbound) skip(n int) {
	if in.at += n; in.at == len(in.ahead) {
		in.at, in.ahead = 0, in.ahead[:0]
		if cap(in.ahead) > minBuffer {
			in.ahead = nil // a connection at rest keeps little
		}
	}
}

// readHead waits for a head and hands it over, and what came behind it of a body
// of known length.
func (c *Conn) readHead(p []byte) (int, error) {
	in := &c.in
	if in.waiting() == 0 && len(p) >= minBuffer {
		n, err := c.receive(p)
		if err != nil {
			return 0, c.headEnds(err)
		}
		done, bad := in.head.scan(p[:n])
		switch {
		case bad != nil:
			return 0, c.refuse(bad)
		case done && in.head.start == 0:
			return c.handOver(p[:n]), nil
		}
		in.ahead = append(in.ahead, p[:n]...)
		if !done {
			return 0, c.moreHead()
		}
	} else if in.waiting() > 0 {
		c.begun()
		done, bad := in.head.scan(in.ahead[in.at:])
		if bad != nil {
			return 0, c.refuse(bad)
		}
		if !done {
			return 0, c.moreHead()
		}
	} else {
		return 0, c.moreHead()
	}
	in.skip(in.head.start)
	in.ready = in.begin()
	return 0, nil
}

// handOver hands over the message that stands at the start of p, and keeps what
// follows it.
func (c *Conn) handOver(p []byte) int {
	in := &c.in
	n := in.begin()
	if in.phase == inBody {
		body := int(min(in.left, int64(len(p)-n)))
		n += body
		in.took(int64(body))
	}
	in.ahead = append(in.ahead, p[n:]...)
	return n
}

// moreHead receives more of a head than has come.
func (c *Conn) moreHead() error {
	in := &c.in
	if in.waiting() >= c.listener.config.MaxHead {
		return c.refuse(in.head.tooLarge())
	}
	if in.at > 0 {
		in.ahead = append(in.ahead[:0], in.ahead[in.at:]...)
		in.at = 0
	}
	have := len(in.ahead)
	if cap(in.ahead) < have+minBuffer {
		grown := make([]byte, have, min(max(2*have, 2*minBuffer), c.listener.config.MaxHead+minBuffer))
		in.ahead = append(grown[:0], in.ahead...)
	}
	n, err := c.receive(in.ahead[have:cap(in.ahead)])
	in.ahead = in.ahead[:have+n]
	if n > 0 {
		return nil // an error comes again
	}
	return c.headEnds(err)
}

// headEnds says what an error means before a head is whole.
func (c *Conn) headEnds(err error) error {
	in := &c.in
	begun := in.waiting() > 0 && !in.head.onlyBlank(in.ahead[in.at:])
	switch {
	case in.leaving:
		err = io.EOF
	case isTimeout(err):
		in.late = true
		if begun {
			err = c.refuse(headLate)
		}
	case begun:
		in.ended = true
		err = c.refuse(headCut)
	default:
		in.ended = true
	}
	in.err = err
	return err
}

// begin notes that the head at the start of what was received is handed over, and
// what follows it. It returns the length of the head.
func (in *inbound) begin() int {
	h := &in.head
	size := h.at - h.start
	in.request = request{close: h.close}
	switch {
	case h.chunked:
		in.phase = inChunk
		in.chunk = chunks{}
	case h.length > 0:
		in.phase = inBody
		in.left = h.length
	}
	*h = headScanner{}
	return size
}

// took notes that n bytes of a body were handed over.
func (in *inbound) took(n int64) {
	if in.left -= n; in.left == 0 && in.phase == inBody {
		in.phase = atHead
	}
}

// readBody hands over more of a body of known length, and nothing behind it.
func (c *Conn) readBody(p []byte) (int, error) {
	in := &c.in
	n := in.give(p, int(min(in.left, int64(in.waiting()))))
	if n == 0 {
		var err error
		if n, err = c.receive(p[:min(int64(len(p)), in.left)]); n == 0 {
			return 0, c.bodyEnds(err)
		}
	}
	in.took(int64(n))
	return n, nil
}

// bodyEnds says what an error means before a body is whole.
func (c *Conn) bodyEnds(err error) error {
	in := &c.in
	if in.late = isTimeout(err); !in.late {
		in.ended = true
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	in.err = err
	return err
}

// refuse answers bytes that are no request, and ends the reading. fasthttp, which
// never saw them, closes the connection.
func (c *Conn) refuse(bad *refusal) error {
	c.in.refused, c.in.err = true, io.EOF
	c.listener.config.Log(slog.LevelDebug, "refused bytes that are no request",
		"remote", c.RemoteAddr().String(), "status", bad.code, "reason", bad.reason)
	_, _ = c.Write(c.listener.config.Refuse(bad.code)) // the client may have gone
	return io.EOF
}
