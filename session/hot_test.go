package session_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil/session"
)

func eachHotStore(t *testing.T, test func(t *testing.T, g *gated, v *visitor)) {
	for name, newStore := range hotStores() {
		t.Run(name, func(t *testing.T) {
			g, store := newStore()
			v := newVisitor(t, store, session.StoreTimeout(20*time.Second))
			v.do(func(s *session.Session) { s.Set("user", "maria"); s.Set("n", 0) })
			g.take()
			test(t, g, v)
		})
	}
}

// saved is how a save ended.
type saved struct {
	action session.Action
	err    error
}

// saveLater saves a session in a goroutine of its own.
func (v *visitor) saveLater(ctx context.Context, s *session.Session) chan saved {
	result := make(chan saved, 1)
	go func() {
		_, action, err := v.iface.Save(ctx, v.cfg, s, nil, time.Now())
		result <- saved{action, err}
	}()
	return result
}

func (v *visitor) want(result chan saved, action session.Action, message string) {
	v.t.Helper()
	select {
	case got := <-result:
		text := ""
		if got.err != nil {
			text = got.err.Error()
		}
		if got.action != action || (message == "") != (text == "") || !strings.Contains(text, message) {
			v.t.Errorf("action %d, error %v; want %d, %q", got.action, got.err, action, message)
		}
	case <-time.After(30 * time.Second):
		v.t.Fatal("a save does not end")
	}
}

// settle lets the goroutines that were started come to where they wait.
func (v *visitor) settle(waiting int) {
	v.t.Helper()
	for range 20_000 {
		if session.Waiting(v.iface, v.cookie) == waiting {
			return
		}
		time.Sleep(time.Millisecond)
	}
	v.t.Fatalf("%d saves wait, want %d", session.Waiting(v.iface, v.cookie), waiting)
}

// TestBatch: the changes of all who wait for a save reach the store in one swap,
// in the order in which they came; what is wrong with one of them is its own
// affair.
func TestBatch(t *testing.T) {
	eachHotStore(t, func(t *testing.T, g *gated, v *visitor) {
		open := g.shut("swap")
		first := v.open()
		var sessions []*session.Session
		for range 13 {
			sessions = append(sessions, v.open())
		}
		first.Set("k", "first")
		first.Change("n", plus(1))
		results := []chan saved{v.saveLater(t.Context(), first)}
		g.wait(t, "swap")
		g.take()
		gone, leave := context.WithCancel(t.Context())
		for i, s := range sessions {
			ctx := t.Context()
			s.Set("k", i)
			s.Change("n", plus(1))
			switch i {
			case 3:
				s.Set("bad", make(chan int))
			case 4:
				s.Change("n", func(old any) any {
					if old == 1 {
						return old
					}
					panic("oops")
				})
			case 5:
				ctx = gone
			case 6:
				s.Delete("user")
			case 7:
				s.SetModified(false)
			default:
				s.Set(fmt.Sprint("k", i), i)
			}
			results = append(results, v.saveLater(ctx, s))
			v.settle([]int{1, 2, 3, 3, 4, 5, 6, 6, 7, 8, 9, 10, 11}[i])
		}
		leave()
		v.want(results[6], session.KeepCookie, session.ErrUnavailable.Error())
		open()
		for i, result := range results {
			switch i {
			case 4:
				v.want(result, session.KeepCookie, "cannot store")
			case 5:
				v.want(result, session.KeepCookie, "oops")
			case 6:
			default:
				v.want(result, session.SetCookie, "")
			}
		}
		v.holds("_permanent=true n=10 k=12 k0=0 k1=1 k2=2 k8=8 k9=9 k10=10 k11=11 k12=12")
		if sessions[0].Get("k12") != 12 || sessions[0].Get("n") != 10 {
			t.Error("a session does not know what was stored")
		}
		if calls := strings.Count(g.take(), "swap"); calls > 2 {
			t.Errorf("%d swaps for ten requests that wait", calls)
		}
	})
}

// TestLogoutInABatch: who waits when the visitor logs out comes too late, and so
// does who is on the way.
func TestLogoutInABatch(t *testing.T) {
	eachHotStore(t, func(t *testing.T, g *gated, v *visitor) {
		open := g.shut("swap")
		first, second, third, logout := v.open(), v.open(), v.open(), v.open()
		for i, s := range []*session.Session{first, second, third} {
			s.Set("k", i)
		}
		results := []chan saved{v.saveLater(t.Context(), first)}
		g.wait(t, "swap")
		results = append(results, v.saveLater(t.Context(), second), v.saveLater(t.Context(), third))
		v.settle(2)
		logout.Clear()
		if action := v.again().save(logout); action != session.DeleteCookie {
			t.Errorf("logout: %d", action)
		}
		open()
		for _, result := range results {
			v.want(result, session.KeepCookie, "")
		}
		v.holds("_permanent=true")
		if n := strings.Count(v.log.String(), "was deleted meanwhile"); n != 3 {
			t.Errorf("%d changes are logged as dropped", n)
		}
	})
}

// TestEmptiedInABatch: the request that takes the last key away ends the
// session for those behind it, as it would if all were saved one by one.
func TestEmptiedInABatch(t *testing.T) {
	eachHotStore(t, func(t *testing.T, g *gated, v *visitor) {
		v.do(func(s *session.Session) { s.Delete("n") })
		g.take()
		open := g.shut("swap")
		sessions := []*session.Session{v.open(), v.open(), v.open(), v.open()}
		sessions[0].Set("a", 1)
		sessions[1].Set("b", 1)
		sessions[2].Change("a", func(any) any { return nil })
		sessions[2].Change("b", func(any) any { return nil })
		sessions[2].Delete("user")
		sessions[3].Set("c", 1)
		results := []chan saved{v.saveLater(t.Context(), sessions[0])}
		g.wait(t, "swap")
		for i, s := range sessions[1:] {
			results = append(results, v.saveLater(t.Context(), s))
			v.settle(i + 1)
		}
		open()
		if got := <-results[0]; got.err != nil { // its answer may know already
			t.Error(got.err)
		}
		v.want(results[1], session.KeepCookie, "")
		v.want(results[2], session.DeleteCookie, "")
		v.want(results[3], session.KeepCookie, "")
		v.holds("_permanent=true")
	})
}

// TestRegenerateInABatch: it takes a turn of its own, in the order in which it
// came. Who came before it is in the new session, who came after it is not.
func TestRegenerateInABatch(t *testing.T) {
	eachHotStore(t, func(t *testing.T, g *gated, v *visitor) {
		open := g.shut("swap")
		var sessions []*session.Session
		for i := range 5 {
			sessions = append(sessions, v.open())
			sessions[i].Change("n", plus(1))
		}
		results := []chan saved{v.saveLater(t.Context(), sessions[0])}
		g.wait(t, "swap")
		login := v.again()
		sessions[2].Regenerate()
		canceled, cancel := context.WithCancel(t.Context())
		given := v.open()
		given.Regenerate()
		for i, s := range []*session.Session{sessions[1], sessions[2], given, sessions[3], sessions[4]} {
			ctx := t.Context()
			if s == given {
				ctx = canceled
			}
			results = append(results, v.saveLater(ctx, s))
			v.settle(i + 1)
		}
		cancel()
		v.want(results[3], session.KeepCookie, session.ErrUnavailable.Error())
		open()
		for i, action := range []session.Action{session.SetCookie, session.SetCookie, session.SetCookie} {
			got := <-results[i]
			if got.err != nil || got.action != action && i == 2 {
				t.Errorf("%d: %v", i, got)
			}
		}
		v.want(results[4], session.KeepCookie, "")
		v.want(results[5], session.KeepCookie, "")
		v.holds("_permanent=true")
		login.cookie = sessions[2].ID()
		login.holds("_permanent=true user=maria n=3")
	})
}

// TestStoreDiesInABatch: all who wait get an error, and the next ones find a
// store that works.
func TestStoreDiesInABatch(t *testing.T) {
	for _, failure := range []string{"broken", "panic"} {
		eachHotStore(t, func(t *testing.T, g *gated, v *visitor) {
			open := g.shut("swap")
			sessions := []*session.Session{v.open(), v.open(), v.open(), v.open()}
			var results []chan saved
			for i, s := range sessions {
				s.Set("k", i)
				results = append(results, v.saveLater(t.Context(), s))
				if i == 0 {
					g.wait(t, "swap")
				} else {
					v.settle(i)
				}
			}
			g.breakOff("swap", errors.New(failure))
			g.breakOff("get", errors.New(failure))
			open()
			v.want(results[0], session.SetCookie, "")
			for _, result := range results[1:] {
				v.want(result, session.KeepCookie, session.ErrUnavailable.Error())
			}
			g.breakOff("swap", nil)
			g.breakOff("get", nil)
			v.do(change("n", plus(1)))
			v.holds("_permanent=true user=maria n=1 k=0")
			v.settle(0)
		})
	}
}

// TestAnotherProgram writes the row while this one saves a batch.
func TestAnotherProgram(t *testing.T) {
	eachHotStore(t, func(t *testing.T, g *gated, v *visitor) {
		other := newVisitor(t, g.Store)
		other.cookie = v.cookie
		open := g.shut("swap")
		sessions := []*session.Session{v.open(), v.open(), v.open()}
		var results []chan saved
		for i, s := range sessions {
			s.Change("n", plus(1))
			s.Set(fmt.Sprint("k", i), i)
			results = append(results, v.saveLater(t.Context(), s))
			if i == 0 {
				g.wait(t, "swap")
			} else {
				v.settle(i)
			}
		}
		other.do(func(s *session.Session) { s.Change("n", plus(10)); s.Set("other", 1) })
		g.take()
		open()
		for _, result := range results {
			v.want(result, session.SetCookie, "")
		}
		calls := g.take()
		v.holds("_permanent=true user=maria n=13 other=1 k0=0 k1=1 k2=2")
		if _, tells := g.Store.(session.SwapGetter); tells && strings.Contains(t.Name(), "tells") && calls != "swap" {
			t.Errorf("after the conflict the store is asked %q", calls)
		}
	})
}

// TestSharedLoads: requests that come while a row is loaded share the next load,
// which begins after they came.
func TestSharedLoads(t *testing.T) {
	for _, c := range []struct{ failure, want string }{{"", ""}, {"broken", "broken"}, {"panic", "panic"}} {
		eachHotStore(t, func(t *testing.T, g *gated, v *visitor) {
			open := g.shut("getextend")
			type opened struct {
				s   *session.Session
				err error
			}
			load := func(ctx context.Context) chan opened {
				result := make(chan opened, 1)
				go func() {
					s, err := v.iface.Open(ctx, v.cfg, []byte(v.cookie), time.Now())
					result <- opened{s, err}
				}()
				return result
			}
			first := load(t.Context())
			g.wait(t, "getextend")
			gone, leave := context.WithCancel(t.Context())
			var results []chan opened
			for range 10 {
				results = append(results, load(t.Context()))
			}
			left := load(gone)
			v.settle(12)
			newVisitor(t, g.Store).over(v).do(set("n", 5))
			leave()
			if got := <-left; !errors.Is(got.err, session.ErrUnavailable) {
				t.Errorf("who gave up: %v", got.err)
			}
			if c.failure != "" {
				defer g.breakOff("getextend", nil)
				g.breakOff("getextend", errors.New(c.failure))
			}
			open()
			if got := <-first; got.err != nil {
				t.Error(got.err)
			}
			for _, result := range results {
				switch got := <-result; {
				case c.want == "" && (got.err != nil || got.s.Get("n") != 5):
					t.Errorf("%v", got.err)
				case c.want != "" && (!errors.Is(got.err, session.ErrUnavailable) || !strings.Contains(got.err.Error(), c.want)):
					t.Errorf("%v, want %s", got.err, c.want)
				}
			}
			if calls := g.take(); calls != "getextend getextend" {
				t.Errorf("the store is asked %q", calls)
			}
			v.settle(0)
		})
	}
}
