package formdata

import (
	"bytes"
	"errors"
	"io"

	"github.com/cantil-go/cantil/internal/httpheader"
	"github.com/cantil-go/cantil/internal/pytext"
)

// The multipart reader keeps to Werkzeug's decoder rather than to
// mime/multipart, which differs in what users can see: it wants CRLF where
// Werkzeug takes a bare CR or LF too, is stricter about headers, has limits of
// its own, and cuts file names to their last element.

// multipartChunk is how much Werkzeug reads at a time. The memory limit is
// measured against what one such read leaves unparsed, so the body is parsed by
// the same steps, however its bytes come in.
const multipartChunk = 64 * 1024

// errMultipart marks a body that breaks the format; the form is empty then.
var errMultipart = errors.New("cantil: multipart: malformed body")

type multipartState int

const (
	inPreamble multipartState = iota
	inHeaders
	atData // at the line break between headers and data
	inData
	inEpilogue
)

// multipartReader walks over a body. buf[start:end] is what was read and is not
// used up.
type multipartReader struct {
	body       io.Reader
	delimiter  []byte // "--" and the boundary
	limits     Limits
	state      multipartState
	buf        []byte
	start, end int
	searched   int // no delimiter or blank line starts before here
	epilogue   int // bytes that follow the last delimiter

	part   *multipartPart
	count  int
	fields []Pair
	files  []*File
}

// multipartPart is the part being read.
type multipartPart struct {
	name, filename string
	header         []Pair
	data           []byte // of a field
	file           *Spool // nil for a field
}

// parseMultipart reads a multipart/form-data body.
func parseMultipart(boundary string, body io.Reader, limits Limits) (fields []Pair, files []*File, err error) {
	r := multipartReader{body: body, delimiter: []byte("--" + boundary), limits: limits}
	defer func() {
		if files == nil {
			r.discard()
		}
	}()
	switch err := r.run(); {
	case err == errMultipart:
		_, err = io.Copy(io.Discard, body)
		return nil, nil, err
	case err != nil:
		return nil, nil, err
	}
	files = groupByKey(r.files, func(f **File) string { return (*f).Name })
	return Group(r.fields), files, nil
}

// discard removes the files of a form that is not to be.
func (r *multipartReader) discard() {
	for _, f := range r.files {
		f.Content.Close()
	}
	if r.part != nil && r.part.file != nil {
		r.part.file.Close()
	}
}

func (r *multipartReader) run() error {
	for {
		more, err := r.fill()
		if err != nil {
			return err
		}
		if err := r.drain(); err != nil {
			return err
		}
		if !more {
			break
		}
	}
	if r.state != inEpilogue {
		return errMultipart
	}
	return nil
}

// fill reads one step of the body, and reports whether there may be another.
func (r *multipartReader) fill() (bool, error) {
	if r.start > 0 {
		r.end = copy(r.buf, r.buf[r.start:r.end])
		r.start = 0
	}
	if r.state == inEpilogue {
		r.epilogue, r.end = r.epilogue+r.end, 0
	}
	if err := r.grow(); err != nil {
		return false, err
	}
	n, more := 0, true
	for more && n < multipartChunk {
		m, err := r.body.Read(r.buf[r.end+n : r.end+multipartChunk])
		n += m
		if err == io.EOF {
			more = false
		} else if err != nil {
			return false, err
		}
	}
	if exceeds(r.epilogue+r.end+n, r.limits.Memory) {
		return false, ErrTooLarge
	}
	r.end += n
	return more, nil
}

// grow makes room for one step in the buffer.
func (r *multipartReader) grow() error {
	want := r.end + multipartChunk
	if want <= len(r.buf) {
		return nil
	}
	want = max(want, 2*r.end)
	if err := r.limits.Hold(want - len(r.buf)); err != nil {
		return err
	}
	buf := make([]byte, want)
	copy(buf, r.buf[:r.end])
	r.buf = buf
	return nil
}

// drain goes on until more of the body is wanted.
func (r *multipartReader) drain() error {
	for more := true; more; {
		var err error
		switch r.state {
		case inPreamble:
			more = r.preamble()
		case inHeaders:
			more, err = r.headers()
		case atData, inData:
			more, err = r.data()
		case inEpilogue:
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *multipartReader) buffer() []byte { return r.buf[r.start:r.end] }

// preamble skips what stands before the first delimiter.
func (r *multipartReader) preamble() bool {
	buf := r.buffer()
	for i := r.searched; ; i++ {
		at := bytes.Index(buf[i:], r.delimiter)
		if at < 0 {
			// Werkzeug looks again only at the tail that could be the start of
			// a delimiter.
			r.searched = max(0, len(buf)-len(r.delimiter)-6)
			return false
		}
		i += at
		if end, last := delimiterEnd(buf, i+len(r.delimiter)); end >= 0 {
			r.leave(end, last)
			return true
		}
	}
}

// leave goes behind a delimiter that ends at buffer offset end.
func (r *multipartReader) leave(end int, last bool) {
	r.start += end
	r.searched = 0
	r.state = inHeaders
	if last {
		r.state = inEpilogue
	}
}

// delimiterEnd gives the end of the line of a delimiter and whether it is the
// closing one; -1 if it is no delimiter.
func delimiterEnd(buf []byte, i int) (end int, last bool) {
	last = bytes.HasPrefix(buf[i:], []byte("--"))
	if last {
		i += 2
	}
	for i < len(buf) && pytext.IsASCIISpace(buf[i]) && buf[i] != '\r' && buf[i] != '\n' {
		i++
	}
	n := lineBreak(buf[i:])
	if n == 0 && !last {
		return -1, false
	}
	return i + n, last
}

// lineBreak gives the length of the CRLF, CR or LF that b starts with.
func lineBreak(b []byte) int {
	switch {
	case len(b) >= 2 && b[0] == '\r' && b[1] == '\n':
		return 2
	case len(b) >= 1 && (b[0] == '\r' || b[0] == '\n'):
		return 1
	}
	return 0
}

// lineBreakBefore gives the length of the line break that ends right before i.
func lineBreakBefore(b []byte, i int) int {
	switch {
	case i >= 2 && b[i-2] == '\r' && b[i-1] == '\n':
		return 2
	case i >= 1 && (b[i-1] == '\r' || b[i-1] == '\n'):
		return 1
	}
	return 0
}

// headers reads the headers of a part once the blank line behind them is there.
func (r *multipartReader) headers() (bool, error) {
	buf := r.buffer()
	at, n := blankLine(buf, r.searched)
	if at < 0 {
		r.searched = max(0, len(buf)-8)
		return false, nil
	}
	part, err := parsePart(buf[:at])
	if err != nil {
		return false, err
	}
	if r.count++; exceeds(r.count, r.limits.Parts) {
		return false, ErrTooLarge
	}
	if part.file != nil {
		part.file.hold = r.limits.Hold
	}
	r.part = part
	r.start += at + n/2 // the second line break belongs to the data
	r.searched, r.state = 0, atData
	return true, nil
}

// blankLine finds two equal line breaks in a row and gives their place and
// length.
func blankLine(b []byte, from int) (at, n int) {
	for i := from; i+1 < len(b); i++ {
		switch {
		case b[i] != '\r' && b[i] != '\n':
		case b[i] == b[i+1]:
			return i, 2
		case b[i] == '\r' && bytes.HasPrefix(b[i:], []byte("\r\n\r\n")):
			return i, 4
		}
	}
	return -1, 0
}

// data reads what is there of a part's data, up to the delimiter or to where
// one might begin.
func (r *multipartReader) data() (bool, error) {
	buf := r.buffer()
	from := 0
	if r.state == atData {
		from = lineBreak(buf)
	}
	stop, end, last := r.findDelimiter(buf)
	found := stop >= 0
	if !found {
		stop = from + tailIndex(buf[from:], len(r.delimiter)+2)
		end = stop
	}
	if stop > from {
		if err := r.keep(buf[from:stop]); err != nil {
			return false, err
		}
	}
	if found {
		r.finishPart()
		r.leave(end, last)
		return true, nil
	}
	first := r.state == atData
	r.state = inData
	r.start += end
	return first || stop > from, nil
}

// keep adds to the data of the part.
func (r *multipartReader) keep(data []byte) error {
	p := r.part
	if p.file != nil {
		return p.file.write(data)
	}
	if exceeds(len(p.data)+len(data), r.limits.Memory) {
		return ErrTooLarge
	}
	p.data = append(p.data, data...)
	return r.limits.Hold(len(data))
}

// findDelimiter finds the first delimiter on a line of its own: where its line
// break starts and where its line ends.
func (r *multipartReader) findDelimiter(buf []byte) (stop, end int, last bool) {
	for i := 0; ; i++ {
		at := bytes.Index(buf[i:], r.delimiter)
		if at < 0 {
			return -1, -1, false
		}
		i += at
		n := lineBreakBefore(buf, i)
		if n == 0 {
			continue
		}
		if end, last = delimiterEnd(buf, i+len(r.delimiter)); end >= 0 {
			return i - n, end, last
		}
	}
}

// tailIndex gives the place from which on b might be the start of a delimiter
// of n bytes: its last CR or last LF, whichever is first, if they are near
// enough to the end.
func tailIndex(b []byte, n int) int {
	start := max(0, len(b)-n)
	stop := len(b)
	for _, c := range [...]byte{'\r', '\n'} {
		if i := bytes.LastIndexByte(b[start:], c); i >= 0 {
			stop = min(stop, start+i)
		}
	}
	return stop
}

// finishPart takes the part into the form.
func (r *multipartReader) finishPart() {
	p := r.part
	r.part = nil
	if p.file != nil {
		r.files = append(r.files, &File{Name: p.name, Filename: p.filename, Header: p.header, Content: p.file})
		return
	}
	r.fields = append(r.fields, Pair{p.name, httpheader.DecodeCharset(p.data, partCharset(p.header))})
}
