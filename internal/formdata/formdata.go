// Package formdata reads what comes with a request as names and values: query
// strings, and urlencoded and multipart bodies, as Werkzeug reads them.
package formdata

import (
	"errors"
	"io"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/httpheader"
	"github.com/cantil-go/cantil/internal/pytext"
)

// Pair is a name and a value.
type Pair struct{ Key, Value string }

// File is a part of a multipart body that has a file name.
type File struct {
	Name     string // of the field
	Filename string
	Header   []Pair
	Content  *Spool
}

// ErrTooLarge is the error of a body that is over a limit.
var ErrTooLarge = errors.New("cantil: form: over a limit")

// Limits bound what a form may cost. A limit of 0 or less is none (None in
// Flask).
type Limits struct {
	Content int // MAX_CONTENT_LENGTH: bytes of the whole body
	Memory  int // MAX_FORM_MEMORY_SIZE: bytes of an urlencoded body, of a multipart field, of a part's headers
	Parts   int // MAX_FORM_PARTS: parts of a multipart body

	// Hold is told how many bytes of a multipart body are kept in memory, and
	// with less than 0 of those that no longer are. Its error ends the parsing.
	Hold func(bytes int) error
}

func exceeds(n, limit int) bool { return limit > 0 && n > limit }

// Parse reads the body of a request: its fields, those of one name together, and
// its files, which the caller closes. The error is [ErrTooLarge], one that wraps
// [ErrStorage], or that of body or Hold; there are no files then. A body of
// another type, or one that breaks its own format, is an empty form, as in Flask:
// it is read to its end all the same, so that one that was cut short is an error.
func Parse(contentType string, body io.Reader, limits Limits) ([]Pair, []*File, error) {
	if limits.Hold == nil {
		limits.Hold = func(int) error { return nil }
	}
	switch httpheader.MediaType(contentType) {
	case "application/x-www-form-urlencoded":
		fields, err := parseURLEncoded(body, limits)
		return fields, nil, err
	case "multipart/form-data":
		boundary, err := multipartBoundary(contentType)
		if err != nil {
			return nil, nil, err
		}
		if boundary != "" {
			return parseMultipart(boundary, &limitedReader{in: body, limit: limits.Content}, limits)
		}
	}
	_, err := io.Copy(io.Discard, &limitedReader{in: body, limit: limits.Content})
	return nil, nil, err
}

func parseURLEncoded(body io.Reader, limits Limits) ([]Pair, error) {
	raw, err := io.ReadAll(&limitedReader{in: &limitedReader{in: body, limit: limits.Content}, limit: limits.Memory})
	if err != nil || !utf8.Valid(raw) {
		return nil, err
	}
	return ParseQuery(raw), nil
}

// limitedReader is a body that may not be longer than limit, if that is not 0.
type limitedReader struct {
	in    io.Reader
	limit int
	read  int
}

func (r *limitedReader) Read(p []byte) (int, error) {
	n, err := r.in.Read(p)
	if r.read += n; exceeds(r.read, r.limit) {
		err = ErrTooLarge
	}
	return n, err
}

// maxBoundary is the length of the longest boundary (RFC 2046, 5.1.1).
const maxBoundary = 70

// ErrBoundary is the error of a multipart type whose boundary is too long.
var ErrBoundary = errors.New("cantil: form: the multipart boundary has more than 70 characters")

// multipartBoundary is what stands between the parts of a body, "" if the type
// does not say.
func multipartBoundary(contentType string) (string, error) {
	_, options := httpheader.ParseOptions(contentType)
	boundary, _ := options.Get("boundary")
	switch {
	case !pytext.IsASCII(boundary):
		return "", nil
	case len(boundary) > maxBoundary:
		return "", ErrBoundary
	}
	return boundary, nil
}

// Takes reports whether a body of this type is read as a form, and so used up.
func Takes(contentType string) bool {
	return httpheader.MediaType(contentType) == "application/x-www-form-urlencoded" || Streams(contentType)
}

// Streams reports whether a body of this type is a multipart form, which Parse
// reads piece by piece.
func Streams(contentType string) bool {
	if httpheader.MediaType(contentType) != "multipart/form-data" {
		return false
	}
	boundary, err := multipartBoundary(contentType)
	return boundary != "" || err != nil
}
