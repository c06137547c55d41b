// Package memcachestore keeps sessions in memcached, on the rows that
// Flask-Session's SESSION_TYPE = "memcached" reads and writes: a value under
// "session:" + id, with the session's lifetime as its expiry.
//
//	client := memcache.New("10.0.0.1:11211", "10.0.0.2:11211")
//	app.SessionInterface = session.NewServerSide(memcachestore.New(client))
//
// With several servers the client's selector spreads the sessions over them; to
// share them with a Flask fleet, both have to spread alike. It takes memcached
// 1.5.3 or later.
//
// A session is loaded by a gets command, and its life extended by a touch: two
// round trips where Redis and SQL need one, because gomemcache has no command
// that does both and says what a later cas needs. With
// SessionRefreshEachRequest off a session is only loaded. It is saved by one
// cas.
//
// gomemcache has no contexts: its Timeout (500 ms unless set) bounds each step
// of a call, and session.StoreTimeout how long a request waits for it, for
// which each call runs in a goroutine. MaxIdleConns (2 unless set) should be as
// high as there are requests at once, or each of the others opens a connection
// of its own.
//
// Memcached forgets what it has no room for and what it held when it restarts;
// those sessions are then logged out. It refuses values above 1 MiB unless told
// otherwise.
package memcachestore

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/bradfitz/gomemcache/memcache"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/internal/wait"
)

// Store is a session.Store in memcached.
type Store struct{ client *memcache.Client }

// New returns a Store that uses client, SESSION_MEMCACHED.
func New(client *memcache.Client) *Store {
	if client == nil {
		panic(errors.New("memcachestore: New needs a client"))
	}
	return &Store{client}
}

// Get implements [session.Store] by gets.
func (s *Store) Get(ctx context.Context, key string) (session.Row, bool, error) {
	return found(wait.For(ctx, func() (*memcache.Item, error) { return s.client.Get(key) }))
}

// GetExtend implements [session.Extender] by gets and touch. A row that is
// deleted between the two is not found.
func (s *Store) GetExtend(ctx context.Context, key string, ttl time.Duration) (session.Row, bool, error) {
	return found(wait.For(ctx, func() (*memcache.Item, error) {
		item, err := s.client.Get(key)
		if err != nil {
			return nil, err
		}
		return item, s.client.Touch(key, exptime(ttl, time.Now()))
	}))
}

// Set implements [session.Store] by set.
func (s *Store) Set(ctx context.Context, key string, data []byte, ttl time.Duration) error {
	item := &memcache.Item{Key: key, Value: data, Expiration: exptime(ttl, time.Now())}
	return failed("set", do(ctx, func() error { return s.client.Set(item) }))
}

// Swap implements [session.Store] by cas. There is no conditional delete:
// instead the item is replaced by one whose time is over.
func (s *Store) Swap(ctx context.Context, key string, loaded session.Row, data []byte, ttl time.Duration) (bool, error) {
	if data == nil {
		ttl = 0
	}
	item := &memcache.Item{Key: key, Value: data, Expiration: exptime(ttl, time.Now()), CasID: loaded.Version}
	err := do(ctx, func() error { return s.client.CompareAndSwap(item) })
	switch {
	case errors.Is(err, memcache.ErrCASConflict), errors.Is(err, memcache.ErrCacheMiss), errors.Is(err, memcache.ErrNotStored):
		return false, nil
	}
	return err == nil, failed("swap", err)
}

// Delete implements [session.Store] by delete.
func (s *Store) Delete(ctx context.Context, key string) error {
	err := do(ctx, func() error { return s.client.Delete(key) })
	if errors.Is(err, memcache.ErrCacheMiss) {
		return nil
	}
	return failed("delete", err)
}

// do waits for f until ctx ends.
func do(ctx context.Context, f func() error) error {
	_, err := wait.For(ctx, func() (struct{}, error) { return struct{}{}, f() })
	return err
}

// longestRelative is up to where memcached takes an expiry for a number of
// seconds from now; above it is a date.
const longestRelative = 30 * 24 * time.Hour

// exptime is ttl as memcached wants it, as Flask-Session counts it too. Zero
// would be "never": what is over at once is negative.
func exptime(ttl time.Duration, now time.Time) int32 {
	switch seconds := int64(ttl / time.Second); {
	case ttl <= 0:
		return -1
	case seconds == 0:
		return 1
	case ttl > longestRelative:
		return int32(min(now.Unix()+seconds, math.MaxInt32))
	default:
		return int32(seconds)
	}
}

// found turns an answer into a row.
func found(item *memcache.Item, err error) (session.Row, bool, error) {
	if errors.Is(err, memcache.ErrCacheMiss) {
		return session.Row{}, false, nil
	}
	if err != nil {
		return session.Row{}, false, failed("get", err)
	}
	return session.Row{Data: item.Value, Version: item.CasID}, true, nil
}

func failed(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("memcachestore: %s: %w", doing, err)
}
