package compare

import (
	"context"
	"crypto/hmac"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/cantil-go/cantil/cmd/cantil/internal/cookie"
	"github.com/cantil-go/cantil/cmd/cantil/internal/traffic"
	"github.com/cantil-go/cantil/internal/urls"
)

// Options are those of a comparison.
type Options struct {
	Target *url.URL
	// Unsafe sends requests with other methods than GET, HEAD and OPTIONS too.
	Unsafe bool
	Rules  []*Rule
	// Sessions names the session's cookie and has the new side's keys. With a key a
	// request is sent with the session that it was recorded with, signed anew;
	// without one the cookies of the new side are threaded through.
	Sessions cookie.Settings
	// BodyLimit is how many bytes of an answer are read, as in the recording.
	BodyLimit int64
	// Progress is told how many requests were done.
	Progress func(done int)
}

// Comparison is a recording that is being compared.
type Comparison struct {
	Options
	target       *url.URL
	sessions     cookie.Settings
	recordedHost string
	client       *http.Client
	result       *Result
	visitors     map[string]*visitor
	order        []string // of the visitors, the oldest first
}

// maxVisitors bounds how many visitors' cookies are kept.
const maxVisitors = 10_000

// ErrInterrupted is the error of a comparison whose context ended.
var ErrInterrupted = errors.New("interrupted")

// Run compares a whole recording. The error is of the recording, or ErrInterrupted,
// and comes with what was compared nevertheless: a line that cannot be read does
// not keep the others from it. A target that does not answer is a difference, and
// one that has never answered an error.
func Run(ctx context.Context, recording *traffic.Reader, o Options) (*Result, error) {
	c := &Comparison{
		Options: o, target: o.Target, sessions: o.Sessions, result: newResult(o.Target.Redacted(), o.Rules), visitors: map[string]*visitor{},
		client: &http.Client{
			Timeout:       time.Minute,
			Transport:     &http.Transport{DisableCompression: true},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	defer c.result.sort()
	var damaged error
	for done := 1; ; done++ {
		e, err := recording.Next()
		var line *traffic.LineError
		switch {
		case errors.Is(err, io.EOF):
			return c.result, damaged
		case errors.As(err, &line):
			if c.result.Damaged++; damaged == nil {
				damaged = err
			}
			continue
		case err == nil:
			err = c.exchange(ctx, e)
		}
		if err != nil {
			c.result.Ended = err.Error()
			return c.result, errors.Join(damaged, err)
		}
		if o.Progress != nil {
			o.Progress(done)
		}
	}
}

// csrfSalt is Flask-WTF's.
const csrfSalt = "wtf-csrf-token"

// safe are the methods that change nothing (RFC 9110, 9.2.1).
var safe = []string{"GET", "HEAD", "OPTIONS"}

// exchange sends a request again, and compares the answers.
func (c *Comparison) exchange(ctx context.Context, e *traffic.Exchange) error {
	route := routeOf(e.Request.Target)
	if reason := c.whyNot(e); reason != "" {
		c.result.skip(route, reason)
		return nil
	}
	v := c.visitor(e.Client)
	c.recordedHost = traffic.Get(e.Request.Headers, "Host")
	request, err := c.request(ctx, v, e)
	if err != nil {
		c.result.skip(route, "it cannot be sent again: its method, its path or a header is none that HTTP allows")
		return nil
	}
	answer, err := c.send(v, request)
	name := e.Request.Method + " " + traffic.MaskTarget(e.Request.Target)
	if err != nil {
		if ctx.Err() != nil {
			return ErrInterrupted
		}
		if c.result.Same+c.result.Different == 0 {
			return fmt.Errorf("%s does not answer: %w", c.target.Redacted(), urls.Reason(err))
		}
		c.result.add(route, name, []Difference{{Kind: KindFailed, Name: "answer", Was: fmt.Sprint(e.Response.Status), Now: urls.Reason(err).Error()}})
		return nil
	}
	differences := c.compareHeads(&e.Response, answer)
	if e.Request.Method != "HEAD" {
		differences = append(differences, compareBodies(&e.Response, answer)...)
	}
	v.note(e)
	c.result.add(route, name, differences)
	return nil
}

// whyNot says why a request is not sent, "" if it is.
func (c *Comparison) whyNot(e *traffic.Exchange) string {
	if !slices.Contains(safe, e.Request.Method) && !c.Unsafe {
		return "its method changes something: --unsafe sends it"
	}
	if e.Request.Body.Cut != nil {
		return "its body was not recorded whole"
	}
	switch mediatype, _, _ := mime.ParseMediaType(traffic.Get(e.Response.Headers, "Content-Type")); {
	case e.Response.Status == http.StatusSwitchingProtocols:
		return "it became another protocol, as a WebSocket does"
	case mediatype == "text/event-stream":
		return "its answer is a stream of events"
	}
	for _, field := range e.Masked {
		if !slices.Contains(csrfFields, field) {
			return c.masked(field)
		}
	}
	return ""
}

// maxReasons bounds how many fields are named.
const maxReasons = 50

// masked is the reason why a request is not sent that lacks a field.
func (c *Comparison) masked(field string) string {
	reason := fmt.Sprintf("a secret of it is masked (%s): record with --secrets sends it", field)
	if _, known := c.result.Skipped[reason]; known || len(c.result.Skipped) < maxReasons {
		return reason
	}
	return "a secret of it is masked: record with --secrets sends it"
}

// csrfFields are the fields and headers whose token is replaced by the new side's.
var csrfFields = []string{"csrf_token", "X-Csrftoken", "X-Csrf-Token"}

// perHop are the headers that belong to the connection, or that the request makes
// itself.
var perHop = []string{"Connection", "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade",
	"Content-Length", "Cookie", "Host"}

func (c *Comparison) request(ctx context.Context, v *visitor, e *traffic.Exchange) (*http.Request, error) {
	body, err := e.Request.Body.Bytes()
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(traffic.Get(e.Request.Headers, "Content-Type"), "application/x-www-form-urlencoded") {
		body = []byte(c.withToken(v, string(body)))
	}
	target := strings.TrimSuffix(c.target.String(), "/") + e.Request.Target
	request, err := http.NewRequestWithContext(ctx, e.Request.Method, target, strings.NewReader(string(body)))
	if err != nil {
		return nil, err
	}
	for _, h := range e.Request.Headers {
		switch {
		case slices.Contains(perHop, h[0]):
		case slices.Contains(csrfFields, h[0]):
			request.Header.Set(h[0], c.token(v, h[1]))
		default:
			request.Header.Add(h[0], h[1])
		}
	}
	request.Host = c.recordedHost // so that URLs with the host are the same
	request.Header.Set("Accept-Encoding", "identity")
	if line := c.cookies(v, e); line != "" {
		request.Header.Set("Cookie", line)
	}
	return request, nil
}

// cookies is the Cookie line of a request: those that the new side has set, and
// those that the browser had from elsewhere.
func (c *Comparison) cookies(v *visitor, e *traffic.Exchange) string {
	var pairs []string
	for _, h := range e.Request.Headers {
		if h[0] != "Cookie" {
			continue
		}
		for pair := range strings.SplitSeq(h[1], ";") {
			name, value, ok := strings.Cut(strings.TrimSpace(pair), "=")
			if !ok {
				continue
			}
			if own, sent := c.mapped(v, name, value); sent {
				pairs = append(pairs, name+"="+own)
			}
		}
	}
	for _, name := range v.names() {
		if !slices.ContainsFunc(pairs, func(pair string) bool { return strings.HasPrefix(pair, name+"=") }) && !v.recorded[name] {
			pairs = append(pairs, name+"="+v.cookies[name])
		}
	}
	return strings.Join(pairs, "; ")
}

// mapped is what the new side is sent for a recorded cookie.
func (c *Comparison) mapped(v *visitor, name, value string) (string, bool) {
	if own, ok := c.signedAnew(name, value); ok {
		return own, true
	}
	if own, ok := v.cookies[name]; ok {
		return own, true
	}
	if name == c.sessions.Name && len(c.sessions.Keys) == 0 {
		if info, err := cookie.Decode(readable(value), c.sessions); err == nil && info.Kind == cookie.Signed {
			c.result.Unsigned++
		}
	}
	return value, !v.recorded[name] && !traffic.IsMasked(value)
}

// signedAnew is a recorded session, or remember cookie, with a signature of the new
// side's key.
func (c *Comparison) signedAnew(name, value string) (string, bool) {
	if len(c.sessions.Keys) == 0 {
		return "", false
	}
	if id, tail, ok := strings.Cut(value, "|"); ok && (traffic.IsMasked(tail) || len(tail) == 128) {
		mac := hmac.New(sha512.New, []byte(c.sessions.Keys[0].Secret))
		mac.Write([]byte(id))
		return id + "|" + hex.EncodeToString(mac.Sum(nil)), true
	}
	if name != c.sessions.Name {
		return "", false
	}
	info, err := cookie.Decode(readable(value), c.sessions)
	if err != nil || info.Kind != cookie.Signed {
		return "", false
	}
	form, err := cookie.ParseForm(info.Codec, false)
	if err != nil {
		return "", false
	}
	own, err := cookie.Sign(string(info.Payload), form, c.sessions)
	return own, err == nil
}

// token is what the new side is sent for a recorded CSRF token: with a key the
// recorded one, which belongs to the recorded session, signed anew; without one
// that of the new side's last page.
func (c *Comparison) token(v *visitor, recorded string) string {
	if len(c.sessions.Keys) > 0 {
		form := cookie.TokenForm{Salt: csrfSalt, Derivation: "django-concat", Digest: "sha1"}
		if token, err := cookie.DecodeToken(readable(recorded), form); err == nil {
			if own, err := cookie.SignToken(string(token.Payload), form, c.sessions.Keys[0], time.Now()); err == nil {
				return own
			}
		}
	}
	if v.token == "" {
		return recorded
	}
	return v.token
}

// withToken is a form with the new side's CSRF token.
func (c *Comparison) withToken(v *visitor, form string) string {
	pairs := strings.Split(form, "&")
	for i, pair := range pairs {
		if recorded, ok := strings.CutPrefix(pair, "csrf_token="); ok {
			pairs[i] = "csrf_token=" + url.QueryEscape(c.token(v, recorded))
		}
	}
	return strings.Join(pairs, "&")
}

// send sends a request and reads the answer.
func (c *Comparison) send(v *visitor, request *http.Request) (*traffic.Response, error) {
	answer, err := c.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	now := &traffic.Response{Status: answer.StatusCode, Headers: traffic.HeadersOf(answer.Header)}
	if now.Body, err = traffic.ReadBody(answer.Body, c.BodyLimit); err != nil {
		return nil, err
	}
	v.keep(now)
	return now, nil
}
