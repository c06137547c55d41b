package httpsession

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/cantil-go/cantil/internal/cookies"
	"github.com/cantil-go/cantil/internal/httpheader"
	"github.com/cantil-go/cantil/session"
)

// New returns a middleware that gives each request its session, which
// [FromContext] returns. It panics where the configuration cannot work. A later
// change of cfg is not seen. A request that passes middleware of one cookie's name
// twice, of a router and of a group in it, has the outer one's session.
func New(iface session.Interface, cfg *Config) func(http.Handler) http.Handler {
	if iface == nil || cfg == nil {
		panic(errors.New("httpsession: New needs an interface and a configuration"))
	}
	m := newManager(iface, cfg)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			m.serve(w, r, next)
		})
	}
}

// serve runs a request. A panic goes on, after the session was saved: whatever
// answers it outside sends the cookie too. That of [FromContext] ends here.
func (m *manager) serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	outer, _ := r.Context().Value(contextKey{}).(*request)
	if outer.has(m.CookieName) {
		next.ServeHTTP(w, r)
		return
	}
	a := &answer{rw: w}
	a.request = &request{manager: m, outer: outer}
	a.request.http = r.WithContext(context.WithValue(r.Context(), contextKey{}, a.request))
	defer func() {
		v := recover()
		a.begin(http.StatusOK) // does nothing if the answer began
		failure, ours := v.(*openFailure)
		switch ours = ours && failure.request == a.request; {
		case ours && !a.failed: // half an answer, which must not look whole
			panic(http.ErrAbortHandler)
		case v != nil && !ours:
			panic(v)
		}
	}()
	next.ServeHTTP(a, a.request.http)
}

type contextKey struct{}

// FromContext returns the session of the request whose context ctx is, and opens
// it at the first call. The answer then says Vary: Cookie. If the session's store
// does not answer it panics: the middleware makes a 503 of that, whatever
// recovers it in between. Without the middleware it panics too.
//
// A session belongs to one goroutine.
func FromContext(ctx context.Context) *session.Session {
	r := fromContext(ctx)
	s, err := r.open()
	if err != nil {
		r.failure = err
		panic(&openFailure{r, err})
	}
	return s
}

// Open is [FromContext] for handlers that can do without the session: it returns
// the error instead, and what is answered is the handler's part.
func Open(ctx context.Context) (*session.Session, error) { return fromContext(ctx).open() }

func fromContext(ctx context.Context) *request {
	r, ok := ctx.Value(contextKey{}).(*request)
	if !ok {
		panic(errors.New("httpsession: no session in this context: the handler is not behind the middleware of New"))
	}
	return r
}

// openFailure is what FromContext panics with.
type openFailure struct {
	request *request
	err     error
}

func (f *openFailure) Error() string { return fmt.Sprint("httpsession: ", f.err) }
func (f *openFailure) Unwrap() error { return f.err }

// request is the session's part in a request.
type request struct {
	*manager
	http    *http.Request
	outer   *request         // of a middleware around this one, with another cookie; may be nil
	session *session.Session // nil before it is asked for
	openErr error            // why it cannot be opened: not tried again
	failure error            // ends the request, instead of the handler's answer

	saved bool // the answer began
}

// has reports whether r or one around it keeps the session of a cookie: a second
// one would save what the first has loaded over it.
func (r *request) has(cookieName string) bool {
	for ; r != nil; r = r.outer {
		if r.CookieName == cookieName {
			return true
		}
	}
	return false
}

// open opens the session and marks it accessed.
func (r *request) open() (*session.Session, error) {
	if r.session == nil && r.openErr == nil {
		value, _ := r.cookie()
		r.openErr = r.load(r.context(), value)
		r.breaker.Heard(r.openErr, r.Now)
		r.tellOfLateChanges()
		if r.openErr != nil {
			r.log("a session cannot be opened", r.openErr)
		}
	}
	if r.openErr != nil {
		return nil, r.openErr
	}
	r.session.SetAccessed(true)
	return r.session, nil
}

// context is the request's, but one that a client who goes away does not end.
func (r *request) context() context.Context { return context.WithoutCancel(r.http.Context()) }

func (r *request) load(ctx context.Context, cookie []byte) error {
	s, err := r.iface.Open(ctx, &r.manager.session, cookie, r.Now())
	if err != nil {
		return err
	}
	if s == nil {
		s = session.NewNull()
	}
	r.session = s
	return nil
}

// cookie is the value of the first cookie of the session's name.
func (r *request) cookie() ([]byte, bool) {
	lines := r.http.Header["Cookie"]
	if len(lines) == 0 {
		return nil, false
	}
	return cookies.Find([]byte(strings.Join(lines, ";")), r.CookieName)
}

// save ends the session's part in the request: Vary, the store, the cookie. The
// error is one that has to be answered.
func (r *request) save(h http.Header) error {
	r.saved = true
	defer r.tellOfLateChanges()
	if r.failure != nil {
		return r.failure
	}
	if r.session == nil {
		if r.openErr == nil {
			r.refresh(h)
		}
		return nil
	}
	if r.session.Null() {
		return nil
	}
	if r.session.Accessed() {
		addVary(h)
	}
	if err := r.store(r.context(), h); err != nil {
		r.log("a session cannot be saved", err)
		return err
	}
	return nil
}

// store saves the session and sets the cookie.
func (r *request) store(ctx context.Context, h http.Header) error {
	line, action, err := r.iface.Save(ctx, &r.manager.session, r.session, []byte(r.line.Head), r.Now())
	if err != nil || action == session.KeepCookie {
		return err
	}
	if action == session.DeleteCookie {
		line = []byte(r.line.Remove)
	} else {
		line = r.line.Append(line, r.manager.session.ExpirationTime(r.session, r.Now()))
		if err := r.checkSize(line); err != nil {
			return err
		}
	}
	h.Add("Set-Cookie", string(line))
	addVary(h)
	return nil
}

// checkSize logs that browsers drop the cookie, or says so where that is wanted.
func (r *request) checkSize(line []byte) error {
	switch {
	case len(line) <= cookies.MaxSize:
	case r.CookieMustFit && r.session.Modified():
		return fmt.Errorf("%w: %d bytes with its attributes, %d at most", session.ErrCookieTooLarge, len(line), cookies.MaxSize)
	default:
		r.Logger.Warn("httpsession: session cookie is too large: browsers may ignore it",
			slog.Int("bytes", len(line)), slog.Int("limit", cookies.MaxSize), slog.String("path", r.http.URL.Path))
	}
	return nil
}

// tellOfLateChanges has the log say that a change of the session is lost.
func (r *request) tellOfLateChanges() {
	if r.saved && r.session != nil {
		r.session.SetSaved(r.Logger)
	}
}

func (r *request) log(what string, err error) {
	r.Logger.Error("httpsession: "+what, slog.String("path", r.http.URL.Path), slog.Any("error", err))
}

// addVary adds Cookie to Vary, whose other names and lines stay.
func addVary(h http.Header) {
	lines := h["Vary"]
	for _, line := range lines {
		if httpheader.ListHas(line, "Cookie") {
			return
		}
	}
	if len(lines) == 0 {
		h.Set("Vary", "Cookie")
		return
	}
	first := httpheader.JoinList(append(httpheader.SplitList(lines[0]), "Cookie"))
	h["Vary"] = append([]string{first}, lines[1:]...) // the old slice may be shared
}
