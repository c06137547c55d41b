package cantil

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"

	"github.com/cantil-go/cantil/internal/flaskobject"
	"github.com/cantil-go/cantil/internal/formdata"
	"github.com/cantil-go/cantil/internal/httpheader"
	"github.com/cantil-go/cantil/internal/pytext"
	"github.com/cantil-go/cantil/internal/sendfile"
	"github.com/cantil-go/cantil/render/jinja"
)

// parseForm reads the body of a request as request.form and request.files have
// it. The error is that of the body, of a limit or of the disk.
func parseForm(contentType string, body io.Reader, limits formdata.Limits) (Values, []*File, error) {
	fields, uploads, err := formdata.Parse(contentType, body, limits)
	if err != nil {
		return Values{}, nil, err
	}
	var files []*File
	for _, u := range uploads {
		file := &File{Name: u.Name, Filename: u.Filename, spool: u.Content}
		file.Header.fields = make([]headerField, len(u.Header))
		for i, p := range u.Header { // names of a request are not checked: they are not sent on
			file.Header.fields[i] = headerField{p.Key, p.Value}
		}
		files = append(files, file)
	}
	return Values{items: fields}, files, nil
}

// File is an uploaded file, Werkzeug's FileStorage. One of up to 500 KiB is held
// in memory and stays valid after the request. A larger one is in a temporary
// file, which is removed when the request has been answered: Save it, or read it
// before.
type File struct {
	// Name is the form field's name.
	Name string
	// Filename is the name that the client gave the file, "" if the field was
	// left empty. It is the client's text: never use it as a path.
	Filename string
	// Header holds the headers of the part, Content-Type among them.
	Header Header

	spool *formdata.Spool
}

// ContentType returns the Content-Type that the client sent, with its parameters.
func (f *File) ContentType() string { return f.Header.Get("Content-Type") }

// Mimetype returns the media type that the client sent, in lower case and
// without parameters.
func (f *File) Mimetype() string { return httpheader.MediaType(f.ContentType()) }

// ContentLength returns the Content-Length that the part announced, 0 if it has
// none; [File.Size] is the real one.
func (f *File) ContentLength() int {
	text := f.Header.Get("Content-Length")
	if !httpheader.IsInt(text) {
		return 0
	}
	n, _ := strconv.Atoi(text)
	return n
}

// Size returns the length of the file in bytes.
func (f *File) Size() int64 { return f.spool.Size() }

// Open returns a reader at the start of the file. Closing it does nothing, and
// each call gives a separate reader. Reading a file above 500 KiB after its
// request is an error that wraps os.ErrClosed.
func (f *File) Open() io.ReadSeekCloser { return fileReader{f.spool.Open()} }

// Bytes returns the content of the file; it is not a copy, unless the file is
// above 500 KiB: then it is read into memory, which MaxBodyMemory does not count.
// It panics if that fails, as it does after the request.
func (f *File) Bytes() []byte {
	data, err := f.spool.Bytes()
	if err != nil {
		panic(fmt.Errorf("cantil: read upload: %w", err))
	}
	return data
}

// Save writes the file to path and replaces what is there (FileStorage.save).
func (f *File) Save(path string) error {
	if err := f.save(path); err != nil {
		return fmt.Errorf("cantil: save upload: %w", err)
	}
	return nil
}

func (f *File) save(path string) error {
	dst, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return err
	}
	_, err = io.Copy(dst, f.spool.Open())
	return errors.Join(err, dst.Close())
}

// SecureFilename makes the name that a client gave a file one that can be used
// in a folder, secure_filename(filename): in ASCII, without folders. It may be
// empty, and another upload may have the same.
func SecureFilename(filename string) string { return sendfile.SecureFilename(filename) }

// Stream is the request's body as it comes in, request.stream, for what is too
// large for memory: once it was asked for, Data is empty and Form has nothing. It
// ends within the view, in io.EOF only if the body is whole; above
// MaxContentLength, or where the client broke off, in the error of a 413 or 400,
// which the view may return. A body that was read before is read again, and one
// that Form took is empty.
func (c *Context) Stream() io.Reader {
	b := c.requestBody()
	c.checkContentLength()
	switch {
	case b.consumed, b.streamed:
		return bytes.NewReader(nil)
	case b.failed != nil || b.own || !c.ctx.Request.IsBodyStream():
		return bytes.NewReader(c.rawBody())
	}
	b.parsed, b.streamed = true, true
	return &bodyStream{c, c.stream(c.limits().Content)}
}

// bodyStream keeps what an error of the body means for the connection.
type bodyStream struct {
	c  *Context
	in *formdata.Stream
}

// Read implements io.Reader.
func (s *bodyStream) Read(p []byte) (int, error) {
	if failed := s.c.requestBody().failed; failed != nil {
		return 0, failed
	}
	n, err := s.in.Read(p)
	if err != nil && err != io.EOF {
		err = s.c.bodyError(err)
	}
	return n, err
}

// fileReader adds the Close that io.ReadSeekCloser asks for.
type fileReader struct{ io.ReadSeeker }

func (fileReader) Close() error { return nil }

// templateFiles are the uploaded files by their fields.
func templateFiles(c *Context) any {
	files := c.AllFiles()
	keys := func() []string {
		var names []string
		for _, f := range files {
			if !slices.Contains(names, f.Name) {
				names = append(names, f.Name)
			}
		}
		return names
	}
	all := func(key string) (all []any) {
		for _, f := range c.Files(key) {
			all = append(all, templateFile(f))
		}
		return all
	}
	return flaskobject.MultiDict("ImmutableMultiDict", keys, all, func() []any {
		pairs := []any{}
		for _, f := range files {
			pairs = append(pairs, jinja.Tuple{f.Name, templateFile(f)})
		}
		return pairs
	})
}

// templateFile is a FileStorage.
func templateFile(f *File) any {
	get := func(name string) (string, bool) { return f.Header.Get(name), f.Header.Has(name) }
	names := func() (all []string) {
		for name := range f.Header.All() {
			all = append(all, name)
		}
		return all
	}
	text := func() string {
		return "<FileStorage: " + pytext.Repr(f.Filename) + " (" + pytext.Repr(f.ContentType()) + ")>"
	}
	return &flaskobject.Object{Class: "FileStorage", Text: text, Attr: func(name string) (any, bool) {
		switch name {
		case "filename":
			return f.Filename, true
		case "name":
			return f.Name, true
		case "content_type":
			return flaskobject.OrNone(f.ContentType()), true
		case "mimetype":
			return f.Mimetype(), true
		case "content_length":
			return f.ContentLength(), true
		case "headers":
			return flaskobject.Headers(names, get), true
		case "read":
			return f.Bytes, true
		}
		return nil, false
	}}
}
