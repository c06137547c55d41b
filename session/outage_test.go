package session_test

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bradfitz/gomemcache/memcache"
	"github.com/redis/go-redis/v9"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/internal/testkit/servers"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/memcachestore"
	"github.com/cantil-go/cantil/session/redisstore"
	"github.com/cantil-go/cantil/session/storetest"
)

// answers is what the requests of an outage got.
type answers struct {
	mu      sync.Mutex
	count   map[int]int // by status
	slowest time.Duration
	wrong   []string // 200 with another's session, or with none
}

func (a *answers) add(status int, took time.Duration, body, want string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.count[status]++
	a.slowest = max(a.slowest, took)
	if status == 200 && body != want {
		a.wrong = append(a.wrong, fmt.Sprintf("%q for %q", body, want))
	}
}

// wait waits for n more answers of a status.
func (a *answers) wait(t *testing.T, status, n int) {
	t.Helper()
	count := func() int {
		a.mu.Lock()
		defer a.mu.Unlock()
		return a.count[status]
	}
	target := count() + n
	for began := time.Now(); count() < target; time.Sleep(5 * time.Millisecond) {
		if time.Since(began) > 20*time.Second {
			t.Fatalf("no %d more answers of status %d", n, status)
		}
	}
}

// TestRedisCrash: Redis is killed and comes back while 200 visitors make
// requests: each is answered in time, with the visitor's own session or with a
// 503, and in the end all are still logged in.
func TestRedisCrash(t *testing.T) {
	server := servers.Redis(t, "--appendfsync", "always")
	client := redis.NewClient(&redis.Options{Addr: server.Addr, PoolSize: 200, ContextTimeoutEnabled: true})
	t.Cleanup(func() { client.Close() })
	const visitors, timeout = 200, 2 * time.Second
	app := loadApp(redisstore.New(client), session.StoreTimeout(timeout))
	got := &answers{count: map[int]int{}}
	clients := make([]*cantil.Client, visitors)
	for i := range clients {
		clients[i] = app.TestClient()
		if r := clients[i].Get(fmt.Sprintf("/login/user%d", i)); r.Status != 200 {
			t.Fatalf("login: %d", r.Status)
		}
	}
	end := make(chan struct{})
	var wg sync.WaitGroup
	for i, client := range clients {
		wg.Go(func() {
			for n := 0; !ended(end); n++ {
				began := time.Now()
				r := client.Get(fmt.Sprintf("/set/n/%d", n))
				got.add(r.Status, time.Since(began), r.Text(), fmt.Sprintf("user%d", i))
			}
		})
	}
	got.wait(t, 200, visitors)
	server.Kill()
	got.wait(t, 503, 1)
	server.Restart()
	got.wait(t, 200, visitors)
	close(end)
	wg.Wait()
	for i, client := range clients {
		if r := client.Get("/user"); r.Status != 200 || r.Text() != fmt.Sprintf("user%d", i) {
			t.Errorf("visitor %d after the outage: %d %q", i, r.Status, r.Text())
		}
	}
	fmt.Printf("outage: Redis killed and restarted under %d visitors: answers by status %v, the slowest %v, %d wrong\n",
		visitors, got.count, got.slowest.Round(time.Millisecond), len(got.wrong))
	if len(got.wrong) > 0 || got.slowest > 2*timeout+time.Second || got.count[503] == 0 || len(got.count) != 2 {
		t.Errorf("wrong: %v; slowest %v; by status %v", got.wrong, got.slowest, got.count)
	}
}

func ended(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// TestServerHangs: a server that takes connections and says nothing costs a
// request one timeout, not two: what failed is not tried again for the error
// page. The error handlers are asked, and the application goes on by itself.
func TestServerHangs(t *testing.T) {
	const timeout = 300 * time.Millisecond
	redisServer, memcached := servers.Redis(t), servers.Memcached(t)
	impatient := redis.NewClient(&redis.Options{Addr: redisServer.Addr})
	t.Cleanup(func() { impatient.Close() })
	cache := memcache.New(memcached.Addr)
	cache.Timeout = 5 * time.Second
	t.Cleanup(func() { cache.Close() })
	for name, c := range map[string]struct {
		server *servers.Process
		store  session.Store
	}{
		"redis":                      {redisServer, redisstore.New(redisClient(t, redisServer.Addr))},
		"redis, contexts not heeded": {redisServer, redisstore.New(impatient)},
		"memcached":                  {memcached, memcachestore.New(cache)},
	} {
		store := watch(c.store)
		app := loadApp(store, session.StoreTimeout(timeout))
		client := app.TestClient()
		client.Get("/login/maria")
		store.take()

		c.server.Pause()
		// A page that does not ask for its session does not fail with it.
		for path, status := range map[string]int{"/user": 503, "/set/n/1": 503, "/nowhere": 404} {
			began := time.Now()
			r := client.Get(path)
			took := time.Since(began)
			if r.Status != status || took < timeout || took >= timeout*2 || len(r.HeaderAll("Set-Cookie")) > 0 {
				t.Errorf("%s, %s: %d after %v, cookies %q", name, path, r.Status, took, r.HeaderAll("Set-Cookie"))
			}
			if calls := store.take(); !slices.Equal(calls, []string{"getextend"}) {
				t.Errorf("%s, %s: the store is asked %v", name, path, calls)
			}
		}
		c.server.Resume()
		if r := eventually(client, "/user"); r.Text() != "maria" {
			t.Errorf("%s: afterwards %d %q", name, r.Status, r.Text())
		}
	}
}

// eventually makes a request again until it is not refused.
func eventually(client *cantil.Client, path string) *cantil.ClientResponse {
	for range 500 {
		if r := client.Get(path); r.Status != 503 {
			return r
		}
		time.Sleep(10 * time.Millisecond)
	}
	return client.Get(path)
}

// TestErrorHandlerOfAnOutage: the 503 passes through the error handlers.
func TestErrorHandlerOfAnOutage(t *testing.T) {
	server := servers.Redis(t)
	store := redisstore.New(redisClient(t, server.Addr))
	app := cantil.New()
	app.SecretKey = goldenSecret
	app.Logger = slog.New(slog.DiscardHandler)
	app.SessionInterface = session.NewServerSide(store, session.StoreTimeout(200*time.Millisecond))
	app.Get("/", cantil.Endpoint("set"))(func(c *cantil.Context) any { c.Session().Set("a", 1); return "ok" })
	app.ErrorHandler(503)(func(c *cantil.Context, err error) any {
		return c.MakeResponse("volte já: "+fmt.Sprint(strings.Contains(err.Error(), session.ErrUnavailable.Error())), 503)
	})
	server.Kill()
	for _, cookie := range []string{"", "x"} { // it fails in the save, and in the load
		client := app.TestClient()
		if cookie != "" {
			client.SetCookie("session", cookie)
		}
		if r := client.Get("/"); r.Status != 503 || r.Text() != "volte já: true" {
			t.Errorf("cookie %q: %d %s", cookie, r.Status, r.Text())
		}
	}
}

// TestSessionsWhileDraining: a shutdown lets the requests under way have their
// sessions.
func TestSessionsWhileDraining(t *testing.T) {
	app := cantil.New()
	app.SecretKey = goldenSecret
	app.Logger = slog.New(slog.DiscardHandler)
	app.SessionInterface = session.NewServerSide(storetest.NewMemory())
	arrived, release := make(chan struct{}), make(chan struct{})
	app.Get("/", cantil.Endpoint("slow"))(func(c *cantil.Context) any {
		close(arrived)
		<-release
		c.Session().Set("a", 1)
		return "ok"
	})
	server := app.Server()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	noError(t, err)
	go server.Serve(ln)
	stopped := make(chan error, 1)
	go func() {
		<-arrived
		time.AfterFunc(100*time.Millisecond, func() { close(release) }) // the shutdown has begun by then
		stopped <- server.Shutdown()
	}()
	r, err := http.Get("http://" + ln.Addr().String() + "/")
	noError(t, err)
	defer r.Body.Close()
	if r.StatusCode != 200 || !strings.HasPrefix(r.Header.Get("Set-Cookie"), "session=") {
		t.Errorf("%d, cookie %q", r.StatusCode, r.Header.Get("Set-Cookie"))
	}
	noError(t, <-stopped)
}
