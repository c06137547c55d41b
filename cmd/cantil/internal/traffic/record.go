package traffic

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"regexp"
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
	// BodyLimit is how many bytes of a body are kept, [MaxBodyLimit] at most; of a
	// larger one its length and hash.
	BodyLimit int64
	// Failed is told what went wrong with the site, or with the writing.
	Failed func(error)

	passing sync.WaitGroup

	mu    sync.Mutex
	out   io.Writer
	torn  bool // the last line was not written whole
	count Count
}

// Count is what became of the requests.
type Count struct {
	Written int   // lines
	Early   int   // answers that ended before they were whole: no line was written
	Lost    int   // lines that could not be written
	Err     error // why the first of them could not
}

// NewRecorder writes a line to out for each exchange.
func NewRecorder(target *url.URL, out io.Writer) *Recorder {
	return &Recorder{Target: target, BodyLimit: 1 << 20, Failed: func(error) {}, out: out}
}

// Wait waits until no request is passing, or for limit.
func (r *Recorder) Wait(limit time.Duration) {
	done := make(chan struct{})
	go func() { r.passing.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(limit):
	}
}

// Count is what became of the requests so far.
func (r *Recorder) Count() Count {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.count
}

// conditional are the headers that would leave an answer without its body, or
// compressed: they are not passed on.
var conditional = []string{"If-None-Match", "If-Modified-Since", "Accept-Encoding"}

// ofProxies are the headers that a proxy in front has set. ReverseProxy takes them
// away, and a site behind several proxies needs them.
var ofProxies = []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"}

// recording is a request on its way through the proxy.
type recording struct {
	recorder *Recorder
	exchange Exchange
	began    time.Time
	request  *tap
	noBody   bool // of the request
	isNew    bool // the browser is seen for the first time
}

// ServeHTTP passes a request on.
func (r *Recorder) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	r.passing.Add(1)
	defer r.passing.Done()
	if !strings.HasPrefix(request.URL.RequestURI(), "/") || request.Method == http.MethodConnect {
		http.Error(w, "cantil record passes on requests for paths alone", http.StatusBadRequest)
		return
	}
	rec := &recording{recorder: r, began: time.Now(), noBody: request.ContentLength == 0}
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
			p.Out.URL.RawQuery = p.In.URL.RawQuery // as it was written, not cleaned
			for _, name := range ofProxies {
				if values, sent := p.In.Header[name]; sent {
					p.Out.Header[name] = values
				}
			}
			p.Out.Header.Set("Accept-Encoding", "identity") // without it the transport would ask for gzip
		},
		ModifyResponse: rec.answered,
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			r.Failed(fmt.Errorf("%s %s: %w", request.Method, request.URL.Path, err))
			w.WriteHeader(http.StatusBadGateway)
		},
		FlushInterval: -1,
		ErrorLog:      log.New(io.Discard, "", 0), // of answers that ended early, which are counted
	}
	proxy.ServeHTTP(w, request)
}

// clientID is a name that the proxy has given to a browser, in this recording or
// in another one.
var clientID = regexp.MustCompile(`^[A-Z2-7]{26}$`)

// takeClient finds out which browser asks.
func (rec *recording) takeClient(request *http.Request) {
	if cookie, err := request.Cookie(ClientCookie); err == nil && clientID.MatchString(cookie.Value) {
		rec.exchange.Client = cookie.Value
	} else {
		rec.exchange.Client, rec.isNew = rand.Text(), true
	}
	dropCookie(request.Header, ClientCookie)
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
	if rec.isNew {
		answer.Header.Add("Set-Cookie", ClientCookie+"="+rec.exchange.Client+"; Path=/; HttpOnly; SameSite=Lax")
	}
	if answer.StatusCode == http.StatusSwitchingProtocols { // what follows is no answer
		rec.write(Body{})
		return nil
	}
	body := newTap(answer.Body, rec.recorder.BodyLimit)
	body.closed = func() {
		if body.whole() {
			rec.write(body.kept())
		} else {
			rec.recorder.endedEarly()
		}
	}
	answer.Body = body
	return nil
}

func (r *Recorder) endedEarly() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count.Early++
}

// write writes the line.
func (rec *recording) write(body Body) {
	e := &rec.exchange
	e.Response.Body = body
	if e.Request.Body = rec.request.kept(); !rec.noBody && !rec.request.whole() {
		// The site answered without reading it to the end: it cannot be sent again.
		e.Request.Body = Body{Cut: &Cut{Size: rec.request.read()}}
	}
	e.Millis = float64(time.Since(rec.began).Microseconds()) / 1000
	if !rec.recorder.Secrets {
		e.mask()
	}
	rec.recorder.writeLine(e)
}

func (r *Recorder) writeLine(e *Exchange) {
	var line bytes.Buffer
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false)
	err := enc.Encode(e)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil {
		err = r.writeOut(line.Bytes())
	}
	if err == nil {
		r.count.Written++
		return
	}
	if r.count.Lost++; r.count.Lost == 1 {
		r.count.Err = err
		r.Failed(fmt.Errorf("the recording cannot be written: %w", err))
	}
}

// writeOut begins a line of its own after one that was torn, by a disk that was
// full for a while.
func (r *Recorder) writeOut(line []byte) error {
	if r.torn {
		if _, err := r.out.Write([]byte("\n")); err != nil {
			return err
		}
		r.torn = false
	}
	n, err := r.out.Write(line)
	r.torn = n > 0 && n < len(line)
	return err
}

// tap keeps what is read through it, up to a limit.
type tap struct {
	body   io.ReadCloser
	limit  int64
	closed func()

	mu    sync.Mutex
	text  bytes.Buffer
	size  int64
	hash  hash.Hash
	ended bool // by io.EOF
	once  sync.Once
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
	t.ended = t.ended || errors.Is(err, io.EOF)
	return n, err
}

func (t *tap) Close() error {
	err := t.body.Close()
	t.once.Do(t.closed)
	return err
}

// whole reports whether the body was read to its end.
func (t *tap) whole() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.ended
}

// read is how many bytes were.
func (t *tap) read() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.size
}

func (t *tap) kept() Body {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.size > t.limit {
		return Body{Cut: &Cut{t.size, hex.EncodeToString(t.hash.Sum(nil))}}
	}
	return NewBody(t.text.Bytes())
}
