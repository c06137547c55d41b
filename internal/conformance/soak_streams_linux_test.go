package conformance

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

// TestSoakLeftStreams has clients leave a stream on which nothing happens: its
// generator learns of it by c.Done, and nothing of it is left.
func TestSoakLeftStreams(t *testing.T) {
	clients := soakOr(100, 20)
	p := startProgram(t, programConfig{})
	p.warm()
	before := p.counts()
	var group sync.WaitGroup
	for range clients {
		group.Go(func() { openStream(t, p.addr, "quiet").Close() })
	}
	group.Wait()
	began := time.Now()
	after, ok := p.settled(before, 45*time.Second)
	shows(t, "left streams: all gone after", time.Since(began), "45s", "never")
	holds(t, fmt.Sprintf("left streams: goroutines and descriptors are as before (%v, %v)", before, after), ok)
}
