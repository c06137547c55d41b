package runner

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"sync"
	"time"
)

// front is the port, and what answers there.
//
// Where the program can be handed the listener the command accepts connections
// only while it has a page to show. Otherwise they wait in the system's queue
// until the program takes them.
//
// As a proxy it accepts all of them, and requests wait in it.
type front struct {
	ln    *net.TCPListener
	file  *os.File // of ln, for the program; nil for a proxy
	proxy bool

	server *http.Server  // nil: this process accepts nothing
	closed chan struct{} // when server has left the listener alone

	mu      sync.Mutex
	ready   chan struct{} // closed while there is something to answer with
	page    http.Handler  // nil: the program answers
	target  http.Handler  // the program, for a proxy
	pending int           // requests that are being answered
	idle    chan struct{} // closed once pending is 0; nil: nothing waits for that
}

func newFront(ln *net.TCPListener, proxy bool) (*front, error) {
	f := &front{ln: ln, proxy: proxy, ready: make(chan struct{})}
	if proxy {
		f.accept()
		return f, nil
	}
	var err error
	f.file, err = ln.File()
	return f, err
}

// accept starts to answer in this process.
func (f *front) accept() {
	if f.server != nil {
		return
	}
	unblock(f.ln)
	_ = f.ln.SetDeadline(time.Time{})
	f.server = &http.Server{Handler: http.HandlerFunc(f.answer), ReadHeaderTimeout: 30 * time.Second}
	f.closed = make(chan struct{})
	go func(server *http.Server, closed chan struct{}) {
		defer close(closed)
		_ = server.Serve(lent{f.ln})
	}(f.server, f.closed)
}

// leave stops accepting. What was accepted is still answered.
func (f *front) leave() {
	if f.server == nil {
		return
	}
	server := f.server
	f.server = nil
	ctx, cancel := context.WithTimeout(context.Background(), stopGrace)
	go func() {
		defer cancel()
		if server.Shutdown(ctx) != nil {
			server.Close()
		}
	}()
	<-f.closed
}

// lent is a listener whose Close only ends the waiting Accept.
type lent struct{ *net.TCPListener }

func (l lent) Close() error { return l.SetDeadline(time.Unix(1, 0)) }

// show answers every request with page.
func (f *front) show(page http.Handler) {
	f.set(page, nil)
	f.accept()
}

// hold has requests wait for the program that is about to start.
func (f *front) hold() {
	f.mu.Lock()
	f.block()
	f.mu.Unlock()
	if !f.proxy {
		// What was accepted for a page goes to the program by its address.
		f.set(nil, proxyTo(f.ln.Addr().String()))
		f.leave()
	}
}

// serve lets the program answer, at addr or by the listener.
func (f *front) serve(addr string) {
	if f.proxy {
		f.set(nil, proxyTo(addr))
	}
}

// drain has new requests wait. The channel is closed when those that the program
// has are answered.
func (f *front) drain() <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	idle := make(chan struct{})
	if !f.proxy { // the program itself knows what it has
		close(idle)
		return idle
	}
	f.block()
	if f.idle = idle; f.pending == 0 {
		f.wake()
	}
	return idle
}

// wake tells who waits for it that no request is being answered. f.mu is held.
func (f *front) wake() {
	if f.idle != nil {
		close(f.idle)
		f.idle = nil
	}
}

// done notes that a request is answered.
func (f *front) done() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.pending--; f.pending == 0 {
		f.wake()
	}
}

// block makes ready wait. f.mu is held.
func (f *front) block() {
	select {
	case <-f.ready:
		f.ready = make(chan struct{})
	default:
	}
}

func (f *front) set(page, target http.Handler) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.page, f.target = page, target
	select {
	case <-f.ready:
	default:
		close(f.ready)
	}
}

// answer waits until there is something to answer with.
func (f *front) answer(w http.ResponseWriter, r *http.Request) {
	for {
		f.mu.Lock()
		ready, page, target := f.ready, f.page, f.target
		select {
		case <-ready:
			f.pending++
			f.mu.Unlock()
			defer f.done()
			if page != nil {
				page.ServeHTTP(w, r)
				return
			}
			target.ServeHTTP(w, r)
			return
		default:
			f.mu.Unlock()
		}
		select {
		case <-ready:
		case <-r.Context().Done():
			return
		}
	}
}

// dialLimit is how long a program may take until it listens.
const dialLimit = 10 * time.Second

// proxyTo hands requests on. The program may not listen yet.
func proxyTo(addr string) http.Handler {
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: addr})
			r.Out.URL.RawQuery = r.In.URL.RawQuery // as it was written, not cleaned
			r.Out.Host = r.In.Host
			if !r.In.ProtoAtLeast(1, 1) { // RFC 9110, 7.6.3: the program would not see it otherwise
				r.Out.Header.Add("Via", "1.0 cantil")
			}
			r.Out.Header["X-Forwarded-For"] = r.In.Header["X-Forwarded-For"]
			r.SetXForwarded()
		},
		Transport:     &http.Transport{DialContext: patientDial, DisableCompression: true},
		FlushInterval: -1,
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			problem{title: "The program does not answer", text: err.Error()}.page().ServeHTTP(w, r)
		},
	}
	return proxy
}

// patientDial tries again while nothing listens.
func patientDial(ctx context.Context, network, addr string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialLimit)
	defer cancel()
	for wait := 5 * time.Millisecond; ; wait = min(2*wait, 200*time.Millisecond) {
		var d net.Dialer
		conn, err := d.DialContext(ctx, network, addr)
		if err == nil {
			return conn, nil
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, errors.Join(err, ctx.Err())
		}
	}
}

func (f *front) close() {
	f.mu.Lock()
	f.block()
	f.mu.Unlock()
	if f.server != nil {
		f.server.Close()
	}
	if f.file != nil {
		f.file.Close()
	}
}
