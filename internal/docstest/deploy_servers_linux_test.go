package docstest

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/internal/testkit"
	"github.com/cantil-go/cantil/internal/testkit/servers"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/redisstore"
)

// configured writes a file of docs/deploy with some of its text replaced, in a
// folder of its own.
func configured(t *testing.T, name string, replaced ...string) string {
	t.Helper()
	text := read(t, "docs/deploy/"+name)
	for i := 0; i < len(replaced); i += 2 {
		if !strings.Contains(text, replaced[i]) {
			t.Fatalf("%s has no %q", name, replaced[i])
		}
	}
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(strings.NewReplacer(replaced...).Replace(text)), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// within tries until it is done.
func within(t *testing.T, what string, try func() error) {
	t.Helper()
	var err error
	for began := time.Now(); time.Since(began) < limit; time.Sleep(20 * time.Millisecond) {
		if err = try(); err == nil {
			return
		}
	}
	t.Fatalf("%s: %v", what, err)
}

// TestCaddy starts Caddy with the configuration of the page, with a certificate of
// its own: the program knows the visitor's address, scheme and host, and a session
// cookie that is for https alone comes back.
func TestCaddy(t *testing.T) {
	caddy := need(t, "caddy", "caddy")
	app := cantil.New()
	app.SecretKey = session.GenerateKey()
	app.SessionCookieSecure = true
	app.ProxyFix(cantil.ProxyFix{For: 1, Proto: 1, Host: 1})
	app.TrustedHosts = []string{"localhost"}
	app.Get("/")(func(c *cantil.Context) any {
		n, _ := session.Value[int](c.Session(), "n")
		c.Session().Set("n", n+1)
		return fmt.Sprint(n, " ", c.RemoteAddr(), " ", c.Scheme(), " ", c.Host())
	})
	host := fmt.Sprint("localhost:", servers.FreePort(t))
	file := configured(t, "Caddyfile", "loja.example {", "https://"+host+" {\n\tbind 127.0.0.1\n\ttls internal", "127.0.0.1:5000", strings.TrimPrefix(testkit.Serve(t, app), "http://"))
	text, _ := os.ReadFile(file)
	alone := "{\n\tadmin off\n\tskip_install_trust\n\tauto_https disable_redirects\n}\n" // nothing beyond this folder
	if err := os.WriteFile(file, append([]byte(alone), text...), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(caddy, "run", "--adapter", "caddyfile", "--config", file)
	cmd.Env = append(os.Environ(), "HOME="+filepath.Dir(file), "XDG_DATA_HOME="+filepath.Dir(file), "XDG_CONFIG_HOME="+filepath.Dir(file))
	startProgram(t, cmd)

	jar, _ := cookiejar.New(nil)
	client := &http.Client{Jar: jar, Timeout: limit, Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	for n := range 3 {
		within(t, "caddy", func() error {
			answer, err := client.Get("https://" + host + "/")
			if err != nil {
				return err
			}
			defer answer.Body.Close()
			body, err := io.ReadAll(answer.Body)
			if want := fmt.Sprint(n, " 127.0.0.1 https ", host); answer.StatusCode != 200 || string(body) != want {
				t.Fatalf("%d %s, expected %s", answer.StatusCode, body, want)
			}
			return err
		})
	}
}

// startRedis starts a redis-server with a file of the page.
func startRedis(t *testing.T, port int, name string, more ...string) {
	t.Helper()
	file := configured(t, name, append([]string{"port 6379", fmt.Sprintf("port %d\ndir %s", port, t.TempDir())}, more...)...)
	startProgram(t, exec.Command(need(t, "redis-server", "redis-server"), file))
}

// keeps stores a session in Redis and reads it back.
func keeps(t *testing.T, client redis.UniversalClient) {
	t.Helper()
	t.Cleanup(func() { client.Close() })
	store := redisstore.New(client)
	within(t, "redis", func() error {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		for i := range 20 { // which are on all nodes of a Cluster
			key := fmt.Sprint("session:", i)
			if err := store.Set(ctx, key, []byte("x"), time.Hour); err != nil {
				return err
			}
			if row, found, err := store.Get(ctx, key); err != nil || !found || string(row.Data) != "x" {
				return fmt.Errorf("%v %v %w", row, found, err)
			}
		}
		return nil
	})
}

// TestSentinel starts a master, a replica and three sentinels with the files of the
// page; a client that asks the sentinels finds the master, and the other one when
// that is gone.
func TestSentinel(t *testing.T) {
	master, replica := servers.FreePort(t), servers.FreePort(t)
	startRedis(t, replica, "redis.conf", "maxmemory 1gb", fmt.Sprintf("maxmemory 1gb\nreplicaof 127.0.0.1 %d", master))
	file := configured(t, "redis.conf", "port 6379", fmt.Sprintf("port %d\ndir %s\nrepl-diskless-sync-delay 0", master, t.TempDir()))
	first := startProgram(t, exec.Command(need(t, "redis-server", "redis-server"), file))
	direct := redis.NewClient(&redis.Options{Addr: fmt.Sprint("127.0.0.1:", master)})
	defer direct.Close()
	within(t, "a replica", func() error {
		if info, err := direct.Info(t.Context(), "replication").Result(); !strings.Contains(info, "state=online") {
			return fmt.Errorf("%s %w", info, err)
		}
		return nil
	})
	var sentinels []string
	for range 3 {
		port := servers.FreePort(t)
		sentinels = append(sentinels, fmt.Sprint("127.0.0.1:", port))
		watch := configured(t, "sentinel.conf", "port 26379", fmt.Sprintf("port %d\ndir %s", port, t.TempDir()), "127.0.0.1 6379", fmt.Sprint("127.0.0.1 ", master), "sessions 5000", "sessions 500")
		startProgram(t, exec.Command(need(t, "redis-server", "redis-server"), watch, "--sentinel"))
	}
	for _, addr := range sentinels { // each knows the replica and the other two
		client := redis.NewSentinelClient(&redis.Options{Addr: addr})
		defer client.Close()
		within(t, "sentinels that know each other", func() error {
			known, err := client.Sentinels(t.Context(), "sessions").Result()
			replicas, _ := client.Replicas(t.Context(), "sessions").Result()
			if len(known) != 2 || len(replicas) != 1 {
				return fmt.Errorf("%d, %d: %w", len(known), len(replicas), err)
			}
			return nil
		})
	}
	client := redis.NewFailoverClient(&redis.FailoverOptions{MasterName: "sessions", SentinelAddrs: sentinels, ContextTimeoutEnabled: true})
	keeps(t, client)
	first.cmd.Process.Kill()
	keeps(t, client)
}

// TestRedisCluster starts six nodes with the file of the page, and makes them one
// Cluster by its command.
func TestRedisCluster(t *testing.T) {
	cli := need(t, "redis-cli", "redis-tools")
	const command = "redis-cli --cluster create --cluster-replicas 1"
	for _, page := range []string{"docs/deploy/redis-cluster.conf", "docs/deploy.md"} {
		if !strings.Contains(read(t, page), command) {
			t.Errorf("%s has another command than %q", page, command)
		}
	}
	args := append(strings.Fields(command)[1:], "--cluster-yes")
	var nodes []string
	for range 6 {
		port := servers.FreePort(t)
		startRedis(t, port, "redis-cluster.conf", "cluster-enabled yes", fmt.Sprint("cluster-enabled yes\ncluster-port ", servers.FreePort(t)))
		nodes = append(nodes, fmt.Sprint("127.0.0.1:", port))
	}
	for _, addr := range nodes {
		client := redis.NewClient(&redis.Options{Addr: addr})
		defer client.Close()
		within(t, addr, func() error { return client.Ping(t.Context()).Err() })
	}
	if out, err := exec.CommandContext(t.Context(), cli, append(args, nodes...)...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	keeps(t, redis.NewClusterClient(&redis.ClusterOptions{Addrs: nodes[:1], ContextTimeoutEnabled: true}))
}
