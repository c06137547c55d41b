package conformance

import (
	"bytes"
	"fmt"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"
)

// An answer is one response as it stood on the connection. It is parsed here,
// not by net/http, which forgives what a test must see.
type answer struct {
	status int
	header textproto.MIMEHeader
	body   []byte
	whole  bool // nothing of its body was missing
}

func (a *answer) String() string {
	if a.whole {
		return strconv.Itoa(a.status)
	}
	return fmt.Sprintf("%d(cut)", a.status)
}

var statusLine = regexp.MustCompile(`^HTTP/1\.[01] (\d{3})[^\r\n]*\r\n`)

// parseAnswers returns the answers that raw begins with, and the rest, which is
// none. A body without a length goes to the end, and is whole if the connection
// has ended there. head says that no answer has a body.
func parseAnswers(raw []byte, head, ended bool) (answers []*answer, rest []byte) {
	for len(raw) > 0 {
		line := statusLine.FindSubmatch(raw)
		end := bytes.Index(raw, []byte("\r\n\r\n"))
		if line == nil || end < 0 {
			break
		}
		a := &answer{whole: true, header: textproto.MIMEHeader{}}
		a.status, _ = strconv.Atoi(string(line[1]))
		if len(line[0]) < end {
			a.header = parseHeader(raw[len(line[0]):end])
		}
		var ok bool
		if raw, ok = a.takeBody(raw[end+4:], head, ended); !ok {
			break
		}
		answers = append(answers, a)
	}
	return answers, raw
}

// takeBody cuts the answer's body off raw. It fails if the length is no number.
func (a *answer) takeBody(raw []byte, head, ended bool) (rest []byte, ok bool) {
	switch {
	case a.status < 200 || a.status == 204 || a.status == 304 || head:
		return raw, true
	case a.header["Transfer-Encoding"] != nil:
		if a.body, rest, ok = takeChunked(raw); ok {
			return rest, true
		}
		a.body, a.whole = raw, false
	case a.header["Content-Length"] != nil:
		n, err := strconv.Atoi(a.header["Content-Length"][0])
		if err != nil || n < 0 {
			return raw, false
		}
		a.whole = len(raw) >= n
		n = min(n, len(raw))
		a.body, rest = raw[:n], raw[n:]
		return rest, true
	default:
		a.body, a.whole = raw, ended
	}
	return nil, true
}

func parseHeader(block []byte) textproto.MIMEHeader {
	header := textproto.MIMEHeader{}
	for line := range strings.SplitSeq(string(block), "\r\n") {
		name, value, _ := strings.Cut(line, ":")
		header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	return header
}

// takeChunked decodes the chunked body at the start of raw, if it is all there.
func takeChunked(raw []byte) (body, rest []byte, ok bool) {
	for {
		line, after, ok := bytes.Cut(raw, []byte("\r\n"))
		if !ok {
			return nil, nil, false
		}
		digits, _, _ := bytes.Cut(line, []byte(";"))
		size, err := strconv.ParseUint(string(digits), 16, 31)
		if err != nil {
			return nil, nil, false
		}
		if size == 0 {
			rest, ok = skipTrailer(after)
			return body, rest, ok
		}
		if uint64(len(after)) < size+2 {
			return nil, nil, false
		}
		body, raw = append(body, after[:size]...), after[size+2:]
	}
}

// skipTrailer cuts the lines off raw that follow the last chunk.
func skipTrailer(raw []byte) (rest []byte, ok bool) {
	for {
		line, after, ok := bytes.Cut(raw, []byte("\r\n"))
		if !ok || len(line) == 0 {
			return after, ok
		}
		raw = after
	}
}
