package session

import "context"

// sharedLoad is one load of a row for all requests that came while another load
// of it was under way. It starts after the last of them came: each of them sees
// what was stored before it came.
type sharedLoad struct {
	cfg  *Config       // of them all
	lead chan struct{} // holds the right to make the call, once
	done chan struct{} // closed when what follows is known

	row   Row
	found bool
	err   error
	again bool // who made the call gave up: it says nothing to the others
}

// loadShared loads a row. A request that comes while another one loads the same
// row shares the next load with all others that wait.
func (ss *ServerSide) loadShared(ctx context.Context, cfg *Config, id string) (Row, bool, error) {
	sh := ss.hot.shard(id)
	for {
		sh.mu.Lock()
		h := sh.use(id)
		switch {
		case !h.loading:
			h.loading = true
			sh.mu.Unlock()
			return ss.loadFirst(ctx, cfg, sh, h)
		case h.nextLoad == nil:
			h.nextLoad = &sharedLoad{cfg: cfg, lead: make(chan struct{}, 1), done: make(chan struct{})}
		case h.nextLoad.cfg != cfg: // of another application on this store
			sh.leave(h)
			sh.mu.Unlock()
			return ss.load(ctx, cfg, id)
		}
		next := h.nextLoad
		sh.mu.Unlock()
		row, found, again, err := ss.loadTogether(ctx, sh, h, next)
		if !again {
			return row, found, err
		}
	}
}

// loadFirst loads a row that no other request loads.
func (ss *ServerSide) loadFirst(ctx context.Context, cfg *Config, sh *hotShard, h *hot) (Row, bool, error) {
	defer sh.loaded(h)
	return ss.load(ctx, cfg, h.id)
}

// loadTogether waits for a shared load, or makes it for the others.
func (ss *ServerSide) loadTogether(ctx context.Context, sh *hotShard, h *hot, next *sharedLoad) (_ Row, found, again bool, err error) {
	select {
	case <-next.done:
	case <-next.lead:
		ss.loadForAll(ctx, sh, h, next)
		return next.row, next.found, false, next.err
	case <-ctx.Done():
		err = ctx.Err()
	}
	sh.mu.Lock()
	sh.leave(h)
	sh.mu.Unlock()
	if err != nil {
		return Row{}, false, false, err
	}
	return next.row, next.found, next.again, next.err
}

// loadForAll makes the call of a shared load.
func (ss *ServerSide) loadForAll(ctx context.Context, sh *hotShard, h *hot, next *sharedLoad) {
	sh.mu.Lock()
	h.nextLoad = nil // who comes now is too late for it
	sh.mu.Unlock()
	next.again = true // if the store ends this goroutine
	defer sh.loaded(h)
	defer close(next.done)
	next.row, next.found, next.err = ss.load(ctx, next.cfg, h.id)
	next.again = next.err != nil && ctx.Err() != nil
}

// loaded ends a load, and hands the right to make the next one to whoever waits
// for it. If all of those have given up, it is there for who comes next.
func (sh *hotShard) loaded(h *hot) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if h.nextLoad != nil {
		h.nextLoad.lead <- struct{}{}
	} else {
		h.loading = false
	}
	sh.leave(h)
}
