// Package redisstore keeps sessions in Redis, on the rows that Flask-Session's
// SESSION_TYPE = "redis" reads and writes: a string under "session:" + id, with
// the session's lifetime as its time to live.
//
//	client := redis.NewClient(&redis.Options{Addr: "localhost:6379", ContextTimeoutEnabled: true})
//	app.SessionInterface = session.NewServerSide(redisstore.New(client))
//
// Any client of go-redis will do: redis.NewClusterClient for a Cluster,
// redis.NewFailoverClient for Sentinel, redis.NewUniversalClient for what the
// options say. Each command is about one key, so that a Cluster can spread the
// sessions. It takes Redis 6.2 or later, or what speaks its GETEX.
//
// A session is loaded, and its life extended, by one GETEX; it is saved by one
// script that compares and sets, which goes over once more when the server does
// not know it yet.
//
// Set ContextTimeoutEnabled: the client then ends a call when
// session.StoreTimeout says so. A client without it, or one that wraps a client
// of go-redis, is called in a goroutine for each command, which costs some
// microseconds; a call that takes too long is left to go-redis' own timeouts
// and retries.
//
// # Failover
//
// Redis replicates to other servers after it has answered. If the master dies in
// between, Sentinel or the Cluster makes one of them the master that never heard
// of the last writes: what was acknowledged in that time, usually milliseconds,
// is undone. A login is forgotten, which the visitor sees. A logout is forgotten
// too, and the old cookie is valid again for as long as the session would have
// lived; so is an id that Regenerate or Revoke has ended. (Of 30 logouts a second
// before the master died under a replica that lagged behind for a second, 30 were
// undone.) No visitor gets another's session. [WaitDeletions] and [WaitWrites]
// acknowledge nothing that replicas do not have. The new master is the replica
// that has most: with one of two replicas waited for it is one that has it. Beside
// them min-replicas-to-write stops a master that was cut off from taking writes.
package redisstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/internal/wait"
)

// Store is a session.Store in Redis.
type Store struct {
	client redis.UniversalClient
	heeds  bool // the client ends a call when its context does

	writes, deletions replicas // that are waited for
}

// New returns a Store that uses client, SESSION_REDIS. A mistake in the options
// panics.
func New(client redis.UniversalClient, options ...Option) *Store {
	if client == nil {
		panic(errors.New("redisstore: New needs a client"))
	}
	s := &Store{client: client, heeds: heedsContexts(client)}
	for _, option := range options {
		option(s)
	}
	s.mayWait()
	return s
}

// heedsContexts reports whether client is known to have ContextTimeoutEnabled.
func heedsContexts(client redis.UniversalClient) bool {
	switch c := client.(type) {
	case *redis.Client: // Sentinel's too
		return c.Options().ContextTimeoutEnabled
	case *redis.ClusterClient:
		return c.Options().ContextTimeoutEnabled
	case *redis.Ring:
		return c.Options().ContextTimeoutEnabled
	}
	return false
}

// ask calls f, and returns when ctx ends whatever the client does.
func ask[T any](ctx context.Context, s *Store, f func() (T, error)) (T, error) {
	if s.heeds {
		return f()
	}
	return wait.For(ctx, f)
}

// Get implements [session.Store] by GET.
func (s *Store) Get(ctx context.Context, key string) (session.Row, bool, error) {
	return found(ask(ctx, s, func() ([]byte, error) { return s.client.Get(ctx, key).Bytes() }))
}

// GetExtend implements [session.Extender] by GETEX.
func (s *Store) GetExtend(ctx context.Context, key string, ttl time.Duration) (session.Row, bool, error) {
	if ttl <= 0 { // which GETEX would take for "no end"
		return s.Get(ctx, key)
	}
	return found(ask(ctx, s, func() ([]byte, error) { return s.client.GetEx(ctx, key, atLeastOne(ttl)).Bytes() }))
}

// Set implements [session.Store] by SET, with the time to live.
func (s *Store) Set(ctx context.Context, key string, data []byte, ttl time.Duration) error {
	if ttl <= 0 {
		return s.Delete(ctx, key)
	}
	_, err := ask(ctx, s, func() (*redis.StatusCmd, error) {
		return write(ctx, s, s.writes, key, func(c redis.Cmdable) *redis.StatusCmd { return c.Set(ctx, key, data, atLeastOne(ttl)) })
	})
	return failed("set", err)
}

// swap replaces the value of KEYS[1] if it is ARGV[1]: by ARGV[2] for ARGV[3]
// milliseconds, or by nothing if ARGV[3] is 0. Otherwise it returns the value. A
// missing key is false in Lua, which equals no string, and nil outside.
var swap = redis.NewScript(swapText)

const swapText = `
local there = redis.call('GET', KEYS[1])
if there ~= ARGV[1] then
  return there
end
if ARGV[3] == '0' then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end
return 1`

// Swap implements [session.Store] by a script, which Redis runs in one step.
func (s *Store) Swap(ctx context.Context, key string, loaded session.Row, data []byte, ttl time.Duration) (bool, error) {
	swapped, _, err := s.SwapGet(ctx, key, loaded, data, ttl)
	return swapped, err
}

// SwapGet implements [session.SwapGetter] by the same script.
func (s *Store) SwapGet(ctx context.Context, key string, loaded session.Row, data []byte, ttl time.Duration) (bool, *session.Row, error) {
	milliseconds := int64(0)
	if data != nil && ttl > 0 {
		milliseconds = atLeastOne(ttl).Milliseconds()
	}
	wait := s.writes
	if milliseconds == 0 {
		wait = s.deletions
	}
	answer, err := ask(ctx, s, func() (any, error) {
		return s.runSwap(ctx, wait, key, loaded.Data, data, milliseconds).Result()
	})
	if errors.Is(err, redis.Nil) {
		return false, nil, nil
	}
	if there, ok := answer.(string); ok && err == nil {
		return false, &session.Row{Data: []byte(there)}, nil
	}
	return err == nil, nil, failed("swap", err)
}

// runSwap sends the script's hash, and the script where the server does not know
// it yet.
func (s *Store) runSwap(ctx context.Context, wait replicas, key string, args ...any) *redis.Cmd {
	keys := []string{key}
	if wait.n == 0 {
		return swap.Run(ctx, s.client, keys, args...)
	}
	c, err := write(ctx, s, wait, key, func(c redis.Cmdable) *redis.Cmd { return c.EvalSha(ctx, swap.Hash(), keys, args...) })
	if err != nil && redis.HasErrorPrefix(err, "NOSCRIPT") {
		c, err = write(ctx, s, wait, key, func(c redis.Cmdable) *redis.Cmd { return c.Eval(ctx, swapText, keys, args...) })
	}
	if err != nil && (c == nil || c.Err() == nil) {
		c = redis.NewCmd(ctx)
		c.SetErr(err)
	}
	return c
}

// Delete implements [session.Store] by DEL.
func (s *Store) Delete(ctx context.Context, key string) error {
	_, err := ask(ctx, s, func() (*redis.IntCmd, error) {
		return write(ctx, s, s.deletions, key, func(c redis.Cmdable) *redis.IntCmd { return c.Del(ctx, key) })
	})
	return failed("delete", err)
}

// atLeastOne rounds a time to live up to what Redis can count.
func atLeastOne(ttl time.Duration) time.Duration {
	return max(ttl, time.Millisecond)
}

// found turns an answer into a row.
func found(data []byte, err error) (session.Row, bool, error) {
	if errors.Is(err, redis.Nil) {
		return session.Row{}, false, nil
	}
	if err != nil {
		return session.Row{}, false, failed("get", err)
	}
	return session.Row{Data: data}, true, nil
}

func failed(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("redisstore: %s: %w", doing, err)
}
