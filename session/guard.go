package session

import (
	"context"
	"fmt"
	"time"
)

// guarded calls a store and turns a panic in it into an error. It does not end
// a call whose context ended: that is the store's part, as [Store] says.
type guarded struct {
	Store
	counts *counters
}

// ended is deferred: it turns a panic into an error, and counts the call.
func (g guarded) ended(kind callKind, began time.Time, err *error) {
	if v := recover(); v != nil {
		*err = fmt.Errorf("panic in the store: %v", v)
	}
	c := &g.counts.calls[kind]
	c.calls.Add(1)
	c.nanoseconds.Add(int64(time.Since(began)))
	if *err != nil {
		c.failed.Add(1)
	}
}

func (g guarded) get(ctx context.Context, key string) (_ Row, _ bool, err error) {
	defer g.ended(loadCall, time.Now(), &err)
	return g.Get(ctx, key)
}

// getExtend makes a store that is no Extender extend a row by writing it as it
// is. If that fails because another request was faster, that one extended it.
func (g guarded) getExtend(ctx context.Context, key string, ttl time.Duration) (_ Row, _ bool, err error) {
	defer g.ended(loadCall, time.Now(), &err)
	if e, ok := g.Store.(Extender); ok {
		return e.GetExtend(ctx, key, ttl)
	}
	row, found, err := g.Get(ctx, key)
	if err != nil || !found || len(row.Data) == 0 {
		return row, found, err
	}
	_, err = g.Swap(ctx, key, row, row.Data, ttl)
	return row, true, err
}

func (g guarded) set(ctx context.Context, key string, data []byte, ttl time.Duration) (err error) {
	defer g.ended(saveCall, time.Now(), &err)
	return g.Set(ctx, key, data, ttl)
}

// swapResult is what a swap says.
type swapResult struct {
	swapped  bool
	current  *Row // the row that is there afterwards; nil if there is none, or it is not known
	complete bool // nothing was swapped, and current is the whole truth
}

// swapGet makes a store that is a SwapGetter say what is there if it is not the
// loaded row.
func (g guarded) swapGet(ctx context.Context, key string, loaded Row, data []byte, ttl time.Duration) (r swapResult, err error) {
	defer g.ended(saveCall, time.Now(), &err)
	if s, ok := g.Store.(SwapGetter); ok {
		r.swapped, r.current, err = s.SwapGet(ctx, key, loaded, data, ttl)
		r.complete = !r.swapped
	} else {
		r.swapped, err = g.Swap(ctx, key, loaded, data, ttl)
	}
	if err == nil && !r.swapped {
		g.counts.conflicts.Add(1)
	}
	return r, err
}

func (g guarded) delete(ctx context.Context, key string) (err error) {
	defer g.ended(deleteCall, time.Now(), &err)
	return g.Delete(ctx, key)
}

func (g guarded) setOwned(ctx context.Context, owner string, e OwnedRow, ttl time.Duration) (err error) {
	defer g.ended(listCall, time.Now(), &err)
	return g.Store.(OwnerStore).SetOwned(ctx, owner, e, ttl)
}

func (g guarded) owned(ctx context.Context, owner string) (_ []OwnedRow, err error) {
	defer g.ended(listCall, time.Now(), &err)
	return g.Store.(OwnerStore).Owned(ctx, owner)
}

func (g guarded) removeOwned(ctx context.Context, owner string, keys ...string) (err error) {
	defer g.ended(listCall, time.Now(), &err)
	return g.Store.(OwnerStore).RemoveOwned(ctx, owner, keys...)
}
