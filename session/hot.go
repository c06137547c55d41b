package session

import (
	"sync"
	"time"
)

// hotSessions holds the sessions that requests of this program load or save at
// this moment. Requests of one session that meet share their calls of the store,
// in hot_load.go and hot_save.go; one that meets no other pays a lock and an
// entry of a map. The zero value is ready.
type hotSessions struct{ shards [hotShards]hotShard }

const (
	hotShards = 16 // a power of two
	hotSpares = 64 // unused entries that a shard keeps
)

// hotShard is the part of the sessions whose ids begin alike.
type hotShard struct {
	mu     sync.Mutex
	byID   map[string]*hot
	spares []*hot
	gone   goneIDs
}

// hot is a session that some request loads or saves. Its shard's mutex guards
// it, but for what only the request whose turn it is looks at.
type hot struct {
	id    string
	users int // requests that need it; without any it is forgotten

	loading  bool
	nextLoad *sharedLoad // starts when the one under way has ended

	saving bool      // somebody has the turn
	queue  []waiting // for the turn, the oldest first

	// For whoever has the turn: the row as the last one left it.
	known    Row
	knows    bool
	replaced uint64 // a version that is known to be gone
	reload   bool   // nothing is known of the row
	deleted  bool   // there is no row any more
}

// shard returns the part that an id belongs to. Ids are random.
func (hs *hotSessions) shard(id string) *hotShard { return &hs.shards[id[0]%hotShards] }

// use returns the entry of an id, to be given back by leave. The caller holds
// the mutex for both.
func (sh *hotShard) use(id string) *hot {
	h := sh.byID[id]
	if h == nil {
		if n := len(sh.spares); n > 0 {
			h, sh.spares = sh.spares[n-1], sh.spares[:n-1]
		} else {
			h = new(hot)
		}
		h.id = id
		if sh.byID == nil {
			sh.byID = map[string]*hot{}
		}
		sh.byID[id] = h
	}
	h.users++
	return h
}

func (sh *hotShard) leave(h *hot) {
	if h.users--; h.users > 0 {
		return
	}
	delete(sh.byID, h.id)
	if len(sh.spares) < hotSpares {
		*h = hot{queue: h.queue[:0]}
		sh.spares = append(sh.spares, h)
	}
}

// goneKept is for how long it is remembered, at least, that an id is gone: as
// long as a slow page takes. goneMost bounds how many a shard remembers, twice.
const (
	goneKept = 5 * time.Minute
	goneMost = 1024
)

// goneIDs are ids whose rows this program has deleted or moved a short time
// ago: no answer may send one again, since the browser may have a better cookie
// by then. They are counted, for one request may take back what it said while
// another does not. The older half is forgotten at once.
type goneIDs struct {
	newer, older map[string]int
	since        time.Time // when newer was empty
}

func (g *goneIDs) add(id string, now time.Time) {
	if now.IsZero() { // by no request's clock
		now = g.since
	}
	if age := now.Sub(g.since); g.newer == nil || len(g.newer) >= goneMost || age.Abs() > goneKept {
		g.newer, g.older, g.since = map[string]int{}, g.newer, now
	}
	g.newer[id]++
}

func (g *goneIDs) remove(id string) {
	for _, ids := range []map[string]int{g.newer, g.older} {
		switch n := ids[id]; {
		case n > 1:
			ids[id]--
			return
		case n == 1:
			delete(ids, id)
			return
		}
	}
}

func (g *goneIDs) has(id string) bool {
	return g.newer[id] > 0 || g.older[id] > 0
}

// markGone notes, before the row of an id is deleted or moved, that the id is
// not to be sent again.
func (hs *hotSessions) markGone(id string, now time.Time) {
	sh := hs.shard(id)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.gone.add(id, now)
}

// unmarkGone takes one markGone back: the row is still there.
func (hs *hotSessions) unmarkGone(id string) {
	sh := hs.shard(id)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.gone.remove(id)
}

// isGone reports whether this program knows that the row of an id is gone.
func (hs *hotSessions) isGone(id string) bool {
	sh := hs.shard(id)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	return sh.gone.has(id)
}
