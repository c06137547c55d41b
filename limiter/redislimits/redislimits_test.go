package redislimits_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/internal/testkit/flask"
	"github.com/cantil-go/cantil/internal/testkit/servers"
	"github.com/cantil-go/cantil/limiter"
	"github.com/cantil-go/cantil/limiter/redislimits"
)

func connect(t *testing.T) *redis.Client {
	t.Helper()
	client := redis.NewClient(&redis.Options{Addr: servers.Redis(t).Addr})
	t.Cleanup(func() { client.Close() })
	return client
}

// TestAsMemory: both storages tell the same of the same requests.
func TestAsMemory(t *testing.T) {
	client := connect(t)
	now := time.Now()
	for name, moving := range map[string]bool{"fixed": false, "moving": true} {
		stores := []limiter.Storage{limiter.NewMemory(100), redislimits.New(client)}
		rate := limiter.Rate{Amount: 5, Multiples: 2, Granularity: "hour"}
		for step, op := range []struct {
			after time.Duration
			cost  int
			look  bool
		}{
			{0, 0, true}, {0, 1, true}, {0, 1, false}, {time.Minute, 1, false}, {time.Minute, 3, false}, {time.Minute, 3, true}, {time.Minute, 1, false},
			{time.Minute, 1, true}, {time.Minute, 2, false}, {time.Minute, 6, false}, {time.Minute, 0, false}, {time.Minute, 1, false}, {time.Minute, 1, false},
		} {
			now = now.Add(op.after)
			q := limiter.Query{Key: "LIMITER/" + name, Rate: rate, Cost: op.cost, Moving: moving, Now: now}
			var told []string
			for _, store := range stores {
				ask := store.Hit
				if op.look {
					ask = store.Test
				}
				w, ok, err := ask(context.Background(), q)
				if err != nil {
					t.Fatal(name, step, err)
				}
				left := "" // a counter lives by the clock of the server
				if moving {
					left = fmt.Sprint(w.Reset.Sub(now).Round(time.Second))
				}
				told = append(told, fmt.Sprint(w.Count, ok, left))
			}
			if told[0] != told[1] {
				t.Errorf("%s, step %d %+v: in memory %s, in Redis %s", name, step, op, told[0], told[1])
			}
		}
	}
}

// TestMovingWindowMoves: what has left the window counts no more, at any place in
// a long list.
func TestMovingWindowMoves(t *testing.T) {
	stores := []limiter.Storage{limiter.NewMemory(1000), redislimits.New(connect(t))}
	now := time.Now()
	rate := limiter.Rate{Amount: 40, Multiples: 1, Granularity: "minute"}
	for i := range 200 {
		now = now.Add(time.Duration(500+137*(i%23)) * time.Millisecond)
		q := limiter.Query{Key: "LIMITER/moves", Rate: rate, Cost: 1, Moving: true, Now: now}
		memory, ok, _ := stores[0].Hit(context.Background(), q)
		redis, redisOK, err := stores[1].Hit(context.Background(), q)
		if err != nil || ok != redisOK || memory.Count != redis.Count || memory.Reset.Sub(redis.Reset).Abs() > 10*time.Microsecond {
			t.Fatalf("request %d: in memory %v %v, in Redis %v %v, %v", i, memory, ok, redis, redisOK, err)
		}
	}
}

func TestConcurrent(t *testing.T) {
	store := redislimits.New(connect(t))
	for _, moving := range []bool{false, true} {
		var allowed atomic.Int64
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				for range 20 {
					q := limiter.Query{Key: fmt.Sprint("LIMITER/", moving), Rate: limiter.Rate{Amount: 100, Multiples: 1, Granularity: "hour"}, Cost: 1, Moving: moving, Now: time.Now()}
					if _, ok, err := store.Hit(context.Background(), q); err != nil {
						t.Error(err)
					} else if ok {
						allowed.Add(1)
					}
				}
			})
		}
		group.Wait()
		if allowed.Load() != 100 {
			t.Errorf("moving %v: %d requests were let through", moving, allowed.Load())
		}
	}
}

// askLimits counts by Python's limits: a line "fixed-window hit 5/hour" is
// answered by "True 4", whether there was room and how many are left.
const askLimits = `
import sys
from limits import parse
from limits.storage import storage_from_string, RedisStorage
from limits.strategies import STRATEGIES
storage = storage_from_string(sys.argv[1])
print(getattr(RedisStorage, "PREFIX", ""), flush=True)
for line in sys.stdin:
    strategy, do, rate, *identifiers = line.split()
    limiter, item = STRATEGIES[strategy](storage), parse(rate.replace("_", " "))
    ok = getattr(limiter, do)(item, *identifiers)
    print(ok, limiter.get_window_stats(item, *identifiers)[1], round(limiter.get_window_stats(item, *identifiers)[0]), flush=True)
`

// python is Python's limits on the same Redis.
type python struct {
	in     io.Writer
	out    *bufio.Scanner
	prefix string
}

func startPython(t *testing.T, addr string) *python {
	t.Helper()
	program := flask.Python(t, "limits", "redis")
	cmd := exec.CommandContext(t.Context(), program, "-c", askLimits, "redis://"+addr)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var told strings.Builder
	cmd.Stderr = &told
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); cmd.Wait() })
	p := &python{in: in, out: bufio.NewScanner(out)}
	if !p.out.Scan() {
		t.Fatal("limits said nothing: ", told.String())
	}
	p.prefix = p.out.Text()
	return p
}

func (p *python) ask(t *testing.T, line string) (ok bool, left int, reset int64) {
	t.Helper()
	fmt.Fprintln(p.in, line)
	if !p.out.Scan() {
		t.Fatal("limits answers no more")
	}
	var told string
	if _, err := fmt.Sscan(p.out.Text(), &told, &left, &reset); err != nil {
		t.Fatal(p.out.Text(), err)
	}
	return told == "True", left, reset
}

// TestTogetherWithPython: a page of Go and one of Flask-Limiter count together, in
// each window, and tell the same of it.
func TestTogetherWithPython(t *testing.T) {
	client := connect(t)
	p := startPython(t, client.Options().Addr)
	for _, strategy := range []string{"fixed-window", "moving-window"} {
		app := cantil.New()
		limiter.NewLimiter(app, limiter.GetRemoteAddress, limiter.Strategy(strategy), limiter.HeadersEnabled(true),
			limiter.WithStorage(redislimits.New(client, redislimits.KeyPrefix(p.prefix))))
		app.Get("/", cantil.Endpoint(strategy), limiter.Limit("5 per 2 hours"))(func(*cantil.Context) any { return "page" })
		line := strategy + " hit 5_per_2_hours 127.0.0.1 " + strategy // the identifiers of Flask-Limiter
		for i, who := range []string{"go", "python", "python", "go", "python", "go", "python"} {
			var ok bool
			var left int
			if who == "go" {
				r := app.TestClient().Get("/")
				ok = r.Status == 200
				fmt.Sscan(r.Header("X-RateLimit-Remaining"), &left)
			} else {
				ok, left, _ = p.ask(t, line)
			}
			if wantOK, wantLeft := i < 5, max(0, 4-i); ok != wantOK || left != wantLeft {
				t.Errorf("%s, request %d, of %s: %v and %d left", strategy, i+1, who, ok, left)
			}
		}
		ok, _, reset := p.ask(t, strings.Replace(line, " hit ", " test ", 1))
		var told int64
		fmt.Sscan(app.TestClient().Get("/").Header("X-RateLimit-Reset"), &told)
		if ok || told < reset-2 || told > reset+2 {
			t.Errorf("%s: the window ends at %d, by Python's limits at %d", strategy, told, reset)
		}
	}
	keys, err := client.Keys(t.Context(), "*").Result()
	if err != nil || len(keys) != 2 {
		t.Errorf("the keys are %q, %v", keys, err)
	}
}

// TestDead: a Redis that is gone refuses, or is spared, and within the time that
// it was given.
func TestDead(t *testing.T) {
	server := servers.Redis(t)
	client := redis.NewClient(&redis.Options{Addr: server.Addr})
	defer client.Close()
	app := cantil.New()
	app.Logger = discard
	limiter.NewLimiter(app, limiter.GetRemoteAddress, limiter.StorageTimeout(200*time.Millisecond), limiter.WithStorage(redislimits.New(client)))
	app.Get("/", cantil.Endpoint("index"), limiter.Limit("100/hour"))(func(*cantil.Context) any { return "page" })
	get := func() int { return app.TestClient().Get("/").Status }
	if got := get(); got != 200 {
		t.Fatal("alive:", got)
	}
	server.Pause()
	if got := get(); got != 503 {
		t.Error("paused:", got)
	}
	server.Resume()
	server.Kill()
	if got := get(); got != 503 {
		t.Error("killed:", got)
	}
}
