package session_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
	"github.com/cantil-go/cantil/session/storetest"
)

// over is the visitor with the cookie of another.
func (v *visitor) over(other *visitor) *visitor {
	v.cookie = other.cookie
	return v
}

// TestLeaderGivesUp: who makes a load for others and gives up does not fail them.
func TestLeaderGivesUp(t *testing.T) {
	eachHotStore(t, func(t *testing.T, g *gated, v *visitor) {
		open := g.shut("getextend")
		results := make(chan error, 8)
		load := func(ctx context.Context) {
			go func() {
				_, err := v.iface.Open(ctx, v.cfg, []byte(v.cookie), time.Now())
				results <- err
			}()
		}
		var cancels []func()
		for i := range 4 {
			ctx, cancel := context.WithCancel(t.Context())
			cancels = append(cancels, cancel)
			load(ctx)
			if i == 0 {
				g.wait(t, "getextend")
			}
		}
		v.settle(4)
		load(t.Context()) // the one who stays
		v.settle(5)
		for _, cancel := range cancels { // whoever makes the call gives up
			cancel()
		}
		for range 4 {
			if err := <-results; !errors.Is(err, session.ErrUnavailable) {
				t.Errorf("%v", err)
			}
		}
		open()
		if err := <-results; err != nil {
			t.Errorf("who stays: %v", err)
		}
		v.settle(0)
	})
}

// fragile is a serializer that panics on a key.
type fragile struct{ codec.Serializer }

func (f *fragile) AppendFields(dst []byte, fields []codec.Field) ([]byte, error) {
	for _, field := range fields {
		if field.Key == "boom" {
			panic("oops")
		}
	}
	return f.Serializer.AppendFields(dst, fields)
}

// TestSerializerPanics: alone, while it waits, and while a batch is put together
// with what another program wrote. No request is left waiting, and the session lives.
func TestSerializerPanics(t *testing.T) {
	g := newGated(byData{storetest.NewMemory()})
	v := newVisitor(t, g, session.RowSerializer(&fragile{codec.Msgpack}), session.StoreTimeout(20*time.Second))
	v.do(set("user", "maria"))
	panics := func(s *session.Session) {
		t.Helper()
		defer func() {
			if v := recover(); v != "oops" {
				t.Errorf("it panics with %v", v)
			}
		}()
		v.again().save(s)
	}
	boom := v.open()
	boom.Set("boom", 1)
	panics(boom)
	v.settle(0)

	g.take()
	open := g.shut("swap")
	first, waiting := v.open(), v.open()
	first.Set("a", 1)
	waiting.Set("boom", 1)
	result := v.saveLater(t.Context(), first)
	g.wait(t, "swap")
	panics(waiting)
	second := v.open()
	second.Set("b", 1)
	late := v.saveLater(t.Context(), second)
	v.settle(1)
	other := newVisitor(t, g.Store).over(v)
	other.do(set("boom", 1))
	open()
	v.want(result, session.KeepCookie, "oops")
	v.want(late, session.KeepCookie, "oops")
	other.do(func(s *session.Session) { s.Delete("boom") })
	v.do(set("c", 1))
	v.holds("_permanent=true user=maria c=1")
	v.settle(0)
}

// beatenStore is a store in which another program writes the row before each
// swap, so many times.
type beatenStore struct {
	*storetest.Memory
	times int
	write func()
}

func (b *beatenStore) SwapGet(ctx context.Context, key string, loaded session.Row, data []byte, ttl time.Duration) (bool, *session.Row, error) {
	if b.times > 0 {
		b.times--
		b.write()
	}
	return b.Memory.SwapGet(ctx, key, loaded, data, ttl)
}

// TestFasterProgram: a program that loses five hundred times in a row to a
// faster one still saves, in a batch and when the id changes, and loses nothing
// of what the other wrote.
func TestFasterProgram(t *testing.T) {
	for _, regenerate := range []bool{false, true} {
		store := &beatenStore{Memory: storetest.NewMemory()}
		v := newVisitor(t, store)
		v.do(set("user", "maria"))
		other := newVisitor(t, store.Memory)
		other.cookie = v.cookie
		s := v.open()
		s.Change("n", plus(1))
		if regenerate {
			s.Regenerate()
		}
		store.times = 500
		store.write = func() { other.do(change("n", plus(1))) }
		v.want(v.saveLater(t.Context(), s), session.SetCookie, "")
		v.cookie = s.ID()
		v.holds("_permanent=true user=maria n=501")
	}
}
