package cantil

import "github.com/cantil-go/cantil/internal/httpheader"

// Accept is what a client would like to get, best first, request.accept_mimetypes.
type Accept struct {
	list httpheader.Accept
}

// AcceptMimetypes is the Accept header, request.accept_mimetypes.
func (c *Context) AcceptMimetypes() Accept { return Accept{httpheader.ParseAccept(c.Header("Accept"))} }

// BestMatch returns the one of mimetypes that the client likes best, "" if it
// takes none of them or does not say what it takes: best_match(mimetypes).
func (a Accept) BestMatch(mimetypes ...string) string { return a.list.BestMatch(mimetypes...) }

// Quality returns how much the client likes a media type, from 0, not at all, to
// 1: quality(mimetype).
func (a Accept) Quality(mimetype string) float64 { return a.list.Quality(mimetype) }

// Values lists the client's media ranges, the most specific and best first: values().
func (a Accept) Values() []string { return a.list.Values() }
