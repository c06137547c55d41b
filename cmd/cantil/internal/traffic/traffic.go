// Package traffic is what a site was asked and what it answered, written down a
// line each: recorded by a proxy, and read again.
//
// A line is a JSON object, an [Exchange]. Lines stand in the order in which the
// answers ended. The format's version is in each line as "v".
package traffic

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"
	"unicode/utf8"
)

// Version is that of the format.
const Version = 1

// Exchange is a request and its answer.
type Exchange struct {
	Version int       `json:"v"`
	Client  string    `json:"client"` // a random name of the browser that asked
	At      time.Time `json:"at"`     // when it asked
	Millis  float64   `json:"ms"`     // until the answer had ended
	// Masked are the fields of the request that hold "masked" in the place of a
	// secret: it cannot be sent again as it was.
	Masked []string `json:"masked,omitempty"`

	Request  Request  `json:"request"`
	Response Response `json:"response"`
}

// Request is what was asked.
type Request struct {
	Method  string   `json:"method"`
	Target  string   `json:"target"` // path and query
	Headers []Header `json:"headers"`
	Body    Body     `json:"body"`
}

// Response is what was answered.
type Response struct {
	Status  int      `json:"status"`
	Headers []Header `json:"headers"`
	Body    Body     `json:"body"`
}

// Header is a line of a head: name and value.
type Header [2]string

// Get is the value of the first header of a name, in canonical case.
func Get(headers []Header, name string) string {
	for _, h := range headers {
		if h[0] == name {
			return h[1]
		}
	}
	return ""
}

// HeadersOf are the lines of a head in the order of their names.
func HeadersOf(h http.Header) []Header {
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	var all []Header
	for _, name := range names {
		for _, value := range h[name] {
			all = append(all, Header{name, value})
		}
	}
	return all
}

// Body is a body as text, or as base64 where it is none.
type Body struct {
	Text   string `json:"text,omitempty"`
	Base64 string `json:"base64,omitempty"`
	// Cut is set of one that was too large to be kept: its length in bytes, and
	// its SHA-256. A request's body that the site did not read to its end has no
	// hash.
	Cut *Cut `json:"cut,omitempty"`
}

// Cut is what is kept of a body that is not.
type Cut struct {
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256,omitempty"`
}

// NewBody is the body of these bytes.
func NewBody(b []byte) Body {
	if utf8.Valid(b) {
		return Body{Text: string(b)}
	}
	return Body{Base64: base64.StdEncoding.EncodeToString(b)}
}

// Bytes are those of the body; of one that was cut there are none.
func (b Body) Bytes() ([]byte, error) {
	if b.Base64 != "" {
		return base64.StdEncoding.DecodeString(b.Base64)
	}
	return []byte(b.Text), nil
}

// MaxBodyLimit is how many bytes of a body can be kept at most.
const MaxBodyLimit = 16 << 20

// maxLine bounds a line in bytes: two bodies, of which JSON writes a byte as six
// at most, and their heads.
const maxLine = 2*6*MaxBodyLimit + 4<<20

// Reader reads a recording, an exchange at a time.
type Reader struct {
	lines *bufio.Scanner
	line  int
}

// NewReader reads from r.
func NewReader(r io.Reader) *Reader {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 64<<10), maxLine)
	return &Reader{lines: lines}
}

// LineError is a line that cannot be read. The lines behind it can.
type LineError struct {
	Line int // the first is 1
	Err  error
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d of the recording: %v", e.Line, e.Err) }

func (e *LineError) Unwrap() error { return e.Err }

// Next is the next exchange, io.EOF after the last one. The error names the line: a
// *[LineError], or one after which nothing can be read.
func (r *Reader) Next() (*Exchange, error) {
	for r.lines.Scan() {
		r.line++
		if len(r.lines.Bytes()) == 0 {
			continue
		}
		var e Exchange
		err := json.Unmarshal(r.lines.Bytes(), &e)
		if err == nil {
			err = e.check()
		}
		if err != nil {
			return nil, &LineError{r.line, err}
		}
		return &e, nil
	}
	if err := r.lines.Err(); err != nil {
		return nil, fmt.Errorf("line %d of the recording: %w", r.line+1, err)
	}
	return nil, io.EOF
}

// check refuses what no recorder writes.
func (e *Exchange) check() error {
	switch {
	case e.Version != Version:
		return fmt.Errorf("its version is %d, this command reads %d", e.Version, Version)
	case e.Request.Method == "" || e.Request.Target == "" || e.Request.Target[0] != '/':
		return errors.New("it has no method, or no path")
	case e.Response.Status < 100 || e.Response.Status > 999:
		return fmt.Errorf("its status is %d", e.Response.Status)
	}
	for _, b := range []Body{e.Request.Body, e.Response.Body} {
		if _, err := b.Bytes(); err != nil {
			return fmt.Errorf("a body: %w", err)
		}
	}
	return nil
}

// ReadBody reads a body to its end, and keeps it as a recorder does.
func ReadBody(r io.Reader, limit int64) (Body, error) {
	t := newTap(io.NopCloser(r), limit)
	if _, err := io.Copy(io.Discard, t); err != nil {
		return Body{}, err
	}
	return t.kept(), nil
}
