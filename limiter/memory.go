package limiter

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Memory keeps the counts in this process.
type Memory struct {
	mu      sync.Mutex
	entries map[string]*entry
	used    int // weight of entries
	max     int
}

// entry is a window.
type entry struct {
	count int     // of a fixed one
	ends  int64   // nanoseconds since 1970: afterwards the entry may be forgotten
	hits  []int64 // of a moving one: when each request came, the oldest first
}

// weight is what an entry takes, counted in those of a fixed window: some 150
// bytes.
func (e *entry) weight() int { return 1 + cap(e.hits)/16 }

// DefaultMemoryKeys is how many windows the memory of a Limiter has room for, some
// 15 MB.
const DefaultMemoryKeys = 100_000

// NewMemory keeps at most so many windows; 16 requests of a moving window take
// the room of another one. When it is full it forgets windows that are over or,
// if it finds none, one that soon is: the visitor whose it was starts anew.
func NewMemory(keys int) *Memory {
	return &Memory{entries: map[string]*entry{}, max: max(keys, 1)}
}

// Hit implements Storage.
func (m *Memory) Hit(_ context.Context, q Query) (Window, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.entry(q)
	before := e.weight()
	if q.Moving {
		w, ok := e.moving(q, true)
		if grown := e.weight() - before; grown != 0 {
			m.used += grown
			m.shrink(q)
		}
		return w, ok, nil
	}
	e.count += q.Cost
	return Window{e.count, time.Unix(0, e.ends)}, e.count <= q.Rate.Amount, nil
}

// Test implements Storage.
func (m *Memory) Test(_ context.Context, q Query) (Window, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.entries[q.Key]
	if e == nil || e.ends <= q.Now.UnixNano() {
		return Window{Reset: q.Now.Add(q.Rate.Window())}, q.Cost <= q.Rate.Amount, nil
	}
	if q.Moving {
		w, ok := e.moving(q, false)
		return w, ok, nil
	}
	return Window{e.count, time.Unix(0, e.ends)}, e.count+q.Cost <= q.Rate.Amount, nil
}

// entry is the window of the query, a new one if the last is over.
func (m *Memory) entry(q Query) *entry {
	e := m.entries[q.Key]
	if e == nil {
		e = &entry{}
		m.entries[q.Key] = e
		m.used += e.weight()
		m.shrink(q)
	}
	if now := q.Now.UnixNano(); e.ends <= now {
		e.count, e.ends = 0, now+int64(q.Rate.Window())
	}
	return e
}

// moving counts the query in the times of the requests before it, if take is set
// and there is room.
func (e *entry) moving(q Query, take bool) (Window, bool) {
	now, window := q.Now.UnixNano(), int64(q.Rate.Window())
	if n := len(e.hits); n > 0 {
		now = max(now, e.hits[n-1]) // requests read the clock before they come here
	}
	first, _ := slices.BinarySearch(e.hits, now-window) // at the very edge it counts still, as in Python
	live := e.hits[first:]
	ok := len(live)+q.Cost <= q.Rate.Amount
	if ok && take {
		e.hits = append(e.hits[:0], live...)
		for range q.Cost {
			e.hits = append(e.hits, now)
		}
		live, e.ends = e.hits, now+window+1
	}
	if len(live) == 0 {
		return Window{Reset: q.Now.Add(q.Rate.Window())}, ok
	}
	return Window{len(live), time.Unix(0, live[0]+window)}, ok
}

// shrink forgets what is over, two windows for each new one, and more if there is
// no room: a few at random are looked at each time, so none is searched for long.
func (m *Memory) shrink(q Query) {
	now := q.Now.UnixNano()
	for seen := 0; ; seen = 0 {
		var soonest string
		var ends int64
		for key, e := range m.entries {
			switch {
			case key == q.Key:
			case e.ends <= now:
				m.forget(key)
			case soonest == "" || e.ends < ends:
				soonest, ends = key, e.ends
			}
			if seen++; seen >= 8 {
				break
			}
		}
		if m.used <= m.max || soonest == "" && len(m.entries) <= 1 {
			return
		}
		if soonest != "" {
			m.forget(soonest)
		}
	}
}

func (m *Memory) forget(key string) {
	m.used -= m.entries[key].weight()
	delete(m.entries, key)
}
