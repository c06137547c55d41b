package cantil

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"

	"github.com/cantil-go/cantil/internal/formdata"
	"github.com/cantil-go/cantil/internal/httpheader"
)

// parseForm reads the body of a request as request.form and request.files have it. A body over a limit is a 413, as an
// error of [Abort].
func parseForm(contentType string, body []byte, limits formdata.Limits) (Values, []*File, error) {
	fields, uploads, err := formdata.Parse(contentType, body, limits)
	if err != nil {
		return Values{}, nil, Abort(http.StatusRequestEntityTooLarge)
	}
	var files []*File
	for _, u := range uploads {
		file := &File{Name: u.Name, Filename: u.Filename, data: u.Data}
		file.Header.fields = make([]headerField, len(u.Header))
		for i, p := range u.Header { // names of a request are not checked: nobody sends them on
			file.Header.fields[i] = headerField{p.Key, p.Value}
		}
		files = append(files, file)
	}
	return Values{items: fields}, files, nil
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
