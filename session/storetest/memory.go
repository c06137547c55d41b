package storetest

import (
	"context"
	"sync"
	"time"

	"github.com/cantil-go/cantil/session"
)

// Memory is a session.Store in the memory of one program, for tests. It is the
// shortest store that keeps the whole contract.
type Memory struct {
	// Now is the clock by which rows expire: time.Now unless set before use.
	Now func() time.Time

	mu       sync.Mutex
	rows     map[string]memoryRow
	versions uint64
	owned    map[string]map[string]memoryOwned
}

type memoryOwned struct {
	session.OwnedRow
	expires time.Time
}

type memoryRow struct {
	session.Row
	expires time.Time
}

// NewMemory returns an empty store.
func NewMemory() *Memory {
	return &Memory{Now: time.Now, rows: map[string]memoryRow{}, owned: map[string]map[string]memoryOwned{}}
}

// Get implements [session.Store].
func (m *Memory) Get(_ context.Context, key string) (session.Row, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.alive(key)
	return r.Row, ok, nil
}

// GetExtend implements [session.Extender].
func (m *Memory) GetExtend(_ context.Context, key string, ttl time.Duration) (session.Row, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.alive(key)
	if ok {
		r.expires = m.Now().Add(ttl)
		m.rows[key] = r
	}
	return r.Row, ok, nil
}

// Set implements [session.Store].
func (m *Memory) Set(_ context.Context, key string, data []byte, ttl time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.put(key, data, ttl)
	return nil
}

// Swap implements [session.Store].
func (m *Memory) Swap(ctx context.Context, key string, loaded session.Row, data []byte, ttl time.Duration) (bool, error) {
	swapped, _, err := m.SwapGet(ctx, key, loaded, data, ttl)
	return swapped, err
}

// SwapGet implements [session.SwapGetter].
func (m *Memory) SwapGet(_ context.Context, key string, loaded session.Row, data []byte, ttl time.Duration) (bool, *session.Row, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.alive(key)
	switch {
	case !ok:
		return false, nil, nil
	case r.Version != loaded.Version:
		return false, &r.Row, nil
	case data == nil:
		delete(m.rows, key)
		return true, nil, nil
	}
	m.put(key, data, ttl)
	there := m.rows[key].Row
	return true, &there, nil
}

// Delete implements [session.Store].
func (m *Memory) Delete(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.rows, key)
	return nil
}

// Cleanup implements [session.Cleaner].
func (m *Memory) Cleanup(_ context.Context, limit int) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for key := range m.rows {
		if _, ok := m.alive(key); !ok && n < limit {
			delete(m.rows, key)
			n++
		}
	}
	return n, nil
}

// alive returns the row of key unless it has expired.
func (m *Memory) alive(key string) (memoryRow, bool) {
	r, ok := m.rows[key]
	if !ok || !r.expires.After(m.Now()) {
		return memoryRow{}, false
	}
	return r, true
}

func (m *Memory) put(key string, data []byte, ttl time.Duration) {
	m.versions++
	m.rows[key] = memoryRow{session.Row{Data: data, Version: m.versions}, m.Now().Add(ttl)}
}

// SetOwned implements [session.OwnerStore].
func (m *Memory) SetOwned(_ context.Context, owner string, entry session.OwnedRow, ttl time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := m.owned[owner]
	if list == nil {
		list = map[string]memoryOwned{}
		m.owned[owner] = list
	}
	if before, ok := list[entry.Key]; ok && before.expires.After(m.Now()) {
		entry.Created = before.Created
	}
	list[entry.Key] = memoryOwned{entry, m.Now().Add(ttl)}
	return nil
}

// Owned implements [session.OwnerStore].
func (m *Memory) Owned(_ context.Context, owner string) ([]session.OwnedRow, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var entries []session.OwnedRow
	for key, e := range m.owned[owner] {
		if e.expires.After(m.Now()) {
			entries = append(entries, e.OwnedRow)
		} else {
			m.forget(owner, key)
		}
	}
	return entries, nil
}

// RemoveOwned implements [session.OwnerStore].
func (m *Memory) RemoveOwned(_ context.Context, owner string, keys ...string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, key := range keys {
		m.forget(owner, key)
	}
	return nil
}

func (m *Memory) forget(owner, key string) {
	delete(m.owned[owner], key)
	if len(m.owned[owner]) == 0 {
		delete(m.owned, owner)
	}
}
