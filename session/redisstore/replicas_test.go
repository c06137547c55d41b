package redisstore_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/cantil-go/cantil/internal/testkit/servers"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/redisstore"
	"github.com/cantil-go/cantil/session/storetest"
)

// until waits until done, and fails the test if it never is.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for stop := time.Now().Add(30 * time.Second); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(stop) {
			t.Fatalf("no %s", what)
		}
	}
}

// lag is what stands between a master and a replica and can keep everything back.
type lag struct {
	net.Listener
	holds atomic.Bool
}

func newLag(t *testing.T, master string) *lag {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	l := &lag{Listener: ln}
	go func() {
		for {
			replica, err := ln.Accept()
			if err != nil {
				return
			}
			conn, err := net.Dial("tcp", master)
			if err != nil {
				replica.Close()
				continue
			}
			go func() { io.Copy(conn, replica); conn.Close() }()
			go l.copy(replica, conn)
		}
	}()
	return l
}

// copy passes on what the master says, or drops it.
func (l *lag) copy(replica, master net.Conn) {
	defer replica.Close()
	buf := make([]byte, 4096)
	for {
		n, err := master.Read(buf)
		if err != nil {
			return
		}
		if l.holds.Load() {
			continue
		}
		if _, err := replica.Write(buf[:n]); err != nil {
			return
		}
	}
}

// startReplica starts a replica of a master and waits until it follows.
func startReplica(t *testing.T, master string) *servers.Process {
	t.Helper()
	host, port, _ := net.SplitHostPort(master)
	replica := servers.Redis(t, "--replicaof", host+" "+port)
	client := newClient(t, replica.Addr)
	until(t, "replica", func() bool {
		return strings.Contains(client.Info(t.Context(), "replication").Val(), "master_link_status:up")
	})
	return replica
}

// TestReplicas: the master dies before a replica heard of a logout and of a
// write. Without the options they are undone; with them nobody was told that they
// had succeeded, and what was acknowledged before is there.
func TestReplicas(t *testing.T) {
	const patience = 200 * time.Millisecond
	for _, waits := range []bool{false, true} {
		master := servers.Redis(t, "--repl-diskless-sync-delay", "0")
		between := newLag(t, master.Addr)
		replica := startReplica(t, between.Addr().String())
		client := newClient(t, master.Addr)
		store, prepared := redisstore.New(client), redisstore.New(client)
		if waits {
			prepared = redisstore.New(client, redisstore.WaitDeletions(1, 2500*time.Millisecond), redisstore.WaitWrites(1, 2500*time.Millisecond))
			store = redisstore.New(client, redisstore.WaitDeletions(1, patience), redisstore.WaitWrites(1, patience))
		}
		ctx := t.Context()
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, key := range []string{"out", "swapped out", "written", "gone"} {
			must(prepared.Set(ctx, key, []byte("before"), time.Hour))
		}
		must(prepared.Delete(ctx, "gone"))
		loaded, _, err := store.Get(ctx, "out")
		must(err)
		if !waits {
			until(t, "replication", func() bool { return newClient(t, replica.Addr).DBSize(ctx).Val() == 3 })
		}
		between.holds.Store(true)
		_, swapOut := store.Swap(ctx, "swapped out", loaded, nil, 0)
		_, swap := store.Swap(ctx, "written", loaded, []byte("after"), time.Hour)
		for call, err := range map[string]error{
			"delete": store.Delete(ctx, "out"), "swap for nothing": swapOut, "swap": swap, "set": store.Set(ctx, "new", []byte("a"), time.Hour),
		} {
			if refused := err != nil && strings.Contains(err.Error(), "too few replicas"); refused != waits || err != nil && !waits {
				t.Errorf("waits %v: %s: %v", waits, call, err)
			}
		}
		if row, found, err := store.Get(ctx, "out"); found || err != nil {
			t.Errorf("waits %v: the master has %q, %v", waits, row.Data, err)
		}
		master.Kill()
		promoted := newClient(t, replica.Addr)
		must(promoted.Do(ctx, "REPLICAOF", "NO", "ONE").Err())
		after := redisstore.New(promoted)
		undone := 0
		for _, key := range []string{"out", "swapped out"} {
			if _, found, err := after.Get(ctx, key); err != nil || found {
				undone++
			}
		}
		if _, found, err := after.Get(ctx, "gone"); found || err != nil {
			t.Errorf("waits %v: what was acknowledged is undone: %v", waits, err)
		}
		if undone != 2 { // but with the options no visitor was told of one
			t.Errorf("waits %v: %d of 2 logouts undone", waits, undone)
		}
	}
}

// TestWaitingStore: with a replica that follows, a store that waits is a store.
func TestWaitingStore(t *testing.T) {
	master := servers.Redis(t, "--repl-diskless-sync-delay", "0")
	startReplica(t, master.Addr)
	client := newClient(t, master.Addr)
	storetest.Run(t, func(*testing.T) session.Store {
		return redisstore.New(client, redisstore.WaitDeletions(1, 2500*time.Millisecond), redisstore.WaitWrites(1, 2500*time.Millisecond))
	})
}

// TestWaitingCluster: the node that a key is on is the one that waits, also while
// its slot moves to another node, and afterwards.
func TestWaitingCluster(t *testing.T) {
	ctx := t.Context()
	nodes, ids := startCluster(t, 2, 1)
	client := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{nodes[0].Options().Addr}, ContextTimeoutEnabled: true})
	t.Cleanup(func() { client.Close() })
	store := redisstore.New(client, redisstore.WaitDeletions(1, 2500*time.Millisecond), redisstore.WaitWrites(1, 2500*time.Millisecond))
	check := func(stage string) {
		t.Helper()
		for i := range 20 {
			key := fmt.Sprintf("{x}%s%d", stage, i) // all in one slot
			if err := store.Set(ctx, key, []byte("a"), time.Hour); err != nil {
				t.Fatal(stage, err)
			}
			row, found, err := store.Get(ctx, key)
			if err != nil || !found {
				t.Fatal(stage, found, err)
			}
			if swapped, err := store.Swap(ctx, key, row, []byte("b"), time.Hour); !swapped || err != nil {
				t.Fatal(stage, swapped, err)
			}
			if err := store.Delete(ctx, key); err != nil {
				t.Fatal(stage, err)
			}
			if err := store.Delete(ctx, fmt.Sprint(key, "elsewhere", i)); err != nil {
				t.Fatal(stage, err)
			}
		}
	}
	check("still")
	slot := nodes[0].ClusterKeySlot(ctx, "{x}").Val()
	from, to := 0, 1
	if slot >= 8192 {
		from, to = 1, 0
	}
	do := func(i int, args ...any) {
		t.Helper()
		if err := nodes[i].Do(ctx, append([]any{"CLUSTER", "SETSLOT", slot}, args...)...).Err(); err != nil {
			t.Fatal(err)
		}
	}
	do(to, "IMPORTING", ids[from])
	do(from, "MIGRATING", ids[to])
	check("moving")
	do(to, "NODE", ids[to])
	do(from, "NODE", ids[to])
	check("moved")
}

// TestCluster: the sessions of an account are on nodes of their own, and so is the
// list of them.
func TestCluster(t *testing.T) {
	nodes, _ := startCluster(t, 2, 1)
	client := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{nodes[0].Options().Addr}, ContextTimeoutEnabled: true})
	t.Cleanup(func() { client.Close() })
	storetest.Run(t, func(*testing.T) session.Store { return redisstore.New(client) })
}

// TestWaitOptions: mistakes panic, and so does a client that cannot wait.
func TestWaitOptions(t *testing.T) {
	for name, f := range map[string]func(){
		"none":    func() { redisstore.WaitWrites(0, time.Second) },
		"no time": func() { redisstore.WaitDeletions(1, 0) },
		"a wrapped client": func() {
			redisstore.New(wrapped{newClient(t, "127.0.0.1:1")}, redisstore.WaitWrites(1, time.Second))
		},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
	redisstore.New(wrapped{newClient(t, "127.0.0.1:1")})
}

type wrapped struct{ redis.UniversalClient }
