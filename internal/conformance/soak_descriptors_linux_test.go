package conformance

import (
	"fmt"
	"net"
	"testing"
	"time"
)

// TestSoakDescriptors has more clients connect than the program has descriptors
// for. It lives, says so seldom, and serves again once they let go.
func TestSoakDescriptors(t *testing.T) {
	const files, clients = 256, 400
	p := startProgram(t, programConfig{Files: files})
	p.warm()
	before := p.counts()
	hold := time.Duration(soakOr(10, 2)) * time.Second
	lines, cpu, began := p.logLines(), p.cpu(), time.Now()
	var conns []net.Conn
	for range clients {
		if conn, err := net.DialTimeout("tcp", p.addr, time.Second); err == nil {
			conns = append(conns, conn)
		}
	}
	time.Sleep(hold)
	took := time.Since(began)
	holds(t, "out of descriptors: the program is alive", p.alive())
	atMost(t, "out of descriptors: log lines", p.logLines()-lines, int(took.Seconds())+1)
	share := fmt.Sprintf("%.2f", float64(p.cpu()-cpu)/float64(took))
	for _, conn := range conns {
		conn.Close()
	}
	if !p.alive() {
		t.Fatalf("its last words:\n%s", p.tail())
	}
	shows(t, "out of descriptors: share of a processor", share, "0.20", "dead")
	let := time.Now()
	status, _, err := 0, "", error(nil)
	for status != 200 && time.Since(let) < 5*time.Second {
		status, _, err = fetch(p.url("/"))
	}
	shows(t, "out of descriptors: first 200 after they let go", time.Since(let), "1s", "never")
	holds(t, "out of descriptors: it answers again", status == 200 && err == nil)
	after, ok := p.settled(before, 10*time.Second)
	holds(t, fmt.Sprintf("out of descriptors: goroutines and descriptors are as before (%v, %v)", before, after), ok)
}
