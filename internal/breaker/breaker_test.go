package breaker

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cantil-go/cantil/session"
)

func TestBreaker(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	clock := func() time.Time { return now }
	outage := fmt.Errorf("redis: %w", session.ErrUnavailable)
	var b Breaker
	for range failures - 1 {
		b.Heard(outage, clock)
	}
	b.Heard(errors.New("a value that no serializer writes"), clock)
	if b.Open() {
		t.Fatal("open after four failures and a mistake of the program's")
	}
	b.Heard(outage, clock)
	if !b.Open() || b.MayProbe(now) {
		t.Fatal("the fifth failure in a row opens it, and counts as a probe")
	}
	now = now.Add(pause)
	if !b.MayProbe(now) || b.MayProbe(now) {
		t.Error("one probe a second")
	}
	if !b.MayProbe(now.Add(-time.Hour)) {
		t.Error("no probe after the clock was set back")
	}
	b.Heard(nil, clock)
	if b.Open() {
		t.Error("open after a success")
	}
}

func TestConcurrentCallers(t *testing.T) {
	var b Breaker
	var probes, lines atomic.Int32
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			now := time.Unix(1_700_000_000, 0)
			if b.MayProbe(now) {
				probes.Add(1)
			}
			if b.MayLog(now) {
				lines.Add(1)
			}
		})
	}
	wg.Wait()
	if probes.Load() != 1 || lines.Load() != 1 {
		t.Errorf("%d probes and %d lines of 50 callers at once", probes.Load(), lines.Load())
	}
}
