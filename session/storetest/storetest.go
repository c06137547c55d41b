// Package storetest is the test of what a session.Store promises, for the
// stores of this module and for your own:
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) session.Store { return mystore.New(client(t)) })
//	}
//
// [Memory] is a store for the tests of applications.
package storetest

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cantil-go/cantil/session"
)

// Run tests a store, in some eight seconds, alone and under sessions that many
// requests write at once. newStore is called once for each test and returns a
// store that is ready. The tests use keys of their own, so all may be the same
// one; most of them run in parallel.
func Run(t *testing.T, newStore func(t *testing.T) session.Store) {
	for name, test := range map[string]func(*suite){
		"missing keys":                  (*suite).missing,
		"a row comes back as it was":    (*suite).roundTrip,
		"set overwrites":                (*suite).overwrite,
		"swap of the loaded row":        (*suite).swapLoaded,
		"swap of an older row":          (*suite).swapStale,
		"swap back to older data":       (*suite).swapSameData,
		"deleted rows do not come back": (*suite).swapDeleted,
		"swap for nothing deletes":      (*suite).swapForNothing,
		"keys are apart":                (*suite).keysApart,
		"rows expire":                   (*suite).expires,
		"swap sets the time to live":    (*suite).swapTTL,
		"over at once":                  (*suite).overAtOnce,
		"a lifetime above 30 days":      (*suite).longLife,
		"extending":                     (*suite).extend,
		"one of many swaps wins":        (*suite).concurrentSwaps,
		"set at the same time":          (*suite).concurrentSets,
		"swap that says what it met":    (*suite).swapGet,
		"one session, many requests":    (*suite).hot,
		"a logout among many requests":  (*suite).hotLogout,
		"a context that has ended":      (*suite).endedContext,
		"cleaning up":                   (*suite).cleanup,
		"an owner's list":               (*suite).owned,
		"an owner's list at once":       (*suite).ownedAtOnce,
		"an owner's sessions":           (*suite).ownedSessions,
		"revoking under writers":        (*suite).revokeUnderWriters,
		"an end that comes":             (*suite).absoluteEnd,
	} {
		t.Run(name, func(t *testing.T) {
			if name != "cleaning up" { // which counts expired rows
				t.Parallel()
			}
			test(&suite{t: t, ctx: t.Context(), store: newStore(t), key: "storetest:" + rand.Text()})
		})
	}
}

// suite is one test: a store, and a key that nothing else uses.
type suite struct {
	t     *testing.T
	ctx   context.Context
	store session.Store
	key   string
}

const (
	long = time.Hour
	// short is three seconds for memcached's sake: it counts whole ones by a clock
	// that may be nearly two behind, so that a row of two can end at once.
	short = 3 * time.Second
)

func (s *suite) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *suite) set(data string) {
	s.t.Helper()
	s.must(s.store.Set(s.ctx, s.key, []byte(data), long))
}

// load returns the row, which has to be there.
func (s *suite) load() session.Row {
	s.t.Helper()
	row, found, err := s.store.Get(s.ctx, s.key)
	s.must(err)
	if !found {
		s.t.Fatal("the row is not there")
	}
	return row
}

func (s *suite) swap(loaded session.Row, data []byte, want bool) {
	s.t.Helper()
	swapped, err := s.store.Swap(s.ctx, s.key, loaded, data, long)
	s.must(err)
	if swapped != want {
		s.t.Fatalf("Swap says %v, want %v", swapped, want)
	}
}

func (s *suite) want(data string) {
	s.t.Helper()
	if row := s.load(); string(row.Data) != data {
		s.t.Fatalf("the row is %q, want %q", row.Data, data)
	}
}

func (s *suite) wantNone() {
	s.t.Helper()
	if row, found, err := s.store.Get(s.ctx, s.key); err != nil || found {
		s.t.Fatalf("Get: %q, %v, %v; want no row", row.Data, found, err)
	}
}

func (s *suite) missing() {
	s.wantNone()
	s.swap(session.Row{Data: []byte("a"), Version: 1}, []byte("b"), false)
	s.swap(session.Row{}, []byte("b"), false)
	s.must(s.store.Delete(s.ctx, s.key))
	s.wantNone()
}

func (s *suite) roundTrip() {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	for _, data := range []string{"a", "\x82\xaa_permanent\xc3", string(all), "\r\nEND\r\n", "gat 0 x\r\n", strings.Repeat("gat x ", 20_000)} {
		s.set(data)
		s.want(data)
		s.swap(s.load(), []byte(data+"!"), true)
		s.want(data + "!")
	}
}

func (s *suite) overwrite() {
	s.set("a")
	s.set("b")
	s.want("b")
}

func (s *suite) swapLoaded() {
	s.set("a")
	s.swap(s.load(), []byte("b"), true)
	s.want("b")
	s.swap(s.load(), []byte("b"), true) // what changes nothing is a swap too
	s.want("b")
}

func (s *suite) swapStale() {
	s.set("a")
	loaded := s.load()
	s.swap(loaded, []byte("b"), true)
	s.swap(loaded, []byte("c"), false)
	s.swap(loaded, nil, false)
	s.want("b")
}

// swapSameData: whether a row that was changed and changed back is the one that
// was loaded is up to the store, but it has to answer.
func (s *suite) swapSameData() {
	s.set("a")
	loaded := s.load()
	s.swap(loaded, []byte("b"), true)
	s.swap(s.load(), []byte("a"), true)
	swapped, err := s.store.Swap(s.ctx, s.key, loaded, []byte("c"), long)
	s.must(err)
	s.want(map[bool]string{true: "c", false: "a"}[swapped])
}

func (s *suite) swapDeleted() {
	s.set("a")
	loaded := s.load()
	s.must(s.store.Delete(s.ctx, s.key))
	s.swap(loaded, []byte("b"), false)
	s.swap(loaded, nil, false)
	s.wantNone()
}

func (s *suite) swapForNothing() {
	s.set("a")
	s.swap(s.load(), nil, true)
	s.wantNone()
}

func (s *suite) keysApart() {
	s.set("a")
	for _, other := range []string{s.key + "x", strings.ToLower(s.key), s.key[:len(s.key)-1]} {
		if row, found, err := s.store.Get(s.ctx, other); err != nil || found {
			s.t.Errorf("Get(%q): %q, %v, %v; only %q was set", other, row.Data, found, err, s.key)
		}
	}
}

func (s *suite) expires() {
	s.must(s.store.Set(s.ctx, s.key, []byte("a"), short))
	loaded := s.load()
	time.Sleep(short + time.Second)
	s.wantNone()
	if e, ok := s.store.(session.Extender); ok {
		if _, found, err := e.GetExtend(s.ctx, s.key, long); err != nil || found {
			s.t.Errorf("GetExtend: %v, %v; the row has expired", found, err)
		}
	}
	s.swap(loaded, []byte("b"), false)
}

func (s *suite) swapTTL() {
	s.set("a")
	swapped, err := s.store.Swap(s.ctx, s.key, s.load(), []byte("b"), short)
	s.must(err)
	if !swapped {
		s.t.Fatal("Swap says false")
	}
	time.Sleep(short + time.Second)
	s.wantNone()
}

func (s *suite) overAtOnce() {
	s.must(s.store.Set(s.ctx, s.key, []byte("a"), 0))
	s.wantNone()
	s.must(s.store.Set(s.ctx, s.key, []byte("a"), -time.Hour))
	s.wantNone()
}

func (s *suite) longLife() {
	s.must(s.store.Set(s.ctx, s.key, []byte("a"), 31*24*time.Hour))
	s.want("a")
	swapped, err := s.store.Swap(s.ctx, s.key, s.load(), []byte("b"), 400*24*time.Hour)
	if err != nil || !swapped {
		s.t.Fatal(swapped, err)
	}
	s.want("b")
}

// extend is about Extender alone; a store may do without.
func (s *suite) extend() {
	e, ok := s.store.(session.Extender)
	if !ok {
		return
	}
	if _, found, err := e.GetExtend(s.ctx, s.key, long); err != nil || found {
		s.t.Fatalf("GetExtend of no row: %v, %v", found, err)
	}
	s.wantNone()
	s.must(s.store.Set(s.ctx, s.key, []byte("a"), short))
	loaded, found, err := e.GetExtend(s.ctx, s.key, long)
	if err != nil || !found || string(loaded.Data) != "a" {
		s.t.Fatalf("GetExtend: %q, %v, %v", loaded.Data, found, err)
	}
	time.Sleep(short + time.Second)
	s.want("a")
	s.swap(loaded, []byte("b"), true) // extending is no change of the row
	s.want("b")
}

func (s *suite) concurrentSwaps() {
	s.set("a")
	loaded := s.load()
	var wins atomic.Int64
	s.together(16, func(i int) error {
		swapped, err := s.store.Swap(s.ctx, s.key, loaded, fmt.Appendf(nil, "by %d", i), long)
		if swapped {
			wins.Add(1)
		}
		return err
	})
	if n := wins.Load(); n != 1 {
		s.t.Errorf("%d of 16 swaps of one row say true", n)
	}
}

func (s *suite) concurrentSets() {
	s.together(16, func(i int) error {
		return s.store.Set(s.ctx, s.key, bytes.Repeat([]byte{byte('a' + i)}, 100), long)
	})
	if data := s.load().Data; len(data) != 100 || len(bytes.Trim(data, string(data[:1]))) != 0 {
		s.t.Errorf("the row is a mix: %q", data)
	}
}

// together runs f n times at once.
func (s *suite) together(n int, f func(i int) error) {
	s.t.Helper()
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = f(i) })
	}
	wg.Wait()
	for _, err := range errs {
		s.must(err)
	}
}

// endedContext: whatever a store does then, it does not hang and does not
// answer wrongly.
func (s *suite) endedContext() {
	s.set("a")
	ctx, cancel := context.WithCancel(s.ctx)
	cancel()
	began := time.Now()
	if row, found, err := s.store.Get(ctx, s.key); err == nil && (!found || string(row.Data) != "a") {
		s.t.Errorf("Get: %q, %v without an error", row.Data, found)
	}
	if d := time.Since(began); d > time.Second {
		s.t.Errorf("Get took %v", d)
	}
	s.want("a")
}

// cleanup is about Cleaner alone; a store may do without.
func (s *suite) cleanup() {
	c, ok := s.store.(session.Cleaner)
	if !ok {
		return
	}
	s.set("a")
	if _, err := c.Cleanup(s.ctx, 1000); err != nil { // what others left
		s.t.Fatal(err)
	}
	for i := range 5 {
		s.must(s.store.Set(s.ctx, fmt.Sprint(s.key, i), []byte("x"), -time.Hour))
	}
	for _, want := range []int{3, 2, 0} {
		if n, err := c.Cleanup(s.ctx, 3); err != nil || n != want {
			s.t.Errorf("Cleanup(3) removed %d, %v; want %d", n, err, want)
		}
	}
	s.want("a")
}
