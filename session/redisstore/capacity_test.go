package redisstore_test

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
	"github.com/cantil-go/cantil/session/redisstore"
)

// capacity is a site with its sessions in a Cluster, and what its masters have
// used so far.
type capacity struct {
	*testing.T
	nodes  []*redis.Client
	side   *session.ServerSide
	config session.Config
}

// used sums a number of INFO over the masters.
func (c *capacity) used(section, field string) (sum float64) {
	for _, node := range c.nodes {
		text := node.Info(c.Context(), section).Val()
		found := regexp.MustCompile(`(?m)^` + field + `:([0-9.]+)`).FindStringSubmatch(text)
		if found == nil {
			c.Fatalf("no %s in %s", field, text)
		}
		n, _ := strconv.ParseFloat(found[1], 64)
		sum += n
	}
	return sum
}

// memory is what the masters have allocated, without the buffers of this
// program's connections, which Redis makes smaller when it finds the time.
func (c *capacity) memory() float64 {
	for _, node := range c.nodes {
		if err := node.ClientKillByFilter(c.Context(), "TYPE", "normal", "SKIPME", "yes").Err(); err != nil {
			c.Fatal(err)
		}
	}
	return c.used("memory", "used_memory_dataset") + c.used("memory", "used_memory_overhead")
}

// work is what a number of requests cost the masters.
type work struct {
	rate float64       // requests a second
	cpu  time.Duration // of all masters, for one
}

// run makes requests from sixteen connections at once.
func (c *capacity) run(requests int, request func(i int)) work {
	c.Helper()
	cpu := func() float64 { return c.used("cpu", "used_cpu_user") + c.used("cpu", "used_cpu_sys") }
	before, began := cpu(), time.Now()
	const connections = 16
	var wg sync.WaitGroup
	for k := range connections {
		wg.Go(func() {
			for i := k; i < requests; i += connections {
				request(i)
			}
		})
	}
	wg.Wait()
	took := time.Since(began)
	return work{float64(requests) / took.Seconds(), time.Duration((cpu() - before) / float64(requests) * float64(time.Second))}
}

// login makes a session such as a shop has, and returns its cookie.
func (c *capacity) login(i int, owned bool) []byte {
	s := c.open(nil)
	s.Set("_user_id", fmt.Sprintf("%08d", i))
	s.Set("_fresh", true)
	s.Set("_id", fmt.Sprintf("%0128x", i)) // as Flask-Login's
	s.Set("csrf_token", fmt.Sprintf("%040x", i))
	s.Set("cart", []any{map[string]any{"id": 7, "n": 1}, map[string]any{"id": 21, "n": 2}})
	if owned {
		s.SetOwner(fmt.Sprint("account", i))
		s.SetLabel("Firefox, Linux")
	}
	return c.save(s)
}

func (c *capacity) open(cookie []byte) *session.Session {
	s, err := c.side.Open(context.Background(), &c.config, cookie, time.Now())
	if err != nil {
		c.Error(err)
	}
	return s
}

func (c *capacity) save(s *session.Session) []byte {
	cookie, _, err := c.side.Save(context.Background(), &c.config, s, nil, time.Now())
	if err != nil {
		c.Error(err)
	}
	return cookie
}

// TestCapacity: what sessions take of a Cluster of three masters, at three numbers
// of them: memory for each, and requests a second. docs/sessions.md has what make
// soak printed; the memory grows as the number does.
func TestCapacity(t *testing.T) {
	sizes := []int{1000, 2000, 4000}
	if os.Getenv("CANTIL_SOAK") != "" {
		sizes = []int{50_000, 100_000, 200_000}
	}
	for _, owned := range []bool{false, true} {
		t.Run(fmt.Sprintf("owned=%v", owned), func(t *testing.T) { measureCapacity(t, sizes, owned) })
	}
}

func measureCapacity(t *testing.T, sizes []int, owned bool) {
	nodes, _ := startCluster(t, 3, 0)
	client := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{nodes[0].Options().Addr}, ContextTimeoutEnabled: true})
	t.Cleanup(func() { client.Close() })
	c := &capacity{T: t, nodes: nodes, side: session.NewServerSide(redisstore.New(client))}
	c.config = session.Config{SecretKey: "k", Lifetime: 31 * 24 * time.Hour, RefreshEachRequest: true, Serializer: codec.Msgpack, CookieName: "session"}
	c.run(64, func(i int) { c.open(c.login(-i, owned)) }) // connections, scripts
	cookies := make([][]byte, 0, sizes[len(sizes)-1])
	first := c.memory()
	var perSession []float64
	for _, size := range sizes {
		have := len(cookies)
		cookies = cookies[:size]
		logins := c.run(size-have, func(i int) { cookies[have+i] = c.login(have+i, owned) })
		each := (c.memory() - first) / float64(size)
		perSession = append(perSession, each)
		reads := c.run(size, func(i int) { c.save(c.open(cookies[i])) })
		writes := c.run(size, func(i int) {
			s := c.open(cookies[i])
			s.Set("n", i)
			c.save(s)
		})
		t.Logf("%7d sessions: %4.0f bytes each; a second: %6.0f logins, %6.0f reads, %6.0f writes; CPU of Redis for one: %v, %v, %v",
			size, each, logins.rate, reads.rate, writes.rate, logins.cpu.Round(100), reads.cpu.Round(100), writes.cpu.Round(100))
	}
	row, err := client.StrLen(t.Context(), "session:"+string(cookies[0])).Result()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("a row has %d bytes; a million sessions take %.0f MiB", row, perSession[len(sizes)-1]*1e6/(1<<20))
	// The key has 51 bytes; the rest are entries in two tables, which Redis makes
	// twice as large at a time, and the rounding of its allocator.
	bound := float64(row) + 500
	if owned {
		bound += 500 // the account's hash, its key and its entries
	}
	for i, each := range perSession {
		if each < float64(row) || each > bound {
			t.Errorf("%d sessions take %.0f bytes each, a row has %d: expected up to %.0f", sizes[i], each, row, bound)
		}
	}
}
