package traffic

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"time"
)

// ClientCookie is the cookie by which the proxy knows a browser again. The site
// never sees it.
const ClientCookie = "cantil_record"

// Recorder is a proxy that writes down what passes.
type Recorder struct {
	// Target is the site's address.
	Target *url.URL
	// Secrets writes down passwords and signatures too.
	Secrets bool
	// BodyLimit is how many bytes of a body are kept; of a larger one its length
	// and hash.
	BodyLimit int64
	// Failed is told what went wrong with the site, or with the writing.
	Failed func(error)

	mu      sync.Mutex
	out     *json.Encoder
	count   int
	clients map[string]string
}

// NewRecorder writes a line to out for each exchange.
func NewRecorder(target *url.URL, out io.Writer) *Recorder {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	return &Recorder{Target: target, BodyLimit: 1 << 20, Failed: func(error) {}, out: enc, clients: map[string]string{}}
}

// Count is how many exchanges were written down.
func (r *Recorder) Count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.count
}

// conditional are the headers that would leave an answer without its body, or
// compressed: they are not passed on.
var conditional = []string{"If-None-Match", "If-Modified-Since", "Accept-Encoding"}

// recording is a request on its way through the proxy.
type recording struct {
	recorder *Recorder
	exchange Exchange
	began    time.Time
	request  *tap
	newID    string // of a browser that is seen for the first time
}

// ServeHTTP passes a request on.
func (r *Recorder) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	rec := &recording{recorder: r, began: time.Now()}
	rec.exchange = Exchange{Version: Version, At: rec.began.UTC().Truncate(time.Millisecond)}
	rec.takeClient(request)
	for _, name := range conditional {
		request.Header.Del(name)
	}
	rec.exchange.Request = Request{Method: request.Method, Target: request.URL.RequestURI(),
		Headers: append([]Header{{"Host", request.Host}}, HeadersOf(request.Header)...)}
	rec.request = newTap(request.Body, r.BodyLimit)
	request.Body = rec.request
	proxy := httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) {
			p.SetURL(r.Target)
			p.Out.Host = p.In.Host
			p.Out.Header["X-Forwarded-For"] = p.In.Header["X-Forwarded-For"]
			p.Out.Header.Set("Accept-Encoding", "identity") // without it the transport would ask for gzip
		},
		ModifyResponse: rec.answered,
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			r.Failed(fmt.Errorf("%s %s: %w", request.Method, request.URL.Path, err))
			w.WriteHeader(http.StatusBadGateway)
		},
		FlushInterval: -1,
	}
	proxy.ServeHTTP(w, request)
}

// takeClient finds out which browser asks.
func (rec *recording) takeClient(request *http.Request) {
	r := rec.recorder
	id := ""
	if cookie, err := request.Cookie(ClientCookie); err == nil {
		id = cookie.Value
	}
	dropCookie(request.Header, ClientCookie)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.clients[id] == "" {
		id = rand.Text()
		rec.newID = id
		r.clients[id] = fmt.Sprintf("c%d", len(r.clients)+1)
	}
	rec.exchange.Client = r.clients[id]
}

// dropCookie takes a cookie out of the request's Cookie lines, and leaves the
// others as they are written.
func dropCookie(h http.Header, name string) {
	var lines []string
	for _, line := range h["Cookie"] {
		var kept []string
		for pair := range strings.SplitSeq(line, ";") {
			if key, _, _ := strings.Cut(strings.TrimSpace(pair), "="); key != name {
				kept = append(kept, strings.TrimSpace(pair))
			}
		}
		if len(kept) > 0 {
			lines = append(lines, strings.Join(kept, "; "))
		}
	}
	if h.Del("Cookie"); len(lines) > 0 {
		h["Cookie"] = lines
	}
}

// answered notes the head of the answer; its body is noted as it passes.
func (rec *recording) answered(answer *http.Response) error {
	rec.exchange.Response = Response{Status: answer.StatusCode, Headers: HeadersOf(answer.Header)}
	if rec.newID != "" {
		answer.Header.Add("Set-Cookie", ClientCookie+"="+rec.newID+"; Path=/; HttpOnly; SameSite=Lax")
	}
	if answer.StatusCode == http.StatusSwitchingProtocols { // what follows is no answer
		rec.write(Body{})
		return nil
	}
	body := newTap(answer.Body, rec.recorder.BodyLimit)
	body.closed = func() { rec.write(body.kept()) }
	answer.Body = body
	return nil
}

// write writes the line.
func (rec *recording) write(body Body) {
	e := &rec.exchange
	e.Response.Body, e.Request.Body = body, rec.request.kept()
	e.Millis = float64(time.Since(rec.began).Microseconds()) / 1000
	r := rec.recorder
	if !r.Secrets {
		e.mask()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.out.Encode(e); err != nil {
		r.Failed(fmt.Errorf("the recording cannot be written: %w", err))
		return
	}
	r.count++
}

// tap keeps what is read through it, up to a limit.
type tap struct {
	body   io.ReadCloser
	limit  int64
	closed func()

	mu   sync.Mutex
	text bytes.Buffer
	size int64
	hash hash.Hash
	once sync.Once
}

func newTap(body io.ReadCloser, limit int64) *tap {
	return &tap{body: body, limit: limit, hash: sha256.New(), closed: func() {}}
}

func (t *tap) Read(p []byte) (int, error) {
	n, err := t.body.Read(p)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.size += int64(n)
	t.hash.Write(p[:n])
	if room := t.limit - int64(t.text.Len()); room > 0 {
		t.text.Write(p[:min(int64(n), room)])
	}
	return n, err
}

func (t *tap) Close() error {
	err := t.body.Close()
	t.once.Do(t.closed)
	return err
}

func (t *tap) kept() Body {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.size > t.limit {
		return Body{Cut: &Cut{t.size, hex.EncodeToString(t.hash.Sum(nil))}}
	}
	return NewBody(t.text.Bytes())
}
