package limiter

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func query(key string, rate Rate, moving bool, now time.Time) Query {
	return Query{Key: rate.key(key), Rate: rate, Cost: 1, Moving: moving, Now: now}
}

// TestMemoryIsBounded: however many visitors come, and those whose window is over
// are forgotten first.
func TestMemoryIsBounded(t *testing.T) {
	const room = 1000
	rate := Rate{50, 1, "minute"}
	for _, moving := range []bool{false, true} {
		m, now := NewMemory(room), time.Unix(1735689600, 0)
		for i := range 20 * room {
			key := fmt.Sprint(i)
			for range 1 + i%40 {
				if _, ok, err := m.Hit(context.Background(), query(key, rate, moving, now)); !ok || err != nil {
					t.Fatal(moving, i, ok, err)
				}
			}
			now = now.Add(time.Millisecond)
		}
		if n := len(m.entries); n > room || m.used > room+4 || n == 0 {
			t.Errorf("moving %v: %d entries of the weight %d, there is room for %d", moving, n, m.used, room)
		}
		weight := 0
		for _, e := range m.entries {
			weight += e.weight()
		}
		if weight != m.used {
			t.Errorf("moving %v: the weight is %d, and counted as %d", moving, weight, m.used)
		}
		// An hour later nothing of it is needed: a few visitors sweep it out.
		now = now.Add(time.Hour)
		for i := range 2 * room {
			m.Hit(context.Background(), query(fmt.Sprint("late", i%3), rate, moving, now))
			m.Hit(context.Background(), query(fmt.Sprint("once", i), rate, moving, now))
		}
		over := 0
		for _, e := range m.entries {
			if e.ends <= now.UnixNano() {
				over++
			}
		}
		if over > room/10 { // they are found at random
			t.Errorf("moving %v: %d windows are over and still there", moving, over)
		}
	}
}

// TestMemoryConcurrent: requests at the same time get no more than the limit.
func TestMemoryConcurrent(t *testing.T) {
	for _, moving := range []bool{false, true} {
		m, now, rate := NewMemory(100), time.Unix(1735689600, 0), Rate{500, 1, "hour"}
		var allowed atomic.Int64
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				for range 100 {
					if _, ok, _ := m.Hit(context.Background(), query("one", rate, moving, now)); ok {
						allowed.Add(1)
					}
				}
			})
		}
		group.Wait()
		if allowed.Load() != 500 {
			t.Errorf("moving %v: %d requests were let through", moving, allowed.Load())
		}
	}
}

// TestOutageWaits: after each probe that fails twice as long, up to a bound, and of
// those who come then one asks. The failures of others mean nothing.
func TestOutageWaits(t *testing.T) {
	var o outage
	now := time.Unix(1735689600, 0)
	if spared, probe := o.spares(now); spared || probe || o.ended() {
		t.Error("it begins with an outage")
	}
	probe := false
	for _, wait := range []time.Duration{1, 2, 4, 8, 16, 32, 32} {
		o.failed(now, probe)
		for range 6 { // that were under way
			o.failed(now, false)
		}
		if spared, _ := o.spares(now.Add(wait*time.Second - 1)); !spared {
			t.Errorf("the storage is asked within %d s", wait)
		}
		now = now.Add(wait * time.Second)
		var first, second bool
		first, probe = o.spares(now)
		if second, _ = o.spares(now); first || !probe || !second {
			t.Errorf("after %d s: not one request asks", wait)
		}
	}
	if !o.ended() || o.ended() {
		t.Error("the end of the outage was not noted once")
	}
	o.failed(now, false)
	if o.wait != time.Second {
		t.Error("the next outage begins with", o.wait)
	}
}
