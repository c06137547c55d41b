package wire

import (
	"errors"
	"io"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Config is what a Listener keeps to. A limit of 0 is no limit.
type Config struct {
	ReadTimeout  time.Duration // for a request, from its first byte or the connection's beginning
	WriteTimeout time.Duration // for the client to take a piece of the answer
	IdleTimeout  time.Duration // for the next request

	MaxHead  int // bytes of request line and headers; at most fasthttp's ReadBufferSize. 16 KiB unless set
	MaxConns int // connections at once; more wait until one ends

	// Refuse returns the whole answer to bytes that are no request, with a status
	// code from 400 on. What it returns is written as it is; the connection closes.
	Refuse func(code int) []byte

	// Log is called with what an operator should know, at most once a second for
	// each kind, and in Debug with what clients did wrong.
	Log func(level slog.Level, msg string, args ...any)
}

const defaultMaxHead = 16 << 10

// A Listener hands out connections that keep the promises of this package. Serve
// it by a fasthttp.Server whose own time limits are 0, and run Watch beside it.
type Listener struct {
	net.Listener
	config  Config
	allowed [waits]uint64 // ticks, by what is waited for
	tick    time.Duration
	now     atomic.Uint64 // ticks since the beginning

	mu    sync.Mutex
	conns map[*Conn]struct{}

	freed    chan struct{} // a connection has ended
	draining atomic.Bool
	drain    chan struct{} // closed when draining begins
	once     sync.Once
	full     seldom
}

// NewListener returns a Listener over ln, which may speak TLS.
func NewListener(ln net.Listener, config Config) *Listener {
	if config.MaxHead <= 0 {
		config.MaxHead = defaultMaxHead
	}
	if config.Refuse == nil {
		config.Refuse = plainRefusal
	}
	if config.Log == nil {
		config.Log = func(slog.Level, string, ...any) {}
	}
	l := &Listener{Listener: ln, config: config, tick: config.tick(), conns: map[*Conn]struct{}{},
		freed: make(chan struct{}, 1), drain: make(chan struct{})}
	l.allowed = config.allowed(l.tick)
	return l
}

// Accept waits for the next connection. It outlives a lack of descriptors and
// other passing failures of the system: new connections wait meanwhile. After
// Shutdown, or when the listener is closed, it returns io.EOF.
func (l *Listener) Accept() (net.Conn, error) {
	for pause := time.Duration(0); ; {
		if !l.room() {
			return nil, l.end()
		}
		inner, err := l.Listener.Accept()
		if err == nil {
			return l.add(inner), nil
		}
		if l.draining.Load() || errors.Is(err, net.ErrClosed) {
			return nil, l.end()
		}
		if !passing(err) {
			return nil, err
		}
		if l.full.now() {
			l.config.Log(slog.LevelError, "cannot accept connections", "error", err)
		}
		pause = min(max(2*pause, 5*time.Millisecond), time.Second)
		l.wait(pause)
	}
}

// passing reports whether an error of Accept is one that ends by itself: too many
// open files, too little memory, a client that hung up before it was accepted.
func passing(err error) bool {
	var temporary interface{ Temporary() bool }
	return errors.As(err, &temporary) && temporary.Temporary() || outOfResources(err)
}

// room waits until there are fewer than MaxConns connections. It reports false
// if the listener is draining.
func (l *Listener) room() bool {
	for l.config.MaxConns > 0 && l.Open() >= l.config.MaxConns {
		if l.full.now() {
			l.config.Log(slog.LevelWarn, "as many connections as allowed; new ones wait", "connections", l.config.MaxConns)
		}
		if !l.wait(time.Second) {
			return false
		}
	}
	return true
}

// wait waits for d, or until a connection has ended. It reports false if the
// listener is draining.
func (l *Listener) wait(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-l.drain:
		return false
	case <-l.freed:
	case <-timer.C:
	}
	return true
}

// end closes the listener and returns what tells fasthttp that this was meant.
func (l *Listener) end() error {
	l.Listener.Close()
	return io.EOF
}

// add takes a connection among those whose limits are kept.
func (l *Listener) add(inner net.Conn) net.Conn {
	c := &Conn{Conn: inner, listener: l, wait: opening, since: l.now.Load()}
	c.socket.open(c)
	c.pause(opening) // so that the limit holds before a goroutine serves it
	l.mu.Lock()
	l.conns[c] = struct{}{}
	l.mu.Unlock()
	if secure, ok := inner.(handshaker); ok {
		return &tlsConn{c, secure}
	}
	return c
}

// forget drops a connection that has ended, or whose limits are another's.
func (l *Listener) forget(c *Conn) {
	l.mu.Lock()
	delete(l.conns, c)
	l.mu.Unlock()
	select {
	case l.freed <- struct{}{}:
	default:
	}
}

// Open returns the number of connections.
func (l *Listener) Open() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.conns)
}

// seldom limits log lines to one a second.
type seldom struct{ last atomic.Int64 }

func (s *seldom) now() bool {
	now, last := time.Now().UnixNano(), s.last.Load()
	return now-last >= int64(time.Second) && s.last.CompareAndSwap(last, now)
}
