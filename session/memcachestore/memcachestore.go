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
// A session is loaded, and its life extended, by one gats command; it is saved
// by one cas. gomemcache has no contexts: its Timeout (500 ms unless set) bounds
// each step of a call, and session.StoreTimeout how long a request waits.
// MaxIdleConns (2 unless set) wants to be as high as there are requests at
// once, or each of the others opens a connection of its own.
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
)

// Store is a session.Store in memcached.
type Store struct{ client *memcache.Client }

// New returns a Store that uses client, SESSION_MEMCACHED. It wraps the client's
// DialContext, and so has to come before the client's first use: gomemcache
// says gat where only gats is answered with what a later cas needs.
func New(client *memcache.Client) *Store {
	if client == nil {
		panic("memcachestore: New needs a client")
	}
	client.DialContext = dialGats(client.DialContext)
	return &Store{client}
}

// Get implements [session.Store] by gets.
func (s *Store) Get(ctx context.Context, key string) (session.Row, bool, error) {
	if err := ctx.Err(); err != nil {
		return session.Row{}, false, failed("get", err)
	}
	return found(s.client.Get(key))
}

// GetExtend implements [session.Extender] by gats.
func (s *Store) GetExtend(ctx context.Context, key string, ttl time.Duration) (session.Row, bool, error) {
	if err := ctx.Err(); err != nil {
		return session.Row{}, false, failed("get", err)
	}
	row, ok, err := found(s.client.GetAndTouch(key, exptime(ttl, time.Now())))
	if ok && row.Version == 0 { // a connection from before New said gat
		return s.Get(ctx, key)
	}
	return row, ok, err
}

// Set implements [session.Store] by set.
func (s *Store) Set(ctx context.Context, key string, data []byte, ttl time.Duration) error {
	if err := ctx.Err(); err != nil {
		return failed("set", err)
	}
	item := &memcache.Item{Key: key, Value: data, Expiration: exptime(ttl, time.Now())}
	return failed("set", s.client.Set(item))
}

// Swap implements [session.Store] by cas. There is no conditional delete:
// instead the item is replaced by one whose time is over.
func (s *Store) Swap(ctx context.Context, key string, loaded session.Row, data []byte, ttl time.Duration) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, failed("swap", err)
	}
	if data == nil {
		ttl = 0
	}
	item := &memcache.Item{Key: key, Value: data, Expiration: exptime(ttl, time.Now()), CasID: loaded.Version}
	err := s.client.CompareAndSwap(item)
	switch {
	case errors.Is(err, memcache.ErrCASConflict), errors.Is(err, memcache.ErrCacheMiss), errors.Is(err, memcache.ErrNotStored):
		return false, nil
	}
	return err == nil, failed("swap", err)
}

// Delete implements [session.Store] by delete.
func (s *Store) Delete(ctx context.Context, key string) error {
	if err := ctx.Err(); err != nil {
		return failed("delete", err)
	}
	if err := s.client.Delete(key); !errors.Is(err, memcache.ErrCacheMiss) {
		return failed("delete", err)
	}
	return nil
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
