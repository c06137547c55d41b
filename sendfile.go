package cantil

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/internal/httpheader"
	"github.com/cantil-go/cantil/internal/pytext"
	"github.com/cantil-go/cantil/internal/sendfile"
)

// SendFileOptions are the keyword arguments of Flask's send_file.
type SendFileOptions struct {
	// Mimetype is the file's type, guessed by its name unless given.
	Mimetype string
	// AsAttachment has the browser save the file instead of showing it.
	AsAttachment bool
	// DownloadName is the name it is saved under, the file's own unless given.
	DownloadName string
	// MaxAge is how long the browser may use the file without asking again,
	// App.SendFileMaxAge unless given; less than nothing is always ask.
	MaxAge time.Duration
	// Unconditional sends the whole file whatever the browser has, conditional=False.
	Unconditional bool
	// NoETag sends no entity tag, etag=False.
	NoETag bool
}

// SendFile answers with a file, send_file(path). A path that is not absolute is
// below the root path. The answer is streamed; it says how old the file is and
// honours If-None-Match, If-Modified-Since and Range. Never pass what a client
// sent: that is what [Context.SendFromDirectory] is for. A file that cannot be
// opened panics.
func (c *Context) SendFile(name string, options ...SendFileOptions) *Response {
	name = c.app.folder(name)
	f, err := openFile(os.DirFS(filepath.Dir(name)), filepath.Base(name))
	if err != nil {
		panic(err)
	}
	f.path = name
	return c.sendFile(f, options)
}

// SendFromDirectory answers with a file of a folder, send_from_directory(folder,
// path). The path may come from the client: one that leaves the folder, by ".."
// or by a symbolic link, or that leads to no file, is a 404. A link inside the
// folder may point to another place in it, by a relative path; Flask follows any.
// A file that the system cannot open is a 500.
func (c *Context) SendFromDirectory(folder, name string, options ...SendFileOptions) *Response {
	folder = c.app.folder(folder)
	return c.sendFrom(confined(folder), folder, name, options)
}

// sendFrom answers with a file of fsys; folder is what to call its root.
func (c *Context) sendFrom(fsys fs.FS, folder, name string, options []SendFileOptions) *Response {
	joined, ok := sendfile.SafeJoin(folder, name)
	clean := path.Clean(name)
	if !ok || !fs.ValidPath(clean) {
		panic(&HTTPError{Code: http.StatusNotFound})
	}
	f, err := openFile(fsys, clean)
	switch {
	case err == nil:
	case isMissing(err):
		panic(&HTTPError{Code: http.StatusNotFound, Err: err})
	default: // of the system: too many files, no permission, a failing disk
		panic(fmt.Errorf("cantil: open a file to send: %w", err))
	}
	f.path = joined
	return c.sendFile(f, options)
}

// sendFile makes the response, whole or what the request's conditions leave of it.
func (c *Context) sendFile(f *servedFile, options []SendFileOptions) *Response {
	var o SendFileOptions
	if len(options) > 0 {
		o = options[0]
	}
	r := c.MakeResponse("")
	c.describeFile(r, f, &o)
	r.setStream(&fileBody{Reader: f, file: f, size: f.size})
	if o.Unconditional {
		return r
	}
	conditions := readConditions(&c.ctx.Request.Header)
	method := c.Method()
	if method != http.MethodGet && method != http.MethodHead {
		return r
	}
	r.header.Set("Accept-Ranges", "bytes")
	if err := r.limit(conditions.Judge(r.header.Get("ETag"), f.modified, f.size), f); err != nil {
		f.Close()
		panic(err)
	}
	return r
}

// describeFile sets the headers that tell of the file.
func (c *Context) describeFile(r *Response, f *servedFile, o *SendFileOptions) {
	name := o.DownloadName
	if name == "" {
		name = filepath.Base(f.path)
	}
	mimetype, encoding := sendfile.Type(name)
	if o.Mimetype != "" {
		mimetype, encoding = sendfile.WithCharset(o.Mimetype), ""
	}
	r.header.Set("Content-Type", mimetype)
	if encoding != "" && !o.AsAttachment {
		r.header.Set("Content-Encoding", encoding)
	}
	r.header.Set("Content-Disposition", sendfile.Disposition(name, o.AsAttachment))
	if !f.modified.IsZero() {
		r.header.Set("Last-Modified", httpheader.FormatDate(f.modified))
	}
	c.cacheFile(r, o.MaxAge)
	if !o.NoETag {
		r.header.Set("ETag", f.etag())
	}
}

// cacheFile says how long the file may be used unasked.
func (c *Context) cacheFile(r *Response, maxAge time.Duration) {
	if maxAge == 0 {
		maxAge = c.app.SendFileMaxAge
	}
	if maxAge <= 0 {
		r.header.Set("Cache-Control", "no-cache")
		return
	}
	seconds := int64(maxAge / time.Second)
	r.header.Set("Cache-Control", "public, max-age="+strconv.FormatInt(seconds, 10))
	r.header.Set("Expires", httpheader.FormatDate(c.app.Now().Add(maxAge)))
}

// limit makes of the response what the verdict says.
func (r *Response) limit(v httpheader.Verdict, f *servedFile) error {
	switch v.Status {
	case http.StatusPartialContent:
		body, err := f.section(v.Start, v.Size)
		if err != nil {
			return err
		}
		r.status = v.Status
		r.setStream(body)
		r.header.Set("Content-Range", v.ContentRange)
	case http.StatusRequestedRangeNotSatisfiable:
		return &HTTPError{Code: v.Status, contentRange: v.ContentRange}
	case http.StatusNotModified:
		r.status = v.Status
		closeStream(r.stream)
		r.setText("")
	case http.StatusPreconditionFailed: // with the file, as Flask has it
		r.status = v.Status
	}
	return nil
}

// readConditions copies the conditions out of a request.
func readConditions(h *fasthttp.RequestHeader) httpheader.Conditions {
	get := func(name string) (string, bool) {
		b := h.Peek(name)
		return pytext.Latin1(b), b != nil
	}
	c := httpheader.Conditions{}
	c.IfMatch, _ = get("If-Match")
	c.IfNoneMatch, _ = get("If-None-Match")
	c.IfModifiedSince, _ = get("If-Modified-Since")
	c.IfRange, c.HasIfRange = get("If-Range")
	c.Range, c.HasRange = get("Range")
	return c
}

// servedFile is an open file with what an answer says of it.
type servedFile struct {
	fs.File
	path     string // for its entity tag and its name
	modified time.Time
	size     int64
}

// errNoFile is the error for a folder in a file's place.
var errNoFile = errors.New("cantil: not a file")

func openFile(fsys fs.FS, name string) (*servedFile, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errNoFile
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return &servedFile{File: f, modified: info.ModTime(), size: info.Size()}, nil
}

// etag is the file's entity tag: by age, size and path, or by its content where a
// file has no age, as one from go:embed.
func (f *servedFile) etag() string {
	if !f.modified.IsZero() {
		return httpheader.FileETag(f.modified, f.size, f.path)
	}
	seeker, ok := f.File.(io.Seeker)
	if !ok {
		return httpheader.FileETag(f.modified, f.size, f.path)
	}
	content, err := io.ReadAll(f)
	if err == nil {
		_, err = seeker.Seek(0, io.SeekStart)
	}
	if err != nil {
		panic(err)
	}
	return httpheader.BodyETag(content)
}

// section is a part of the file.
func (f *servedFile) section(start, size int64) (*fileBody, error) {
	var err error
	if seeker, ok := f.File.(io.Seeker); ok {
		_, err = seeker.Seek(start, io.SeekStart)
	} else {
		_, err = io.CopyN(io.Discard, f, start)
	}
	return &fileBody{Reader: io.LimitReader(f, size), file: f, size: size}, err
}

// fileBody is the stream of a file, which knows its length and is closed in the end.
type fileBody struct {
	io.Reader
	file io.Closer
	size int64
}

// Len is the length of the body in bytes.
func (b *fileBody) Len() int { return int(b.size) }

// Close closes the file.
func (b *fileBody) Close() error { return b.file.Close() }
