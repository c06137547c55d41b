package httpsession

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
)

// answer is the ResponseWriter of a handler: it saves the session before the
// first byte of the final answer.
type answer struct {
	rw      http.ResponseWriter
	request *request
	began   bool
	failed  bool // answered by Config.Error; what the handler writes is dropped
}

// errDropped is what writes return once the session's failure was answered, so
// that a stream ends.
var errDropped = errors.New("httpsession: the session failed, and that was answered")

// begin saves the session at the first call that sends something final.
func (a *answer) begin(status int) error {
	if !a.began && (status >= 200 || status == http.StatusSwitchingProtocols) {
		a.began = true
		if err := a.request.save(a.rw.Header()); err != nil {
			a.fail(err)
		}
	}
	if a.failed {
		return errDropped
	}
	return nil
}

// fail answers a failure in place of what the handler was about to send.
func (a *answer) fail(err error) {
	a.failed = true
	h := a.rw.Header()
	for _, name := range entityHeaders {
		h.Del(name)
	}
	addVary(h)
	a.request.Error(a.rw, a.request.http, err)
}

// entityHeaders are those that speak of the answer that is not sent.
var entityHeaders = []string{"Content-Type", "Content-Length", "Content-Encoding", "Content-Range", "Content-Language",
	"Content-Disposition", "Content-Location", "Etag", "Last-Modified", "Location", "Cache-Control", "Expires", "Trailer"}

func (a *answer) Header() http.Header { return a.rw.Header() }

// WriteHeader sends a final status with the cookie, an informational one (1xx)
// without.
func (a *answer) WriteHeader(status int) {
	if a.begin(status) == nil {
		a.rw.WriteHeader(status)
	}
}

func (a *answer) Write(p []byte) (int, error) {
	if err := a.begin(http.StatusOK); err != nil {
		return 0, err
	}
	return a.rw.Write(p)
}

// WriteString writes a string without a copy where the server can.
func (a *answer) WriteString(s string) (int, error) {
	if err := a.begin(http.StatusOK); err != nil {
		return 0, err
	}
	return io.WriteString(a.rw, s)
}

// ReadFrom lets the server use sendfile.
func (a *answer) ReadFrom(src io.Reader) (int64, error) {
	if err := a.begin(http.StatusOK); err != nil {
		return 0, err
	}
	return io.Copy(a.rw, src)
}

// Flush is FlushError for those who ask for an http.Flusher.
func (a *answer) Flush() { a.FlushError() }

// FlushError sends what was written so far; http.ResponseController calls it.
func (a *answer) FlushError() error {
	if err := a.begin(http.StatusOK); err != nil {
		return err
	}
	return http.NewResponseController(a.rw).Flush()
}

// Hijack takes the connection over. The session is saved; its cookie is in
// Header, to be sent by whoever writes the answer. Where no connection can be
// taken over, as of HTTP/2, nothing has begun.
func (a *answer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	if !canHijack(a.rw) {
		return nil, nil, fmt.Errorf("httpsession: %w", http.ErrNotSupported)
	}
	if err := a.begin(http.StatusSwitchingProtocols); err != nil {
		return nil, nil, err
	}
	return http.NewResponseController(a.rw).Hijack()
}

// canHijack looks where http.ResponseController does.
func canHijack(w http.ResponseWriter) bool {
	for {
		if _, ok := w.(http.Hijacker); ok {
			return true
		}
		inner, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return false
		}
		w = inner.Unwrap()
	}
}

// CloseNotify is what Gin's Context.Stream asks of every writer.
func (a *answer) CloseNotify() <-chan bool {
	if n, ok := a.rw.(interface{ CloseNotify() <-chan bool }); ok {
		return n.CloseNotify()
	}
	gone := make(chan bool, 1)
	ended := a.request.http.Context().Done()
	go func() {
		<-ended
		gone <- true
	}()
	return gone
}

// Unwrap gives http.ResponseController the server's own writer, for deadlines.
func (a *answer) Unwrap() http.ResponseWriter { return a.rw }
