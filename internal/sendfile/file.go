package sendfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/cantil-go/cantil/internal/httpheader"
)

// File is an open file with what an answer says of it.
type File struct {
	fs.File
	Path     string    // for its entity tag and its name
	Modified time.Time // zero: unknown, as of one from go:embed
	Size     int64     // in bytes
	OnDisk   bool      // it has a name that another program can open
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
	_, onDisk := f.(*os.File)
	return &File{File: f, Modified: info.ModTime(), Size: info.Size(), OnDisk: onDisk}, nil
}

// Codings are those of files that were compressed beforehand, the smallest first.
var Codings = []string{"br", "zstd", "gzip"}

var codingSuffix = map[string]string{"br": ".br", "zstd": ".zst", "gzip": ".gz"}

// Compressed is the file beside f that holds the same in one of the codings, the
// first that is there, and its coding; f is closed then. Without one it is f.
// One that is older than f was not made of it.
func (f *File) Compressed(fsys fs.FS, name string, codings []string) (*File, string) {
	for _, coding := range codings {
		compressed, err := Open(fsys, name+codingSuffix[coding])
		if err != nil {
			continue
		}
		if compressed.Modified.Before(f.Modified) {
			compressed.Close()
			continue
		}
		compressed.Path = f.Path + codingSuffix[coding]
		f.Close()
		return compressed, coding
	}
	return f, ""
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

// Whole is the stream of the whole file. It knows its length unless Size is -1.
func (f *File) Whole() io.ReadCloser {
	if f.Size < 0 {
		return struct{ io.ReadCloser }{f}
	}
	return &Body{Reader: f, file: f, size: f.Size}
}

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

// OfReader is a file of what r gives, from where it stands on. Its size is -1 if r
// cannot seek.
func OfReader(r io.Reader) (*File, error) {
	f := &File{Size: -1}
	seeker, ok := r.(io.ReadSeeker)
	if !ok {
		f.File = readerFile{r}
		return f, nil
	}
	start, err := seeker.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil, err
	}
	end, err := seeker.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	f.Size = max(end-start, 0)
	f.File = seekerFile{readerFile{r}, seeker, start}
	_, err = seeker.Seek(start, io.SeekStart)
	return f, err
}

// readerFile makes a reader a file.
type readerFile struct{ io.Reader }

func (readerFile) Stat() (fs.FileInfo, error) { return nil, fs.ErrInvalid }

func (f readerFile) Close() error {
	if c, ok := f.Reader.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// seekerFile counts from where its reader stood.
type seekerFile struct {
	readerFile
	seeker io.Seeker
	start  int64
}

func (f seekerFile) Seek(offset int64, whence int) (int64, error) {
	if whence == io.SeekStart {
		offset += f.start
	}
	return f.seeker.Seek(offset, whence)
}
