package conformance

import (
	"database/sql"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bradfitz/gomemcache/memcache"
	"github.com/redis/go-redis/v9"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/internal/testkit/servers"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/memcachestore"
	"github.com/cantil-go/cantil/session/redisstore"
	"github.com/cantil-go/cantil/session/sqlstore"
)

// shortageApp logs in, sets, reads and logs out. A login brings as many bytes
// into the session as its path says.
func shortageApp(store session.Store, options ...session.ServerSideOption) *cantil.App {
	app := cantil.New()
	app.SecretKey = "the program under test"
	app.SessionInterface = session.NewServerSide(store, options...)
	app.Logger = slog.New(slog.DiscardHandler)
	get := func(rule, name string, view cantil.View) { app.Get(rule, cantil.Endpoint(name))(view) }
	get("/login/<user>/<int:bytes>", "login", func(c *cantil.Context) any {
		c.Session().Set("user", c.Param("user"))
		c.Session().Set("much", strings.Repeat(c.Param("user")[:1], c.ParamInt("bytes")))
		return "in"
	})
	get("/set/<int:n>", "set", func(c *cantil.Context) any { c.Session().Set("n", c.ParamInt("n")); return "set" })
	get("/me", "me", func(c *cantil.Context) any { return fmt.Sprint(c.Session().Get("user"), " ", c.Session().Get("n")) })
	get("/logout", "logout", func(c *cantil.Context) any { c.Session().Clear(); return "out" })
	return app
}

// statuses counts the answers to one kind of request.
type statuses struct {
	mu    sync.Mutex
	count map[int]int
}

func (s *statuses) add(status int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.count == nil {
		s.count = map[int]int{}
	}
	s.count[status]++
	return status
}

func (s *statuses) other(allowed ...int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for status, count := range s.count {
		n += count
		for _, a := range allowed {
			if status == a {
				n -= count
			}
		}
	}
	return n
}

// TestSoakSQLCrash: PostgreSQL stops at once under a hundred writers, twice. What
// was acknowledged is there afterwards, and who logged out stays so.
func TestSoakSQLCrash(t *testing.T) {
	url, server := servers.PostgresProcess(t)
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(64)
	store := sqlstore.New(db, sqlstore.PostgreSQL)
	if err := store.CreateTable(t.Context()); err != nil {
		t.Fatal(err)
	}
	all := startWriters(shortageApp(store), soakOr(100, 20))
	for range 2 {
		all.waitForSets(t)
		server.Stop()
		before := all.refused.Load()
		waitFor(t, "refusals", func() bool { return all.refused.Load() > before })
		server.Restart()
	}
	all.waitForSets(t)
	close(all.end)
	all.group.Wait()
	missing, undone := 0, 0
	for i, client := range all.clients {
		switch body := client.Get("/me").Text(); {
		case all.out[i] && body != "<nil> <nil>":
			undone++
		case !all.out[i] && !atLeast(body, fmt.Sprint("u", i), all.last[i]):
			missing++
			t.Logf("%q, want u%d %d", body, i, all.last[i])
		}
	}
	atMost(t, fmt.Sprintf("SQL crash: acknowledged sets that are missing, of %d", all.sets.Load()), missing, 0)
	atMost(t, "SQL crash: logouts undone", undone, 0)
	atMost(t, fmt.Sprint("SQL crash: answers other than 200 and 503 ", all.got.count), all.got.other(200, 503), 0)
}

// writers count up, each in a session of its own; every fifth logs out.
type writers struct {
	clients       []*cantil.Client
	last          []int  // acknowledged
	out           []bool // acknowledged
	end           chan struct{}
	group         sync.WaitGroup
	got           statuses
	sets, refused atomic.Int64
}

func startWriters(app *cantil.App, n int) *writers {
	all := &writers{last: make([]int, n), out: make([]bool, n), end: make(chan struct{})}
	for i := range n {
		client := app.TestClient()
		all.clients = append(all.clients, client)
		all.got.add(client.Get(fmt.Sprint("/login/u", i, "/10")).Status)
		all.group.Go(func() { all.write(i, client) })
	}
	return all
}

func (all *writers) write(i int, client *cantil.Client) {
	for n := 1; !all.out[i]; n++ {
		select {
		case <-all.end:
			return
		default:
		}
		if i%5 == 0 && n > 20 { // tries to log out until that is acknowledged
			all.out[i] = all.got.add(client.Get("/logout").Status) == 200
		} else if all.got.add(client.Get(fmt.Sprint("/set/", n)).Status) == 200 {
			all.last[i] = n
			all.sets.Add(1)
		} else {
			all.refused.Add(1)
		}
	}
}

func (all *writers) waitForSets(t *testing.T) {
	target := all.sets.Load() + int64(10*len(all.last))
	waitFor(t, "writes", func() bool { return all.sets.Load() > target })
}

// atLeast: a set that was not acknowledged may have happened all the same.
func atLeast(body, user string, n int) bool {
	var name string
	var got int
	fmt.Sscan(body, &name, &got)
	return name == user && got >= n
}

func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	for stop := time.Now().Add(time.Minute); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(stop) {
			t.Fatalf("no %s in a minute", what)
		}
	}
}

// TestSoakSQLiteHeld: another program holds the file. Requests are told so in
// time, and go on when it lets go.
func TestSoakSQLiteHeld(t *testing.T) {
	file := "file:" + filepath.Join(t.TempDir(), "sessions.db")
	db, err := sql.Open("sqlite", file+sqliteOptions)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	store := sqlstore.New(db, sqlstore.SQLite)
	if err := store.CreateTable(t.Context()); err != nil {
		t.Fatal(err)
	}
	app := shortageApp(store, session.StoreTimeout(time.Duration(soakOr(3000, 200))*time.Millisecond))
	client := app.TestClient()
	client.Get("/login/u/10")
	holder, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer holder.Close()
	if _, err := holder.ExecContext(t.Context(), "BEGIN EXCLUSIVE"); err != nil {
		t.Fatal(err)
	}
	var held, free statuses
	for n := range 3 {
		held.add(client.Get(fmt.Sprint("/set/", n)).Status)
	}
	if _, err := holder.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	free.add(client.Get("/set/7").Status)
	atMost(t, fmt.Sprint("SQLite held: writes other than 503 ", held.count), held.other(503), 0)
	atMost(t, fmt.Sprint("SQLite let go: writes other than 200 ", free.count), free.other(200), 0)
	holds(t, "SQLite let go: the session is whole", client.Get("/me").Text() == "u 7")
}

// TestSoakShortOfMemory: a store without room refuses logins and nothing else,
// or forgets somebody; nobody gets another's session.
func TestSoakShortOfMemory(t *testing.T) {
	redisWith := func(policy string) session.Store {
		s := servers.Redis(t, "--maxmemory", "8mb", "--maxmemory-policy", policy, "--appendonly", "no")
		client := redis.NewClient(&redis.Options{Addr: s.Addr, ContextTimeoutEnabled: true})
		t.Cleanup(func() { client.Close() })
		return redisstore.New(client)
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "sessions.db")+sqliteOptions+"&_pragma=max_page_count(512)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	full := sqlstore.New(db, sqlstore.SQLite)
	if err := full.CreateTable(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		store   session.Store
		forgets bool
	}{
		{"redis, noeviction", redisWith("noeviction"), false},
		{"redis, allkeys-lru", redisWith("allkeys-lru"), true},
		{"memcached", memcachestore.New(memcache.New(servers.Memcached(t, "-m", "2").Addr)), true},
		{"sqlite, full", full, false},
	} {
		t.Run(c.name, func(t *testing.T) { shortOfMemory(t, shortageApp(c.store), c.forgets) })
	}
	holds(t, "sqlite, full: integrity", query(t, db, "PRAGMA integrity_check") == "ok")
}

func shortOfMemory(t *testing.T, app *cantil.App, forgets bool) {
	var login, read, logout, again statuses
	var in []*cantil.Client
	var names []string
	for i := range 600 {
		client, name := app.TestClient(), fmt.Sprint("u", i)
		if login.add(client.Get("/login/"+name+"/20000").Status) == 200 {
			in, names = append(in, client), append(names, name)
		}
	}
	wrong, forgotten := 0, 0
	for i, client := range in {
		r := client.Get("/me")
		switch read.add(r.Status); {
		case forgets && r.Text() == "<nil> <nil>":
			forgotten++
		case r.Text() != names[i]+" <nil>":
			wrong++
		}
	}
	for _, client := range in[:len(in)/2] {
		if logout.add(client.Get("/logout").Status); client.Get("/me").Text() != "<nil> <nil>" {
			wrong++
		}
	}
	again.add(app.TestClient().Get("/login/again/10").Status)
	atMost(t, fmt.Sprint("short of memory: logins other than 200 and 503 ", login.count), login.other(200, 503), 0)
	holds(t, fmt.Sprintf("short of memory: it came to that (%d forgotten)", forgotten), login.count[503] > 0 != forgets && forgotten > 0 == forgets)
	atMost(t, fmt.Sprint("short of memory: reads other than 200 ", read.count), read.other(200), 0)
	atMost(t, fmt.Sprint("short of memory: logouts other than 200 ", logout.count), logout.other(200), 0)
	atMost(t, "short of memory: sessions that are another's, lost or back", wrong, 0)
	atMost(t, fmt.Sprint("short of memory: logins afterwards other than 200 ", again.count), again.other(200), 0)
}

// TestSoakRowTooLarge: memcached takes no row above 1 MiB; the session before
// it stays.
func TestSoakRowTooLarge(t *testing.T) {
	app := shortageApp(memcachestore.New(memcache.New(servers.Memcached(t).Addr)))
	client := app.TestClient()
	client.Get("/login/small/10")
	var got statuses
	got.add(client.Get("/login/large/2000000").Status)
	atMost(t, fmt.Sprint("row above 1 MiB: other than 503 ", got.count), got.other(503), 0)
	holds(t, "row above 1 MiB: the session before it stays", client.Get("/me").Text() == "small <nil>")
}

func query(t *testing.T, db *sql.DB, text string) (value string) {
	t.Helper()
	if err := db.QueryRow(text).Scan(&value); err != nil {
		t.Fatal(err)
	}
	return value
}
