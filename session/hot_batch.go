package session

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/cantil-go/cantil/session/codec"
)

// batch is the changes of several requests to one session, which reach the
// store in one swap, in the order in which the requests came.
type batch struct {
	members []*member
	done    chan struct{} // closed when what follows and the outcomes are known
	row     Row           // what was stored, with its version where that is known
	text    string
}

// member is a request of a batch: what it did, encoded by itself, so that a
// value that cannot be stored is its own affair.
type member struct {
	ctx      context.Context
	now      time.Time
	lifetime time.Duration
	loaded   Row

	ends    bool // there is an absolute end
	cleared bool
	removed []string
	set     []codec.Field // Raw
	again   []replay

	mu   sync.Mutex // held while again runs: its functions belong to the request
	left bool       // it does not wait any longer
	did  outcome
	err  error
}

// member encodes what the request did.
func (w *rowSave) member() (*member, error) {
	s, r := w.s, w.s.row
	w.cfg.stamp(s, w.now)
	s.data.split()
	s.touchChanged(w.decode)
	m := &member{ctx: w.ctx, now: w.now, lifetime: w.lifetime(), ends: s.ends, loaded: r.loaded, cleared: r.cleared}
	var set []codec.Field
	for _, key := range r.touched.keys {
		if f := s.data.find(key); f != nil {
			set = append(set, codec.Field{Key: key, Value: s.data.decode(f)})
		} else {
			m.removed = append(m.removed, key)
		}
	}
	for _, c := range r.again {
		if !r.touched.has(c.key) {
			m.again = append(m.again, c)
		}
	}
	var err error
	m.set, err = rawFields(w.serializer, set)
	return m, err
}

// rawFields encodes values as fields of a row.
func rawFields(serializer codec.Serializer, fields []codec.Field) ([]codec.Field, error) {
	if len(fields) == 0 {
		return nil, nil
	}
	text, err := serializer.AppendFields(nil, fields)
	if err != nil {
		return nil, err
	}
	return serializer.SplitFields(fields[:0], string(text))
}

// batchSave is a batch on its way to the store.
type batchSave struct {
	*ServerSide
	*batch
	ctx context.Context
	sh  *hotShard
	h   *hot
}

// saveBatch saves a batch in the turn that it was handed, within the time of one
// save. It runs in a goroutine of its own: whatever happens to it, nobody waits
// for ever.
func (ss *ServerSide) saveBatch(sh *hotShard, h *hot, b *batch) {
	first := b.members[0]
	ctx, cancel := context.WithTimeout(context.WithoutCancel(first.ctx), ss.timeout)
	bs := &batchSave{ServerSide: ss, batch: b, ctx: ctx, sh: sh, h: h}
	err := errors.New("session: the saving of the session was broken off")
	defer func() {
		cancel()
		if v := recover(); v != nil {
			err = fmt.Errorf("session: panic while the session was saved: %v", v)
		}
		if err != nil {
			h.knows, h.known, h.reload = false, Row{}, true
			b.fail(err)
		}
		close(b.done)
		ss.endTurn(sh, h)
	}()
	err = bs.save()
}

func (b *batch) fail(err error) {
	for _, m := range b.members {
		if m.did = lost; m.err == nil {
			m.err = err
		}
	}
}

// save tries until the row that it changed is the one that is replaced.
func (bs *batchSave) save() error {
	for conflicts := 0; ; conflicts++ {
		if conflicts > maxConflicts {
			return unavailable("save", errTooManyWriters)
		}
		base, found, err := bs.base(conflicts)
		if err != nil {
			return err
		}
		if !found {
			bs.loseAll()
			return nil
		}
		data, waits, err := bs.merge(base)
		if err != nil || !waits {
			return err
		}
		result, err := bs.store.swapGet(bs.ctx, bs.prefix+bs.h.id, base, data, bs.lifetime())
		bs.h.learn(base, data, result, err)
		if err != nil {
			return unavailable("save", err)
		}
		if data == nil && !bs.h.deleted {
			bs.hot.unmarkGone(bs.h.id)
		}
		if result.swapped {
			bs.row, bs.text = bs.h.known, string(data)
			return nil
		}
	}
}

// base is the row to change: the one that the last turn left, or else the one
// that was loaded last, unless it is known to be gone.
func (bs *batchSave) base(conflicts int) (Row, bool, error) {
	switch h := bs.h; {
	case h.deleted:
		return Row{}, false, nil
	case h.knows: // to be tried at once: it gets no newer by waiting
		return h.known, true, nil
	case !h.reload:
		if newest := bs.newest(); newest.Version == 0 || newest.Version > h.replaced {
			return newest, true, nil
		}
	case conflicts > 0:
		pause(bs.ctx, longestPause(conflicts))
	}
	fresh, found, err := bs.store.get(bs.ctx, bs.prefix+bs.h.id)
	return fresh, found, unavailable("load again", err)
}

func (b *batch) newest() Row {
	newest := b.members[0].loaded
	for _, m := range b.members[1:] {
		if m.loaded.Version >= newest.Version {
			newest = m.loaded
		}
	}
	return newest
}

func (b *batch) lifetime() time.Duration {
	longest := b.members[0].lifetime
	for _, m := range b.members[1:] {
		longest = max(longest, m.lifetime)
	}
	return longest
}

// loseAll ends a batch whose session was deleted meanwhile.
func (bs *batchSave) loseAll() {
	bs.h.deleted = true
	for _, m := range bs.members {
		m.did = lost
	}
}

// merge returns the row with the changes of all members who still wait; nil if
// one of them leaves nothing, after which the others come too late. It reports
// whether any member is left.
func (bs *batchSave) merge(base Row) (data []byte, waits bool, err error) {
	p, err := bs.fieldsOf(base)
	if err != nil {
		return nil, false, fmt.Errorf("session: another program wrote something else than a session: %w", err)
	}
	emptied := false
	for _, m := range bs.members {
		switch {
		case emptied:
			m.did = lost
		case m.applyTo(p, bs.serializer):
			waits = true
			m.did = stored
			if p.isEmpty() || p.isOnlyPermanent() || m.ends && p.isOnlyOwn(true) {
				m.did, emptied = deleted, true
				bs.hot.markGone(bs.h.id, m.now)
			}
		}
	}
	if emptied || !waits {
		return nil, waits, nil
	}
	data, err = p.appendTo(nil, bs.serializer)
	return data, waits, err
}

// fieldsOf takes a row apart, into fields that the store's own serializer wrote.
func (ss *ServerSide) fieldsOf(r Row) (*payload, error) {
	text := string(r.Data)
	p := new(payload)
	if err := p.load(text, readerOf(text, ss.serializer)); err != nil {
		return nil, err
	}
	p.split()
	if p.source == ss.serializer {
		return p, nil
	}
	data, err := p.appendTo(nil, ss.serializer)
	if err != nil {
		return nil, err
	}
	own := new(payload)
	err = own.load(string(data), ss.serializer)
	own.split()
	return own, err
}

// applyTo does what the request did, all of it or nothing, and reports whether
// it did.
func (m *member) applyTo(p *payload, serializer codec.Serializer) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.left || m.err != nil {
		return false
	}
	changed, removed, err := m.runAgain(p, serializer)
	if err != nil {
		m.did, m.err = lost, err
		return false
	}
	if m.cleared {
		p.clear()
	}
	for _, keys := range [][]string{m.removed, removed} {
		for _, key := range keys {
			p.drop(key)
		}
	}
	for _, fields := range [][]codec.Field{m.set, changed} {
		for i := range fields {
			if fields[i].Key == createdKey && p.has(createdKey) { // the other was first
				continue
			}
			p.put(fields[i])
		}
	}
	return true
}

// runAgain runs the functions of [Session.Change] on the row as it is. The
// mutex is held.
func (m *member) runAgain(p *payload, serializer codec.Serializer) (changed []codec.Field, removed []string, err error) {
	if len(m.again) == 0 {
		return nil, nil, nil
	}
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("session: panic in a function of Change: %v", v)
		}
	}()
	values := map[string]any{}
	for _, c := range m.again {
		old, seen := values[c.key]
		if !seen {
			old = p.fresh(c.key)
		}
		values[c.key] = c.f(old)
	}
	for _, c := range m.again {
		v, there := values[c.key]
		if !there {
			continue
		}
		delete(values, c.key)
		if v == nil {
			removed = append(removed, c.key)
		} else {
			changed = append(changed, codec.Field{Key: c.key, Value: v})
		}
	}
	changed, err = rawFields(serializer, changed)
	return changed, removed, err
}

// maxConflicts bounds how often a save is tried again because another program
// was faster. As a rule the time for all of that ends first.
const maxConflicts = 5000

var errTooManyWriters = errors.New("too many programs write this session at once")

// longestPause grows with the conflicts, up to 10 ms.
func longestPause(conflicts int) time.Duration {
	return time.Duration(min(conflicts, 20)*500) * time.Microsecond
}

func randomBelow(longest time.Duration) time.Duration {
	return time.Duration(rand.Int64N(max(1, int64(longest))))
}
