package session

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/cantil-go/cantil/session/codec"
)

// member is a request of a batch: what it did, encoded by itself, so that a
// value that cannot be stored is its own affair.
type member struct {
	ctx      context.Context
	now      time.Time
	lifetime time.Duration
	loaded   Row

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
	s.data.split()
	s.touchChanged(w.decode)
	m := &member{ctx: w.ctx, now: w.now, lifetime: w.lifetime, loaded: r.loaded, cleared: r.cleared}
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
