package sendfile

import (
	"errors"
	"io"
	"io/fs"
	"time"

	"github.com/cantil-go/cantil/internal/httpheader"
)

// File is an open file with what an answer says of it.
type File struct {
	fs.File
	Path     string    // for its entity tag and its name
	Modified time.Time // zero: unknown, as of one from go:embed
	Size     int64     // in bytes
}

// errNotFile is the error for a folder in a file's place.
var errNotFile = errors.New("cantil: not a file")

// Open opens a regular file of fsys. Path is the caller's to set.
func Open(fsys fs.FS, name string) (*File, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errNotFile
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return &File{File: f, Modified: info.ModTime(), Size: info.Size()}, nil
}

// ETag is the file's entity tag: by age, size and path, or by its content where a
// file has no age, as one from go:embed.
func (f *File) ETag() (string, error) {
	seeker, ok := f.File.(io.Seeker)
	if !f.Modified.IsZero() || !ok {
		return httpheader.FileETag(f.Modified, f.Size, f.Path), nil
	}
	content, err := io.ReadAll(f)
	if err == nil {
		_, err = seeker.Seek(0, io.SeekStart)
	}
	return httpheader.BodyETag(content), err
}

// Whole is the stream of the whole file.
func (f *File) Whole() *Body { return &Body{Reader: f, file: f, size: f.Size} }

// Section is the stream of size bytes of the file from start on.
func (f *File) Section(start, size int64) (*Body, error) {
	var err error
	if seeker, ok := f.File.(io.Seeker); ok {
		_, err = seeker.Seek(start, io.SeekStart)
	} else {
		_, err = io.CopyN(io.Discard, f, start)
	}
	return &Body{Reader: io.LimitReader(f, size), file: f, size: size}, err
}

// Body is the stream of a file, which knows its length and is closed in the end.
type Body struct {
	io.Reader
	file io.Closer
	size int64
}

// Len is the length of the body in bytes.
func (b *Body) Len() int { return int(b.size) }

// Close closes the file.
func (b *Body) Close() error { return b.file.Close() }
