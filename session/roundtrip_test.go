package session_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bradfitz/gomemcache/memcache"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/redis/go-redis/v9"

	"github.com/cantil-go/cantil/internal/testkit/servers"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/memcachestore"
	"github.com/cantil-go/cantil/session/redisstore"
	"github.com/cantil-go/cantil/session/sqlstore"
)

// wire notes what goes to a server.
type wire struct {
	mu   sync.Mutex
	sent []string
}

func (w *wire) add(command string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent = append(w.sent, strings.ToLower(command))
}

func (w *wire) take() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	sent := strings.Join(w.sent, " ")
	w.sent = nil
	return sent
}

// TestRoundTrips: what a request sends to the servers, as the servers see it
// (Redis' MONITOR, the bytes to memcached) or the driver sends it (pgx).
func TestRoundTrips(t *testing.T) {
	type want struct{ first, nothing, read, write, logout string }
	for _, c := range []struct {
		name string
		open func(t *testing.T) (session.Store, func() string)
		want
	}{
		{"redis", monitoredRedis, want{"set", "getex", "getex", "getex evalsha", "getex del"}},
		{"memcached", wiredMemcached, want{"set", "gets touch", "gets touch", "gets touch cas", "gets touch delete"}},
		{"postgresql", tracedPostgres, want{"insert", "with", "with", "with update", "with delete"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			store, sent := c.open(t)
			app := loadApp(store)
			warm := app.TestClient() // loads the script, prepares the statements
			for _, path := range []string{"/login/x", "/set/n/1", "/logout"} {
				warm.Get(path)
			}
			sent()
			client := app.TestClient()
			for _, step := range []struct{ path, want string }{
				{"/nowhere", ""}, {"/user", ""}, {"/logout", ""},
				{"/login/maria", c.first}, {"/nowhere", c.nothing}, {"/user", c.read}, {"/set/n/1", c.write}, {"/logout", c.logout},
				{"/user", ""},
			} {
				client.Get(step.path)
				got := sent()
				fmt.Printf("round trips %s: %-12s %q\n", c.name, step.path, got)
				if got != step.want {
					t.Errorf("%s sends %q, want %q", step.path, got, step.want)
				}
			}
		})
	}
}

// monitoredRedis reads Redis' own account of what it is asked.
func monitoredRedis(t *testing.T) (session.Store, func() string) {
	server := servers.Redis(t)
	conn, err := net.Dial("tcp", server.Addr)
	noError(t, err)
	t.Cleanup(func() { conn.Close() })
	fmt.Fprint(conn, "MONITOR\r\n")
	lines := bufio.NewScanner(conn)
	client := redis.NewClient(&redis.Options{Addr: server.Addr, PoolSize: 1})
	t.Cleanup(func() { client.Close() })
	mark := 0
	return redisstore.New(client), func() string {
		mark++
		end := fmt.Sprintf(`"ECHO" "mark %d"`, mark)
		client.Echo(t.Context(), fmt.Sprintf("mark %d", mark))
		var commands []string
		for lines.Scan() && !strings.Contains(strings.ToUpper(lines.Text()), strings.ToUpper(end)) {
			_, command, found := strings.Cut(lines.Text(), `] "`)
			if command, _, _ = strings.Cut(command, `"`); found && !strings.Contains(lines.Text(), "lua]") {
				commands = append(commands, strings.ToLower(command))
			}
		}
		return strings.Join(commands, " ")
	}
}

// wiredConn notes the first word of what is written after an answer.
type wiredConn struct {
	net.Conn
	*wire
	answered bool
}

func (c *wiredConn) Read(p []byte) (int, error) {
	c.answered = true
	return c.Conn.Read(p)
}

func (c *wiredConn) Write(p []byte) (int, error) {
	if word, _, found := bytes.Cut(p, []byte(" ")); found && c.answered {
		c.add(string(word))
	}
	c.answered = false
	return c.Conn.Write(p)
}

func wiredMemcached(t *testing.T) (session.Store, func() string) {
	w := new(wire)
	client := memcache.New(servers.Memcached(t).Addr)
	client.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		return &wiredConn{conn, w, true}, err
	}
	t.Cleanup(func() { client.Close() })
	return memcachestore.New(client), w.take
}

// TraceQueryStart and TraceQueryEnd make a wire a pgx.QueryTracer.
func (w *wire) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	word, _, _ := strings.Cut(data.SQL, " ")
	w.add(word)
	return ctx
}

func (w *wire) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func tracedPostgres(t *testing.T) (session.Store, func() string) {
	config, err := pgx.ParseConfig(servers.Postgres(t))
	noError(t, err)
	w := new(wire)
	config.Tracer = w
	db := stdlib.OpenDB(*config)
	t.Cleanup(func() { db.Close() })
	store := sqlstore.New(db, sqlstore.PostgreSQL, sqlstore.Clock(time.Now))
	noError(t, store.CreateTable(t.Context()))
	return store, w.take
}
