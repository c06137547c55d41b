package session

import (
	"context"
	"slices"
	"time"
)

// waiting is who waits for the turn to save a session.
type waiting struct {
	batch *batch        // requests whose changes are saved together, or
	turn  chan struct{} // one that saves alone: closed when it has the turn
}

// next gives the turn to who waits longest, or to nobody. A batch is returned:
// somebody has to save it. The caller holds the mutex.
func (h *hot) next() *batch {
	if len(h.queue) == 0 {
		h.saving = false
		return nil
	}
	first := h.queue[0]
	h.queue = slices.Delete(h.queue, 0, 1)
	if first.turn != nil {
		close(first.turn)
	}
	return first.batch
}

// endTurn ends the caller's turn, and its need of h. Changes that wait are
// saved by a goroutine of their own: no request works for others longer than
// for itself.
func (ss *ServerSide) endTurn(sh *hotShard, h *hot) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if b := h.next(); b != nil {
		h.users++
		go ss.saveBatch(sh, h, b)
	}
	sh.leave(h)
}

// enterAlone waits for a turn that the session does not share, until ctx ends.
// endTurn ends it.
func (ss *ServerSide) enterAlone(ctx context.Context, id string) (*hotShard, *hot, error) {
	sh := ss.hot.shard(id)
	sh.mu.Lock()
	h := sh.use(id)
	if !h.saving {
		h.saving = true
		sh.mu.Unlock()
		return sh, h, nil
	}
	turn := make(chan struct{})
	h.queue = append(h.queue, waiting{turn: turn})
	sh.mu.Unlock()
	select {
	case <-turn:
		return sh, h, nil
	case <-ctx.Done():
	}
	sh.mu.Lock()
	at := slices.IndexFunc(h.queue, func(w waiting) bool { return w.turn == turn })
	if at >= 0 {
		h.queue = slices.Delete(h.queue, at, at+1)
		sh.leave(h)
	}
	sh.mu.Unlock()
	if at < 0 { // the turn came at the same moment
		ss.endTurn(sh, h)
	}
	return nil, nil, ctx.Err()
}

// replace swaps the loaded row for the session as it is now, or for nothing if
// it is empty. If nobody else saves the session, that is one call of the store;
// otherwise, or if the row is another one by now, the request's changes are
// saved together with those of all others that wait.
func (w *rowSave) replace() (outcome, error) {
	r := w.s.row
	r.id = r.loadedID
	sh := w.hot.shard(r.id)
	sh.mu.Lock()
	h := sh.use(r.id)
	alone := !h.saving && !h.outdated(r.loaded)
	if alone {
		h.saving = true
	}
	sh.mu.Unlock()
	if alone {
		return w.replaceAlone(sh, h)
	}
	return w.replaceTogether(sh, h)
}

// replaceTogether is replace for a request that has to wait.
func (w *rowSave) replaceTogether(sh *hotShard, h *hot) (outcome, error) {
	joined := false
	defer func() {
		if !joined { // it cannot be stored, or a serializer panicked
			sh.mu.Lock()
			defer sh.mu.Unlock()
			sh.leave(h)
		}
	}()
	m, err := w.member()
	if err != nil {
		return lost, err
	}
	b := w.join(sh, h, m)
	joined = true
	return w.await(b, m)
}

// outdated reports whether the row is known to be another one than loaded, or
// none.
func (h *hot) outdated(loaded Row) bool {
	return h.deleted || h.knows && !h.known.equal(loaded)
}

// replaceAlone is replace for a request that has the turn.
func (w *rowSave) replaceAlone(sh *hotShard, h *hot) (outcome, error) {
	ours := true
	defer func() {
		if ours {
			w.endTurn(sh, h)
		}
	}()
	r := w.s.row
	var data []byte
	if w.s.empty() {
		w.hot.markGone(r.id, w.now)
	} else {
		var err error
		if data, err = w.encode(); err != nil {
			return lost, err
		}
	}
	result, err := w.store.swapGet(w.ctx, w.prefix+r.id, r.loaded, data, w.lifetime())
	h.learn(r.loaded, data, result, err)
	if data == nil && err == nil && !h.deleted {
		w.hot.unmarkGone(r.id)
	}
	switch {
	case err != nil:
		return lost, unavailable("save", err)
	case result.swapped && data == nil:
		return deleted, nil
	case result.swapped:
		return stored, nil
	case h.deleted:
		return lost, nil
	}
	m, err := w.member()
	if err != nil {
		return lost, err
	}
	ours = false // the turn is the batch's
	return w.await(w.joinFirst(sh, h, m), m)
}

// learn notes what a swap says about the row. The caller has the turn.
func (h *hot) learn(loaded Row, data []byte, result swapResult, err error) {
	h.knows, h.known, h.reload = false, Row{}, false
	switch {
	case err != nil:
		h.reload = true // the swap may have happened or not
	case result.swapped && data == nil:
		h.deleted = true
	case result.current != nil:
		h.knows, h.known = true, *result.current
	case result.swapped && loaded.Version == 0: // the data is all that a row is
		h.knows, h.known = true, Row{Data: data}
	case result.swapped:
		h.replaced = loaded.Version
	case result.complete:
		h.deleted = true
	default:
		h.reload = true
	}
}

// join adds a member to the changes that are saved next, and gives up the need
// of h.
func (w *rowSave) join(sh *hotShard, h *hot, m *member) *batch {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	var b *batch
	if n := len(h.queue); n > 0 && h.queue[n-1].batch != nil {
		b = h.queue[n-1].batch
	} else {
		b = &batch{done: make(chan struct{})}
		h.queue = append(h.queue, waiting{batch: b})
	}
	b.members = append(b.members, m)
	if !h.saving {
		h.saving = true
		h.users++
		go w.saveBatch(sh, h, h.next())
	}
	sh.leave(h)
	return b
}

// joinFirst begins the saving of all that wait with a member who has the turn.
func (w *rowSave) joinFirst(sh *hotShard, h *hot, m *member) *batch {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	b := &batch{done: make(chan struct{})}
	if len(h.queue) > 0 && h.queue[0].batch != nil {
		b = h.next()
	}
	b.members = slices.Insert(b.members, 0, m)
	go w.saveBatch(sh, h, b)
	return b
}

// await waits for a batch. Who does not wait any longer is left out of it,
// unless it is on its way to the store.
func (w *rowSave) await(b *batch, m *member) (outcome, error) {
	select {
	case <-b.done:
	case <-w.ctx.Done():
		m.mu.Lock()
		m.left = true
		m.mu.Unlock()
		return lost, unavailable("wait for other requests of the session", w.ctx.Err())
	}
	if m.err == nil && m.did == stored && b.text != "" {
		w.s.adopt(b.row, b.text, w.serializer)
	}
	return m.did, m.err
}

// pause waits before a save is tried again that met one of another program, so
// that two programs do not meet for ever.
func pause(ctx context.Context, longest time.Duration) {
	timer := time.NewTimer(randomBelow(longest))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
