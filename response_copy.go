package cantil

import (
	"errors"
	"net/http"
	"sync/atomic"
)

// belonging is what in a Response cannot be given to a second visitor.
type belonging struct {
	renderer *Context // whose memory holds a borrowed body,
	request  uint64   // for the time of this request of it

	taken   *atomic.Bool // the stream of all copies has been sent, or is being sent
	claimed bool         // by this copy
}

// copyFrom makes r a copy of v that shares no headers with it.
func (r *Response) copyFrom(v *Response) *Response {
	r.header.copyFrom(&v.header)
	header, now := r.header, r.now
	*r = *v
	r.header, r.now, r.claimed = header, now, false
	return r
}

// page is the Response into which a view's value goes: the Context's own, used
// again and again, unless a function sees it that might keep it.
func (c *Context) page() *Response {
	if len(c.after) > 0 || len(c.hooks.after) > 0 {
		return &Response{now: c.app.Now}
	}
	return &c.response
}

var (
	errKeptStream = errors.New("cantil: a Response with a stream was returned a second time: make one for each request")
	errKeptPage   = errors.New("cantil: a rendered Response was returned in another request: render it again, or keep its Data")
)

// claim makes sure that the body may go to this visitor. One that may not is
// taken off.
func (c *Context) claim(r *Response) error {
	var err error
	switch {
	case r.borrowed && (r.renderer != c || r.request != c.serial):
		err = errKeptPage
	case r.stream != nil && r.taken != nil && !r.claimed:
		if r.taken.Swap(true) {
			err = errKeptStream
		}
		r.claimed = true
	}
	if err != nil {
		r.resetText(http.StatusInternalServerError, "")
	}
	return err
}
