// Package formdata reads what comes with a request as names and values: query strings, and urlencoded and multipart
// bodies, as Werkzeug reads them.
package formdata

import (
	"errors"
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
	Data     []byte
}

// ErrTooLarge is the error of a body that is over a limit.
var ErrTooLarge = errors.New("cantil: form: over a limit")

// Limits bound what a form may cost. A limit of 0 or less is none (None in Flask).
type Limits struct {
	Content int // MAX_CONTENT_LENGTH: bytes of the whole body
	Memory  int // MAX_FORM_MEMORY_SIZE: bytes of an urlencoded body, of a multipart field, of a part's headers
	Parts   int // MAX_FORM_PARTS: parts of a multipart body
}

func exceeds(n, limit int) bool { return limit > 0 && n > limit }

// Parse reads the body of a request: its fields, those of one name together, and its files. The error is [ErrTooLarge]; a
// body of another type, or one that breaks its own format, is an empty form, as in Flask. Nothing it returns refers to
// body.
func Parse(contentType string, body []byte, limits Limits) ([]Pair, []*File, error) {
	if exceeds(len(body), limits.Content) {
		return nil, nil, ErrTooLarge
	}
	if contentType == "" {
		return nil, nil, nil
	}
	switch httpheader.MediaType(contentType) {
	case "application/x-www-form-urlencoded":
		if exceeds(len(body), limits.Memory) {
			return nil, nil, ErrTooLarge
		}
		if !utf8.Valid(body) {
			return nil, nil, nil
		}
		return ParseQuery(body), nil, nil
	case "multipart/form-data":
		boundary := multipartBoundary(contentType)
		if boundary == "" {
			return nil, nil, nil
		}
		return parseMultipart(boundary, body, limits)
	}
	return nil, nil, nil
}

// multipartBoundary is what stands between the parts of a body, "" if the type does not say.
func multipartBoundary(contentType string) string {
	_, options := httpheader.ParseOptions(contentType)
	boundary, _ := options.Get("boundary")
	if !pytext.IsASCII(boundary) {
		return ""
	}
	return boundary
}

// Takes tells whether a body of this type is read as a form, and so used up.
func Takes(contentType string) bool {
	switch httpheader.MediaType(contentType) {
	case "application/x-www-form-urlencoded":
		return true
	case "multipart/form-data":
		return multipartBoundary(contentType) != ""
	}
	return false
}
