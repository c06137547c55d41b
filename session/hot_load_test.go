package session_test

import (
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bradfitz/gomemcache/memcache"
	"github.com/redis/go-redis/v9"

	"github.com/cantil-go/cantil/internal/testkit/servers"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
	"github.com/cantil-go/cantil/session/memcachestore"
	"github.com/cantil-go/cantil/session/redisstore"
	"github.com/cantil-go/cantil/session/sqlstore"
)

// TestNoLostIncrement: many requests at once add one to the same number and an
// item to the same list, through two applications that do not know of each
// other: none is lost.
func TestNoLostIncrement(t *testing.T) {
	eachBackend(t, func(t *testing.T, b backend) {
		store := b.store(t, time.Now, "sessions")
		fleet := []*visitor{
			newVisitor(t, store, session.StoreTimeout(60*time.Second)),
			newVisitor(t, store, session.StoreTimeout(60*time.Second)),
		}
		fleet[0].do(set("user", "maria"))
		fleet[1].cookie = fleet[0].cookie
		began, failed := time.Now(), atomic.Int64{}
		var wg sync.WaitGroup
		for i := range atOnce {
			wg.Go(func() {
				v := fleet[i%len(fleet)]
				for round := range rounds(b) {
					if err := v.count(fmt.Sprint("k", i), round); err != nil {
						failed.Add(1)
					}
				}
			})
		}
		wg.Wait()
		s := fleet[0].open()
		lost := atOnce*rounds(b) - s.Get("n").(int)
		keys := 0
		for i := range atOnce {
			if s.Get(fmt.Sprint("k", i)) == rounds(b)-1 {
				keys++
			}
		}
		fmt.Printf("concurrency %s: %d x %d increments: %d lost, %d of %d keys as they were left, %d requests failed, %v\n",
			b.name, atOnce, rounds(b), lost, keys, atOnce, failed.Load(), time.Since(began).Round(time.Millisecond))
		if lost != 0 || keys != atOnce || failed.Load() > 0 {
			t.Errorf("%d increments lost, %d keys, %d requests failed", lost, keys, failed.Load())
		}
	})
}

// count is a request that adds one to n and sets a key of its own.
func (v *visitor) count(key string, value int) error {
	s, err := v.iface.Open(v.t.Context(), v.cfg, []byte(v.cookie), time.Now())
	if err != nil {
		return err
	}
	s.Change("n", plus(1))
	s.Set(key, value)
	_, action, err := v.iface.Save(v.t.Context(), v.cfg, s, nil, time.Now())
	if err == nil && action != session.SetCookie {
		err = errors.New("the session is gone")
	}
	return err
}

// TestHotSessionInACrash: Redis is killed and comes back while many requests count
// in one session. Each ends, and what was answered as counted is counted.
func TestHotSessionInACrash(t *testing.T) {
	server := servers.Redis(t, "--appendfsync", "always")
	v := newVisitor(t, redisstore.New(redisClient(t, server.Addr)), session.StoreTimeout(2*time.Second))
	v.do(set("user", "maria"))
	end := make(chan struct{})
	var counted, failed, other atomic.Int64
	var wg sync.WaitGroup
	for i := range atOnce {
		wg.Go(func() {
			for round := 0; !ended(end); round++ {
				switch err := v.count(fmt.Sprint("k", i), round); {
				case err == nil:
					counted.Add(1)
				case errors.Is(err, session.ErrUnavailable):
					failed.Add(1)
				default:
					other.Add(1)
				}
			}
		})
	}
	wait := func(n *atomic.Int64, more int64) {
		target := n.Load() + more
		for began := time.Now(); n.Load() < target; time.Sleep(time.Millisecond) {
			if time.Since(began) > 30*time.Second {
				t.Fatal("it stands still")
			}
		}
	}
	wait(&counted, 1000)
	server.Kill()
	wait(&failed, 1)
	server.Restart()
	wait(&counted, 1000)
	close(end)
	wg.Wait()
	n := int64(v.open().Get("n").(int))
	fmt.Printf("outage: Redis killed under a hot session: %d counted, %d failed, n is %d\n", counted.Load(), failed.Load(), n)
	if n < counted.Load() || other.Load() > 0 {
		t.Errorf("%d counted, n is %d; %d other errors", counted.Load(), n, other.Load())
	}
}

// shared are the stores that several processes open, by kind.
var shared = map[string]struct {
	start func(t *testing.T) string
	open  func(t *testing.T, source string) session.Store
}{
	"redis": {
		func(t *testing.T) string { return servers.Redis(t).Addr },
		func(t *testing.T, source string) session.Store { return redisstore.New(redisClient(t, source)) },
	},
	"redis, contexts not heeded": {
		func(t *testing.T) string { return servers.Redis(t).Addr },
		func(t *testing.T, source string) session.Store {
			client := redis.NewClient(&redis.Options{Addr: source})
			t.Cleanup(func() { client.Close() })
			return redisstore.New(client)
		},
	},
	"memcached": {
		func(t *testing.T) string { return servers.Memcached(t).Addr },
		func(t *testing.T, source string) session.Store {
			client := memcache.New(source)
			client.MaxIdleConns, client.Timeout = 64, 5*time.Second
			t.Cleanup(func() { client.Close() })
			return memcachestore.New(client)
		},
	},
	"sqlite": {
		func(t *testing.T) string { return filepath.Join(t.TempDir(), "sessions.db") },
		func(t *testing.T, source string) session.Store {
			return sqlShared(t, "sqlite", "file:"+source+"?_pragma=busy_timeout(60000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_txlock=immediate", sqlstore.SQLite)
		},
	},
	"postgresql": {
		func(t *testing.T) string { return servers.Postgres(t) },
		func(t *testing.T, source string) session.Store {
			return sqlShared(t, "pgx", source, sqlstore.PostgreSQL)
		},
	},
	"mariadb": {
		func(t *testing.T) string { return servers.MariaDB(t) },
		func(t *testing.T, source string) session.Store { return sqlShared(t, "mysql", source, sqlstore.MySQL) },
	},
}

func sqlShared(t *testing.T, driver, source string, dialect sqlstore.Dialect) session.Store {
	db, err := sql.Open(driver, source)
	noError(t, err)
	db.SetMaxOpenConns(8)
	t.Cleanup(func() { db.Close() })
	store := sqlstore.New(db, dialect)
	noError(t, store.CreateTable(t.Context()))
	return store
}

const (
	processes  = 3
	inProcess  = 16  // goroutines of each
	increments = 200 // of each goroutine
	childEnv   = "CANTIL_TEST_HOT_SESSION"
)

// TestThreeProcesses: the same from several processes, which know of each other
// only what the store says.
func TestThreeProcesses(t *testing.T) {
	if order := os.Getenv(childEnv); order != "" {
		runProcess(t, strings.Split(order, "\n"))
		return
	}
	self, err := os.Executable()
	noError(t, err)
	for kind, c := range shared {
		t.Run(kind, func(t *testing.T) {
			source := c.start(t)
			v := newVisitor(t, c.open(t, source))
			v.do(set("user", "maria"))
			began := time.Now()
			var wg sync.WaitGroup
			for i := range processes {
				wg.Go(func() {
					child := exec.CommandContext(t.Context(), self, "-test.run=^TestThreeProcesses$", "-test.v", "-test.timeout=5m")
					child.Env = append(os.Environ(), childEnv+"="+strings.Join([]string{kind, source, v.cookie, strconv.Itoa(i)}, "\n"))
					if out, err := child.CombinedOutput(); err != nil || !strings.Contains(string(out), "PASS: TestThreeProcesses") {
						t.Errorf("process %d: %v\n%s", i, err, out)
					}
				})
			}
			wg.Wait()
			s := v.open()
			const want = processes * inProcess * increments
			fmt.Printf("concurrency %s: %d processes of %d requests at once: %v of %d increments counted, %d keys, %v\n",
				kind, processes, inProcess, s.Get("n"), want, s.Len()-3, time.Since(began).Round(time.Millisecond))
			if s.Get("n") != want || s.Len() != 3+processes*inProcess {
				t.Errorf("n is %v, want %d; %d keys", s.Get("n"), want, s.Len())
			}
		})
	}
}

// runProcess is one of those processes: store, source, cookie and number are its
// order.
func runProcess(t *testing.T, order []string) {
	v := &visitor{
		t: t, cookie: order[2],
		iface: session.NewServerSide(shared[order[0]].open(t, order[1]), session.StoreTimeout(2*time.Minute)),
		cfg: &session.Config{SecretKey: "k", Lifetime: time.Hour, RefreshEachRequest: true,
			Serializer: codec.Msgpack, Logger: slog.New(slog.DiscardHandler)},
	}
	var wg sync.WaitGroup
	for i := range inProcess {
		wg.Go(func() {
			for round := range increments {
				if err := v.count("p"+order[3]+"."+strconv.Itoa(i), round); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}
