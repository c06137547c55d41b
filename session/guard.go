package session

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// guarded calls a store and comes back when ctx ends, whatever the store does:
// not every client can be told to give up (gomemcache has no contexts, go-redis
// heeds them only with ContextTimeoutEnabled). A call that is left behind ends
// by the client's own timeouts; nothing that it uses is used again. A panic in a
// store is an error of it.
type guarded struct{ Store }

type result struct {
	row Row
	ok  bool
	err error
}

// A caller is a goroutine that makes one call at a time. It is used again: what
// clients do goes deep, and a new goroutine would have to grow its stack for it,
// which takes longer than much of the rest.
type caller struct {
	calls   chan func() (Row, bool, error)
	results chan result // with room for one that nobody waits for
}

func newCaller() *caller {
	c := &caller{make(chan func() (Row, bool, error), 1), make(chan result, 1)}
	go func() {
		for f := range c.calls {
			c.results <- try(f)
		}
	}()
	return c
}

// callers make the calls of every store.
var callers callerPool

// A callerPool keeps the callers that have nothing to do, the one used last on
// top, and lets those go that it does not need any more.
type callerPool struct {
	mu       sync.Mutex
	idle     []*caller
	unused   int  // so many at the bottom have not been used since the last trim
	trimming bool // there will be another
}

// trimEvery is how long a caller waits for another call, and at most twice that.
const trimEvery = time.Second

// call has f called and waits for it until ctx ends.
func (p *callerPool) call(ctx context.Context, f func() (Row, bool, error)) (Row, bool, error) {
	c := p.get()
	c.calls <- f
	select {
	case r := <-c.results:
		p.put(c)
		return r.row, r.ok, r.err
	case <-ctx.Done():
		close(c.calls) // it ends when the call does
		return Row{}, false, ctx.Err()
	}
}

func (p *callerPool) get() *caller {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.idle) - 1
	if n < 0 {
		return newCaller()
	}
	c := p.idle[n]
	p.idle[n], p.idle = nil, p.idle[:n]
	p.unused = min(p.unused, n)
	return c
}

func (p *callerPool) put(c *caller) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, c)
	if !p.trimming {
		p.trimming = true
		time.AfterFunc(trimEvery, p.trimAgain)
	}
}

func (p *callerPool) trimAgain() {
	if p.trim() {
		time.AfterFunc(trimEvery, p.trimAgain)
	}
}

// trim ends the callers that were not used since it was here last, and tells
// whether any are left.
func (p *callerPool) trim() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.idle[:p.unused] {
		close(c.calls)
	}
	p.idle = slices.Delete(p.idle, 0, p.unused)
	p.unused = len(p.idle)
	p.trimming = p.unused > 0
	return p.trimming
}

func try(f func() (Row, bool, error)) (r result) {
	defer func() {
		if v := recover(); v != nil {
			r = result{err: fmt.Errorf("panic in the store: %v", v)}
		}
	}()
	r.row, r.ok, r.err = f()
	return r
}

func (g guarded) get(ctx context.Context, key string) (Row, bool, error) {
	return callers.call(ctx, func() (Row, bool, error) { return g.Get(ctx, key) })
}

// getExtend makes a store that is no Extender extend a row by writing it as it
// is. If that fails because another request was faster, it is extended by that.
func (g guarded) getExtend(ctx context.Context, key string, ttl time.Duration) (Row, bool, error) {
	if e, ok := g.Store.(Extender); ok {
		return callers.call(ctx, func() (Row, bool, error) { return e.GetExtend(ctx, key, ttl) })
	}
	row, found, err := g.get(ctx, key)
	if err != nil || !found || len(row.Data) == 0 {
		return row, found, err
	}
	_, err = g.swap(ctx, key, row, row.Data, ttl)
	return row, true, err
}

func (g guarded) set(ctx context.Context, key string, data []byte, ttl time.Duration) error {
	_, _, err := callers.call(ctx, func() (Row, bool, error) { return Row{}, false, g.Set(ctx, key, data, ttl) })
	return err
}

func (g guarded) swap(ctx context.Context, key string, loaded Row, data []byte, ttl time.Duration) (bool, error) {
	_, swapped, err := callers.call(ctx, func() (Row, bool, error) {
		swapped, err := g.Swap(ctx, key, loaded, data, ttl)
		return Row{}, swapped, err
	})
	return swapped, err
}

func (g guarded) delete(ctx context.Context, key string) error {
	_, _, err := callers.call(ctx, func() (Row, bool, error) { return Row{}, false, g.Delete(ctx, key) })
	return err
}
