package session

import "time"

// Waiting is how many requests load or save a session or wait for it: of saves
// those behind the one that has the turn, or else all that use it.
func Waiting(iface Interface, id string) int {
	sh := iface.(*ServerSide).hot.shard(id)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	h := sh.byID[id]
	switch {
	case h == nil:
		return 0
	case !h.saving:
		return h.users
	}
	n := 0
	for _, w := range h.queue {
		if w.batch == nil {
			n++
		} else {
			n += len(w.batch.members)
		}
	}
	return n
}

// GoneIDs is goneIDs for its test.
type GoneIDs struct{ g goneIDs }

func (x *GoneIDs) Add(id string, now time.Time) { x.g.add(id, now) }
func (x *GoneIDs) Has(id string) bool           { return x.g.has(id) }
func (x *GoneIDs) Len() int                     { return len(x.g.newer) + len(x.g.older) }
