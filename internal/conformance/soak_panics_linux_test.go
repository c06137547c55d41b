package conformance

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A burst is a way to meet a panic.
type burst struct {
	to     string // switched on meanwhile
	method string
	path   string
	end    ending
}

// An ending is how the client sees it.
type ending int

const (
	fails  ending = iota // a 5xx or an answer that is cut
	may                  // perhaps all is well: what panics is the log, or comes behind the answer
	leaves               // the client goes after the first bytes
)

var bursts = []burst{
	{"", "GET", "before", fails}, {"", "GET", "after", fails}, {"", "GET", "teardown", may},
	{"", "GET", "processor", fails}, {"", "GET", "filter", fails}, {"", "GET", "handler", fails},
	{"", "GET", "view", fails}, {"", "GET", "nil", fails}, {"", "GET", "after-this", fails},
	{"", "GET", "goexit", fails}, {"", "GET", "togo/x", fails}, {"", "OPTIONS", "togo/x", fails},
	{"", "POST", "togo/x", may}, {"", "GET", "seq", fails}, {"", "GET", "seq-goexit", fails},
	{"", "GET", "seq-deferred", leaves}, {"", "GET", "read", fails}, {"", "GET", "close", may},
	{"", "HEAD", "close", may}, {"", "GET", "close-204", may}, {"", "GET", "close-304", may},
	{"", "GET", "len", may}, {"", "HEAD", "len", may}, {"", "GET", "len-204", may}, {"", "GET", "len-304", may},
	{"", "GET", "nil-file", fails}, {"", "GET", "hijack", may}, {"", "GET", "hijack-goexit", may},
	{"", "GET", "hijack-view", fails}, {"now", "GET", "write", fails}, {"log", "GET", "error", fails},
	{"log", "GET", "view", fails}, {"log", "GET", "seq", fails}, {"log", "GET", "teardown", may},
	{"open", "GET", "write", fails}, {"save", "GET", "write", fails},
}

// TestSoakPanics has code of the application panic wherever it is called. At most
// the request ends.
func TestSoakPanics(t *testing.T) {
	times, whole := soakOr(1000, 20), t
	p := startProgram(t, programConfig{Panics: true})
	for _, b := range bursts {
		name := strings.TrimSpace(b.to + " " + b.method + " " + b.path)
		t.Run(name, func(t *testing.T) {
			if !p.alive() { // the one before has ended it
				p = startProgram(whole, programConfig{Panics: true})
			}
			fetch(p.url("/switch?to="))
			before := p.counts()
			fetch(p.url("/switch?to=" + b.to))
			well := b.repeat(p, times)
			alive := p.alive()
			holds(t, name+": the program is alive", alive)
			if !alive {
				t.Fatalf("its last words:\n%.600s", p.tail())
			}
			if b.end == fails {
				atMost(t, fmt.Sprintf("%s: other than a 5xx or a cut answer, of %d", name, times), well, 0)
			}
			fetch(p.url("/switch?to="))
			status, body, _ := fetch(p.url("/"))
			holds(t, name+": another page is served", status == 200 && body == "ok")
			after, ok := p.settled(before, 25*time.Second) // fasthttp keeps idle workers for up to 20 s
			holds(t, fmt.Sprintf("%s: goroutines and descriptors are as before (%v, %v)", name, before, after), ok)
		})
	}
}

// repeat makes the request many times and returns how often all went well.
func (b *burst) repeat(p *program, times int) (well int) {
	const clients = 8
	var good, left atomic.Int64
	left.Store(int64(times))
	var group sync.WaitGroup
	for range clients {
		group.Go(func() {
			for left.Add(-1) >= 0 && p.alive() {
				if b.once(p.addr) {
					good.Add(1)
				}
			}
		})
	}
	group.Wait()
	return int(good.Load())
}

// once makes the request over a connection of its own and reports whether it was
// answered whole and with no 5xx.
func (b *burst) once(addr string) bool {
	conn, err := net.DialTimeout("tcp", addr, fetchTime)
	if err != nil {
		return false
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(2 * time.Second)) // a client that hangs is found by the descriptors
	fmt.Fprintf(conn, "%s /%s HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", b.method, b.path)
	if b.end == leaves {
		conn.Read(make([]byte, 1000))
		return false
	}
	raw, err := io.ReadAll(conn)
	answers, _ := parseAnswers(raw, b.method == http.MethodHead, err == nil)
	return len(answers) == 1 && answers[0].whole && answers[0].status < 500
}
