package cantil

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strconv"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/httpheader"
	"github.com/cantil-go/cantil/internal/pytext"
)

// formLimits bound what a form may cost. A limit of 0 or less is none (None in Flask).
type formLimits struct {
	content int // MAX_CONTENT_LENGTH: bytes of the whole body
	memory  int // MAX_FORM_MEMORY_SIZE: bytes of an urlencoded body, of a multipart field, of a part's headers
	parts   int // MAX_FORM_PARTS: parts of a multipart body
}

func exceeds(n, limit int) bool { return limit > 0 && n > limit }

// parseForm reads the body of a request as request.form and request.files have it. A body over a limit is a 413, as an
// error of [Abort]; a body of another type, or one that breaks its own format, is an empty form, as in Flask. Nothing
// it returns refers to body.
func parseForm(contentType string, body []byte, limits formLimits) (Values, []*File, error) {
	if exceeds(len(body), limits.content) {
		return Values{}, nil, Abort(413)
	}
	if contentType == "" {
		return Values{}, nil, nil
	}
	switch httpheader.MediaType(contentType) {
	case "application/x-www-form-urlencoded":
		if exceeds(len(body), limits.memory) {
			return Values{}, nil, Abort(413)
		}
		if !utf8.Valid(body) {
			return Values{}, nil, nil
		}
		return parseQuery(body), nil, nil
	case "multipart/form-data":
		boundary := multipartBoundary(contentType)
		if boundary == "" {
			return Values{}, nil, nil
		}
		return parseMultipart(boundary, body, limits)
	}
	return Values{}, nil, nil
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

// takesBody tells whether a body of this type is read as a form, and so used up.
func takesBody(contentType string) bool {
	switch httpheader.MediaType(contentType) {
	case "application/x-www-form-urlencoded":
		return true
	case "multipart/form-data":
		return multipartBoundary(contentType) != ""
	}
	return false
}

// File is an uploaded file, Werkzeug's FileStorage. It is held in memory and stays valid after the request.
type File struct {
	// Name is the form field's name.
	Name string
	// Filename is the name that the client gave the file, "" if the field was left empty. It is the client's text:
	// never use it as a path.
	Filename string
	// Header holds the headers of the part, Content-Type among them.
	Header Header

	data []byte
}

// ContentType returns the Content-Type that the client sent, with its parameters.
func (f *File) ContentType() string { return f.Header.Get("Content-Type") }

// Mimetype returns the media type that the client sent, in small letters and without parameters.
func (f *File) Mimetype() string { return httpheader.MediaType(f.ContentType()) }

// ContentLength returns the Content-Length that the part announced, 0 if it has none; [File.Size] is the real one.
func (f *File) ContentLength() int {
	text := f.Header.Get("Content-Length")
	if !httpheader.IsInt(text) {
		return 0
	}
	n, _ := strconv.Atoi(text)
	return n
}

// Size returns the length of the file in bytes.
func (f *File) Size() int64 { return int64(len(f.data)) }

// Open returns a reader at the start of the file. Closing it does nothing, and each call gives a reader of its own.
func (f *File) Open() io.ReadSeekCloser { return fileReader{bytes.NewReader(f.data)} }

// Bytes returns the content of the file; it is not a copy.
func (f *File) Bytes() []byte { return f.data }

// Save writes the file to path and replaces what is there (FileStorage.save).
func (f *File) Save(path string) error {
	if err := os.WriteFile(path, f.data, 0o666); err != nil {
		return fmt.Errorf("cantil: save upload: %w", err)
	}
	return nil
}

// fileReader adds the Close that io.ReadSeekCloser asks for.
type fileReader struct{ *bytes.Reader }

func (fileReader) Close() error { return nil }
