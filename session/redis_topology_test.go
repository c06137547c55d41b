package session_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/internal/testkit/servers"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/redisstore"
)

// TestRedisCluster: sessions are spread over three masters.
func TestRedisCluster(t *testing.T) {
	addrs := startCluster(t, 3)
	client := redis.NewClusterClient(&redis.ClusterOptions{Addrs: addrs, ContextTimeoutEnabled: true})
	t.Cleanup(func() { client.Close() })
	app := loadApp(redisstore.New(client))
	for i := range 60 {
		visitor := app.TestClient()
		want := fmt.Sprintf("user%d", i)
		if r := visitor.Get("/login/" + want); r.Status != 200 {
			t.Fatalf("login: %d %s", r.Status, r.Body)
		}
		for _, path := range []string{"/user", "/set/n/1", "/user"} {
			if r := visitor.Get(path); r.Status != 200 || r.Text() != want {
				t.Errorf("%s: %d %s", path, r.Status, r.Body)
			}
		}
		if i%2 == 0 {
			visitor.Get("/logout")
		}
	}
	spread := make([]int64, len(addrs))
	for i, addr := range addrs {
		spread[i] = redisClient(t, addr).DBSize(t.Context()).Val()
	}
	fmt.Printf("cluster: 60 visitors, 30 logged out, rows on the masters %v\n", spread)
	if total := spread[0] + spread[1] + spread[2]; total != 30 || min(spread[0], spread[1], spread[2]) == 0 {
		t.Errorf("rows on the masters: %v, want 30 on all of them", spread)
	}
}

// startCluster starts n masters that share the slots.
func startCluster(t *testing.T, n int) []string {
	ctx := t.Context()
	var addrs []string
	var nodes []*redis.Client
	for i := range n {
		server := servers.RedisCluster(t)
		node := redisClient(t, server.Addr)
		noError(t, node.Do(ctx, "CLUSTER", "ADDSLOTSRANGE", i*16384/n, (i+1)*16384/n-1).Err())
		noError(t, node.Do(ctx, "CLUSTER", "SET-CONFIG-EPOCH", i+1).Err())
		addrs, nodes = append(addrs, server.Addr), append(nodes, node)
		if i > 0 {
			host, port, _ := net.SplitHostPort(server.Addr)
			noError(t, nodes[0].Do(ctx, "CLUSTER", "MEET", host, port, server.ClusterPort).Err())
		}
	}
	within(t, 20*time.Second, "a cluster", func() bool {
		for _, node := range nodes {
			if info := node.ClusterInfo(ctx).Val(); !strings.Contains(info, "cluster_state:ok") ||
				!strings.Contains(info, fmt.Sprintf("cluster_known_nodes:%d", n)) {
				return false
			}
		}
		return true
	})
	return addrs
}

// within waits until done, and fails the test if it never is.
func within(t *testing.T, limit time.Duration, what string, done func() bool) {
	t.Helper()
	for began := time.Now(); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > limit {
			t.Fatalf("no %s after %v", what, limit)
		}
	}
}

// TestSentinelFailover: the master dies, its replica takes over, and the
// visitors are still logged in.
func TestSentinelFailover(t *testing.T) {
	master := servers.Redis(t)
	host, port, _ := net.SplitHostPort(master.Addr)
	replica := servers.Redis(t, "--replicaof", host+" "+port)
	sentinel := servers.Sentinel(t, master.Addr)
	watcher := redis.NewSentinelClient(&redis.Options{Addr: sentinel.Addr})
	t.Cleanup(func() { watcher.Close() })
	within(t, 20*time.Second, "replica known to the sentinel", func() bool {
		found, _ := watcher.Replicas(t.Context(), "master").Result()
		return len(found) == 1 && found[0]["master-link-status"] == "ok"
	})

	client := redis.NewFailoverClient(&redis.FailoverOptions{
		MasterName: "master", SentinelAddrs: []string{sentinel.Addr}, ContextTimeoutEnabled: true})
	t.Cleanup(func() { client.Close() })
	app := loadApp(redisstore.New(client), session.StoreTimeout(time.Second))
	visitors := make([]*cantil.Client, 20)
	for i := range visitors {
		visitors[i] = app.TestClient()
		visitors[i].Get(fmt.Sprintf("/login/user%d", i))
	}
	noError(t, client.Wait(t.Context(), 1, 5*time.Second).Err()) // the replica has it all

	master.Kill()
	began, refused := time.Now(), 0
	within(t, 30*time.Second, "answer after the failover", func() bool {
		r := visitors[0].Get("/set/n/1")
		if r.Status == 503 {
			refused++
		}
		return r.Status == 200
	})
	for i, visitor := range visitors {
		if r := visitor.Get("/set/n/2"); r.Status != 200 || r.Text() != fmt.Sprintf("user%d", i) {
			t.Errorf("visitor %d after the failover: %d %s", i, r.Status, r.Body)
		}
	}
	if role := redisRole(t, replica.Addr); role != "master" {
		t.Errorf("the replica is %q", role)
	}
	fmt.Printf("failover: the replica answers %v after the master died, %d requests were refused, 20 of 20 visitors still logged in\n",
		time.Since(began).Round(time.Millisecond), refused)
}

func redisRole(t *testing.T, addr string) string {
	info := redisClient(t, addr).Info(context.Background(), "replication").Val()
	_, role, _ := strings.Cut(info, "role:")
	role, _, _ = strings.Cut(role, "\r\n")
	return role
}
