package redisstore_test

import (
	"context"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/cantil-go/cantil/internal/testkit/servers"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/redisstore"
	"github.com/cantil-go/cantil/session/storetest"
)

func newClient(t *testing.T, addr string) *redis.Client {
	client := redis.NewClient(&redis.Options{Addr: addr, ContextTimeoutEnabled: true})
	t.Cleanup(func() { client.Close() })
	return client
}

func TestStore(t *testing.T) {
	client := newClient(t, servers.Redis(t).Addr)
	storetest.Run(t, func(*testing.T) session.Store { return redisstore.New(client) })
}

// silence takes connections and never answers.
func silence(t *testing.T) string {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { conn.Close() })
		}
	}()
	return ln.Addr().String()
}

// TestContexts: every kind of client ends a call with its context, whether the
// server cannot be reached or says nothing, and whether the client heeds
// contexts or not.
func TestContexts(t *testing.T) {
	addr := silence(t)
	dials := map[string]func(context.Context, string, string) (net.Conn, error){
		"unreachable": func(ctx context.Context, _, _ string) (net.Conn, error) { <-ctx.Done(); return nil, ctx.Err() },
		"silent":      func(context.Context, string, string) (net.Conn, error) { return net.Dial("tcp", addr) },
	}
	for server, dial := range dials {
		for _, heeds := range []bool{true, false} {
			for kind, client := range map[string]redis.UniversalClient{
				"client": redis.NewClient(&redis.Options{Addr: addr, Dialer: dial, ContextTimeoutEnabled: heeds}),
				"cluster": redis.NewClusterClient(&redis.ClusterOptions{
					Addrs: []string{addr}, Dialer: dial, ContextTimeoutEnabled: heeds}),
				"ring": redis.NewRing(&redis.RingOptions{
					Addrs: map[string]string{"a": addr}, Dialer: dial, ContextTimeoutEnabled: heeds}),
				"failover": redis.NewFailoverClient(&redis.FailoverOptions{
					MasterName: "m", SentinelAddrs: []string{addr}, Dialer: dial, ContextTimeoutEnabled: heeds}),
				"wrapped": struct{ redis.UniversalClient }{redis.NewClient(&redis.Options{
					Addr: addr, Dialer: dial, ContextTimeoutEnabled: heeds})},
			} {
				t.Run(fmt.Sprintf("%s/%s/heeds=%v", server, kind, heeds), func(t *testing.T) {
					t.Parallel()
					t.Cleanup(func() { client.Close() })
					overdue(t, redisstore.New(client))
				})
			}
		}
	}
}

// overdue makes every call of a store with a context that ends soon.
func overdue(t *testing.T, store *redisstore.Store) {
	const timeout, patience = 50 * time.Millisecond, time.Second
	for name, call := range map[string]func(context.Context) error{
		"Get":       func(ctx context.Context) error { _, _, err := store.Get(ctx, "k"); return err },
		"GetExtend": func(ctx context.Context) error { _, _, err := store.GetExtend(ctx, "k", time.Hour); return err },
		"Set":       func(ctx context.Context) error { return store.Set(ctx, "k", []byte("a"), time.Hour) },
		"Swap": func(ctx context.Context) error {
			_, err := store.Swap(ctx, "k", session.Row{Data: []byte("a")}, []byte("b"), time.Hour)
			return err
		},
		"Delete": func(ctx context.Context) error { return store.Delete(ctx, "k") },
	} {
		ctx, cancel := context.WithTimeout(t.Context(), timeout)
		began := time.Now()
		err := call(ctx)
		cancel()
		if took := time.Since(began); err == nil || took > timeout+patience {
			t.Errorf("%s: %v after %v", name, err, took)
		}
	}
}
