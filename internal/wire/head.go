package wire

import (
	"bytes"

	"github.com/cantil-go/cantil/internal/urls"
)

// headScanner reads the head of a request line by line, as it arrives (RFC 9112,
// 2 to 6). It is stricter than fasthttp, and decides what is left to a server: a
// line ends in CR LF, a folded line and a second framing are refused.
type headScanner struct {
	start int // where the request line begins: empty lines may come before it
	at    int // where the line begins that has not come whole

	begun   bool // the request line was read
	http10  bool
	hosts   int // header lines of the name
	lengths int
	codings int

	length  int64
	chunked bool
	close   bool

	expectAt, expectEnd int // where the value of Expect stands
}

// refusal is why bytes are no request.
type refusal struct {
	code   int
	reason string
}

var (
	badLineEnd   = &refusal{400, "a line that does not end in CR LF"}
	badLine      = &refusal{400, "malformed request line"}
	badMethod    = &refusal{400, "malformed method"}
	badTarget    = &refusal{400, "malformed request target"}
	badVersion   = &refusal{400, "malformed HTTP version"}
	otherVersion = &refusal{505, "HTTP version that is neither 1.0 nor 1.1"}
	badField     = &refusal{400, "malformed header line"}
	foldedField  = &refusal{400, "folded header line"}
	badHost      = &refusal{400, "missing, repeated or malformed Host"}
	badLength    = &refusal{400, "malformed or repeated Content-Length"}
	largeLength  = &refusal{413, "Content-Length above what can be counted"}
	badCoding    = &refusal{400, "malformed or repeated Transfer-Encoding"}
	otherCoding  = &refusal{501, "Transfer-Encoding other than chunked"}
	twoFramings  = &refusal{400, "Content-Length beside Transfer-Encoding"}
	manyTrailers = &refusal{431, "too long a list of trailers"}
	longTarget   = &refusal{414, "request target too long"}
	largeHead    = &refusal{431, "request line and headers too large"}
	headCut      = &refusal{400, "the client ended within the headers"}
	headLate     = &refusal{408, "the headers did not come in time"}
)

const (
	maxBlankLines   = 2   // before a request line; RFC 9112, 2.2
	maxTrailerNames = 512 // bytes; fasthttp compares each name with all before it
)

// scan reads the lines of b from where the last call came to. It reports whether
// the head is whole, and what is wrong with it. b begins with the same bytes
// each time.
func (h *headScanner) scan(b []byte) (done bool, bad *refusal) {
	for {
		n := bytes.IndexByte(b[h.at:], '\n')
		if n < 0 {
			return false, h.beginning(b[h.at:])
		}
		line, from := b[h.at:h.at+n], h.at
		h.at += n + 1
		if n == 0 || line[n-1] != '\r' {
			return false, badLineEnd
		}
		line = line[:n-1]
		switch {
		case !h.begun && len(line) == 0:
			if h.start = h.at; h.at > 2*maxBlankLines {
				return false, badLine
			}
		case !h.begun:
			bad = h.requestLine(line)
			h.begun = true
		case len(line) == 0:
			return true, h.finish(b)
		default:
			bad = h.field(line, from)
		}
		if bad != nil {
			return false, bad
		}
	}
}

// beginning looks at a line that has not come whole: what can be no request is
// refused before more of it is waited for.
func (h *headScanner) beginning(line []byte) *refusal {
	if h.begun || len(line) == 0 || line[0] == '\r' {
		return nil
	}
	for _, c := range line {
		if c == ' ' {
			return nil
		}
		if !isMethodByte(c) {
			return badMethod
		}
	}
	if len(line) > maxMethod {
		return badMethod
	}
	return nil
}

// onlyBlank reports whether nothing but empty lines has come.
func (h *headScanner) onlyBlank(b []byte) bool {
	return !h.begun && len(bytes.TrimLeft(b, "\r\n")) == 0
}

// tooLarge says which part of a head took too much room.
func (h *headScanner) tooLarge() *refusal {
	if h.begun {
		return largeHead
	}
	return longTarget
}

// field reads a header line, which begins at from.
func (h *headScanner) field(line []byte, from int) *refusal {
	if line[0] == ' ' || line[0] == '\t' {
		return foldedField
	}
	colon := tokenEnd(line)
	if colon == 0 || colon == len(line) || line[colon] != ':' {
		return badField
	}
	name := line[:colon]
	switch len(name) { // those that frame a message, or say where it goes
	case len("Host"):
		if equalFold(name, "host") {
			return h.host(trim(line[colon+1:]))
		}
	case len("Expect"):
		if equalFold(name, "expect") {
			h.expect(line, colon+1, from)
		}
	case len("Trailer"):
		if equalFold(name, "trailer") && len(line) > maxTrailerNames {
			return manyTrailers
		}
	case len("Connection"):
		if equalFold(name, "connection") {
			h.close = h.close || hasToken(line[colon+1:], "close")
		}
	case len("Content-Length"):
		if equalFold(name, "content-length") {
			return h.contentLength(trim(line[colon+1:]))
		}
	case len("Transfer-Encoding"):
		if equalFold(name, "transfer-encoding") {
			return h.transferEncoding(trim(line[colon+1:]))
		}
	}
	return nil
}

func (h *headScanner) host(value []byte) *refusal {
	if h.hosts++; h.hosts > 1 || len(value) > 0 && !urls.ValidHost(value) {
		return badHost
	}
	if len(value) == 0 && !h.http10 {
		return badHost
	}
	return nil
}

// maxLength is the longest body whose length is counted, in bytes.
const maxLength = 1 << 60

func (h *headScanner) contentLength(value []byte) *refusal {
	if h.lengths++; h.lengths > 1 || len(value) == 0 {
		return badLength
	}
	for _, c := range value {
		if c < '0' || c > '9' {
			return badLength
		}
		if h.length = h.length*10 + int64(c-'0'); h.length > maxLength {
			h.length = maxLength + 1
		}
	}
	if h.length > maxLength {
		return largeLength
	}
	return nil
}

func (h *headScanner) transferEncoding(value []byte) *refusal {
	switch h.codings++; {
	case h.codings > 1, h.http10: // RFC 9112, 6.1: an HTTP/1.0 message has none
		return badCoding
	case equalFold(value, "chunked"):
		h.chunked = true
		return nil
	case isToken(value), hasToken(value, "chunked"):
		return otherCoding
	}
	return badCoding
}

// expect notes where a line says 100-continue.
func (h *headScanner) expect(line []byte, value, from int) {
	for value < len(line) && isSpace(line[value]) {
		value++
	}
	if text := trim(line[value:]); equalFold(text, "100-continue") {
		h.expectAt, h.expectEnd = from+value, from+value+len(text)
	}
}

// finish looks at the head b as a whole.
func (h *headScanner) finish(b []byte) *refusal {
	switch {
	case h.hosts == 0 && !h.http10:
		return badHost
	case h.chunked && h.lengths > 0:
		return twoFramings
	}
	settleExpect(b[h.expectAt:h.expectEnd], !h.http10 && (h.chunked || h.length > 0))
	return nil
}

// settleExpect decides whether the client is told to go on. fasthttp compares
// the expectation byte for byte, and tells HTTP/1.0 clients and those without a
// body too; the value means the same in either case (RFC 9110, 10.1.1).
func settleExpect(value []byte, wanted bool) {
	for i, c := range value {
		switch lower := c | 0x20; {
		case lower < 'a' || lower > 'z':
		case wanted:
			value[i] = lower
		default:
			value[i] = c &^ 0x20
		}
	}
}
