package conformance

import (
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A slowness is what a client does that keeps a connection busy with nothing.
type slowness struct {
	name        string
	limit       time.Duration // when the server ends it
	tls         bool
	begin       func(net.Conn) error // once
	again       func(net.Conn) error // every five seconds, if it is not nil
	unread      bool                 // it never reads
	memory, end string               // at the baseline
}

var slownesses = []slowness{
	{"no byte", 30 * time.Second, false, nothing, nil, false, "8.6 KiB", "30.8-31.0s"},
	{"a byte each 5 s", 30 * time.Second, false, write("G"), write("E"), false, "12.6 KiB", "30.8-31.0s"},
	{"idle after a request", 60 * time.Second, false, write("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), nil, false, "17.1 KiB", "60.9s"},
	{"never reading 1 MiB", 30 * time.Second, false, write("GET /big HTTP/1.1\r\nHost: a\r\n\r\n"), nil, true, "24.1 KiB", "33.4s"},
	{"half a TLS handshake", 30 * time.Second, true, write("\x16\x03\x01\x00\xa5\x01"), nil, false, "12.4 KiB", "30.8-31.0s"},
}

func nothing(net.Conn) error { return nil }

func write(text string) func(net.Conn) error {
	return func(conn net.Conn) error {
		_, err := io.WriteString(conn, text)
		return err
	}
}

// TestSoakSlowClients has 5,000 clients of a kind hold a connection each while
// honest ones ask for a page that is one constant.
func TestSoakSlowClients(t *testing.T) {
	needSoak(t)
	for _, s := range slownesses {
		t.Run(s.name, func(t *testing.T) { s.test(t) })
	}
}

func (s *slowness) test(t *testing.T) {
	const clients = 5000
	p := startProgram(t, programConfig{TLS: s.tls})
	if !s.tls { // else other visitors would need the certificate
		p.warm()
	}
	before, files := p.memory("VmRSS"), p.files()
	honest := startHonest(p.addr, !s.tls)
	began := time.Now()
	conns := s.dial(t, p.addr, clients)
	defer func() {
		for _, conn := range conns {
			conn.Close()
		}
	}()
	dialled := time.Since(began)
	time.Sleep(3 * time.Second)
	each := float64(p.memory("VmRSS")-before) / clients
	held := p.files() - files
	gone := s.waitGone(p, conns, files)
	if gone > 0 {
		gone = time.Since(began)
	}
	times, failed := honest.stop()
	atMost(t, "slow clients: "+s.name+": KiB a connection", int(each), 40)
	t.Logf("soak: slow clients: %s: at %s %s; %d held", s.name, baseline, s.memory, held)
	if !s.tls {
		atMost(t, fmt.Sprintf("slow clients: %s: honest requests that failed, of %d", s.name, len(times)+failed), failed, 0)
		shows(t, "slow clients: "+s.name+": honest p99", quantile(times, 0.99), "20ms", "2.4-7.5ms")
	}
	holds(t, "slow clients: "+s.name+": all are gone in the end", gone > 0)
	took := fmt.Sprintf("%v (they took %v to connect)", gone, dialled)
	shows(t, "slow clients: "+s.name+": the last one is gone after", took, (s.limit + time.Second).String(), s.end)
	holds(t, "slow clients: "+s.name+": the program is alive", p.alive())
}

// dial opens the connections and begins on each.
func (s *slowness) dial(t *testing.T, addr string, n int) []net.Conn {
	var conns []net.Conn
	for range n {
		conn, err := net.DialTimeout("tcp", addr, 5*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		if s.unread {
			conn.(*net.TCPConn).SetReadBuffer(4 << 10)
		}
		if err := s.begin(conn); err != nil {
			t.Error(err)
		}
		conns = append(conns, conn)
	}
	return conns
}

// waitGone waits until the program has let all connections go and returns how
// long that took, 0 if it never does.
func (s *slowness) waitGone(p *program, conns []net.Conn, files int) time.Duration {
	began, last := time.Now(), time.Now()
	for time.Since(began) < s.limit+45*time.Second && p.alive() {
		if p.files() <= files+20 { // and the honest ones'
			return time.Since(began)
		}
		if s.again != nil && time.Since(last) > 5*time.Second {
			last = time.Now()
			for _, conn := range conns {
				s.again(conn) // it may be closed
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	return 0
}

// An honestLoad is some visitors who make 200 requests a second together.
type honestLoad struct {
	done   atomic.Bool
	group  sync.WaitGroup
	mu     sync.Mutex
	times  []time.Duration
	failed int
}

func startHonest(addr string, any bool) *honestLoad {
	const visitors, pause = 10, 50 * time.Millisecond
	h := &honestLoad{}
	for range visitors {
		if !any {
			break
		}
		h.group.Go(func() {
			client := newClient()
			defer client.CloseIdleConnections()
			for !h.done.Load() {
				began := time.Now()
				status, body, _ := fetchBy(client, "http://"+addr+"/")
				took := time.Since(began)
				h.mu.Lock()
				if status == 200 && body == "ok" {
					h.times = append(h.times, took)
				} else {
					h.failed++
				}
				h.mu.Unlock()
				time.Sleep(pause)
			}
		})
	}
	return h
}

func (h *honestLoad) stop() ([]time.Duration, int) {
	h.done.Store(true)
	h.group.Wait()
	return h.times, h.failed
}
