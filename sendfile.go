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
	// AsAttachment makes the browser save the file instead of showing it,
	// as_attachment.
	AsAttachment bool
	// DownloadName is the name it is saved under, the file's own unless given.
	DownloadName string
	// MaxAge is how long the browser may use the file without asking again,
	// App.SendFileMaxAge unless given; a negative one makes it ask each time.
	MaxAge time.Duration
	// Unconditional sends the whole file whatever the browser has,
	// conditional=False.
	Unconditional bool
	// NoETag sends no entity tag, etag=False.
	NoETag bool
	// ETag is the entity tag, without quotes, etag="…": made of the file unless
	// given.
	ETag string
	// LastModified is how old the content is, last_modified=: the file's own age
	// unless given.
	LastModified time.Time
}

// SendFile answers with a file, send_file(path). A path that is not absolute is
// below the root path. The answer is streamed; it says how old the file is and
// honours If-None-Match, If-Modified-Since and Range. Never pass what a client
// sent: that is what [Context.SendFromDirectory] is for. A file that cannot be
// opened panics.
func (c *Context) SendFile(name string, options ...SendFileOptions) *Response {
	name = c.app.folder(name)
	f, err := sendfile.Open(os.DirFS(filepath.Dir(name)), filepath.Base(name))
	if err != nil {
		panic(err)
	}
	f.Path = name
	return c.sendFile(f, options)
}

// SendReader answers with what content gives, send_file(content, …): it is
// streamed, and closed in the end if it is an io.Closer. Options must name a
// Mimetype or a DownloadName, or it panics. With an io.ReadSeeker the answer has a
// length and honours Range, from where content stands on. An entity tag it has
// only if the options name one.
func (c *Context) SendReader(content io.Reader, options SendFileOptions) *Response {
	if options.Mimetype == "" && options.DownloadName == "" {
		panic(errors.New("cantil: SendReader: a Mimetype or a DownloadName is needed: there is no name to guess the type by"))
	}
	if options.AsAttachment && options.DownloadName == "" {
		panic(errors.New("cantil: SendReader: an attachment needs a DownloadName"))
	}
	f, err := sendfile.OfReader(content)
	if err != nil {
		panic(fmt.Errorf("cantil: SendReader: %w", err))
	}
	if options.ETag == "" {
		options.NoETag = true
	}
	f.Path = options.DownloadName
	return c.sendFile(f, []SendFileOptions{options})
}

// SendFromDirectory answers with a file of a folder, send_from_directory(folder,
// path). The path may come from the client: one that leaves the folder, by ".."
// or by a symbolic link, or that leads to no file, is a 404. A link inside the
// folder may point to another place in it, by a relative path; Flask follows any.
// A file that the system cannot open is a 500.
func (c *Context) SendFromDirectory(folder, name string, options ...SendFileOptions) *Response {
	folder = c.app.folder(folder)
	return c.sendFrom(sendfile.Folder(folder), folder, name, options)
}

// sendFrom answers with a file of fsys; folder is what to call its root.
func (c *Context) sendFrom(fsys fs.FS, folder, name string, options []SendFileOptions) *Response {
	return c.sendFile(openFrom(fsys, folder, name), options)
}

// openFrom opens a file of fsys, or panics with the answer.
func openFrom(fsys fs.FS, folder, name string) *sendfile.File {
	joined, ok := sendfile.SafeJoin(folder, name)
	clean := path.Clean(name)
	if !ok || !fs.ValidPath(clean) {
		panic(&HTTPError{Code: http.StatusNotFound})
	}
	f, err := sendfile.Open(fsys, clean)
	switch {
	case err == nil:
	case sendfile.IsMissing(err):
		panic(&HTTPError{Code: http.StatusNotFound, Err: err})
	default: // of the system: too many files, no permission, a failing disk
		panic(fmt.Errorf("cantil: open a file to send: %w", err))
	}
	f.Path = joined
	return f
}

// sendFile makes the response, whole or what the request's conditions leave of
// it. With App.UseXSendfile the server in front sends a file of the disk.
func (c *Context) sendFile(f *sendfile.File, options []SendFileOptions) *Response {
	r := c.fileResponse(f, options)
	if c.app.UseXSendfile && f.OnDisk && r.status != http.StatusNotModified {
		full, err := filepath.Abs(f.Path)
		closeStream(r.stream)
		if err != nil {
			panic(err)
		}
		r.setText("")
		r.header.Set("X-Sendfile", full)
	}
	return r
}

func (c *Context) fileResponse(f *sendfile.File, options []SendFileOptions) *Response {
	var o SendFileOptions
	if len(options) > 0 {
		o = options[0]
	}
	r := c.MakeResponse("")
	if !o.LastModified.IsZero() {
		f.Modified = o.LastModified
	}
	c.describeFile(r, f, &o)
	r.setStream(f.Whole())
	if o.Unconditional {
		return r
	}
	conditions := readConditions(&c.ctx.Request.Header)
	method := c.Method()
	if method != http.MethodGet && method != http.MethodHead {
		return r
	}
	if f.Size >= 0 {
		r.header.Set("Accept-Ranges", "bytes")
	}
	if err := r.apply(conditions.Judge(r.header.Get("ETag"), f.Modified, f.Size), f); err != nil {
		f.Close()
		panic(err)
	}
	return r
}

// describeFile sets the headers that describe the file.
func (c *Context) describeFile(r *Response, f *sendfile.File, o *SendFileOptions) {
	name := o.DownloadName
	if name == "" {
		name = filepath.Base(f.Path)
	}
	mimetype, encoding := sendfile.Type(name)
	if o.Mimetype != "" {
		mimetype, encoding = sendfile.WithCharset(o.Mimetype), ""
	}
	r.header.Set("Content-Type", mimetype)
	if encoding != "" && !o.AsAttachment {
		r.header.Set("Content-Encoding", encoding)
	}
	if f.Path != "" || o.DownloadName != "" {
		r.header.Set("Content-Disposition", sendfile.Disposition(name, o.AsAttachment))
	}
	if !f.Modified.IsZero() {
		r.header.Set("Last-Modified", httpheader.FormatDate(f.Modified))
	}
	c.cacheFile(r, o.MaxAge)
	if o.ETag != "" {
		r.SetETag(o.ETag)
	} else if !o.NoETag {
		etag, err := f.ETag()
		if err != nil {
			panic(err)
		}
		r.header.Set("ETag", etag)
	}
}

// cacheFile sets how long browsers may use the file without asking again.
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

// apply makes r the answer of the verdict on the request's conditions: the file,
// a part of it, or none.
func (r *Response) apply(v httpheader.Verdict, f *sendfile.File) error {
	switch v.Status {
	case http.StatusPartialContent:
		body, err := f.Section(v.Start, v.Size)
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
