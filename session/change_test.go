package session_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
	"github.com/cantil-go/cantil/session/storetest"
)

// plus is a change that adds to a number.
func plus(n int) func(any) any {
	return func(old any) any {
		m, _ := old.(int)
		return m + n
	}
}

// adds is a change that adds to a list.
func adds(item any) func(any) any {
	return func(old any) any {
		list, _ := old.([]any)
		return append(list, item)
	}
}

func change(key string, f func(any) any) func(*session.Session) {
	return func(s *session.Session) { s.Change(key, f) }
}

// TestChange: in the request itself it is a Set of what the function returns.
func TestChange(t *testing.T) {
	stored := newVisitor(t, storetest.NewMemory()).open()
	for name, s := range map[string]*session.Session{"cookie": session.New(), "store": stored} {
		s.Pop("_permanent", nil)
		s.SetModified(false)
		var olds []any
		note := func(value any) func(any) any {
			return func(old any) any { olds = append(olds, old); return value }
		}
		s.Change("a", note(1))
		s.Change("a", note([]any{2}))
		s.Change("b", note(3))
		if got := fmt.Sprint(olds, s.Keys(), s.Get("a"), s.Modified()); got != "[<nil> 1 <nil>] [a b] [2] true" {
			t.Errorf("%s: %s", name, got)
		}
		s.Change("a", note(nil))
		s.Change("c", note(nil))
		if got := fmt.Sprint(s.Keys(), s.Has("a")); got != "[b] false" {
			t.Errorf("%s: nil leaves %s", name, got)
		}
	}
	defer func() {
		if v := recover(); v != session.ErrNoSecretKey {
			t.Errorf("without a key it panics with %v", v)
		}
	}()
	session.NewNull().Change("a", func(any) any { t.Error("it runs"); return nil })
}

// TestChangeThatPanics: nothing is noted.
func TestChangeThatPanics(t *testing.T) {
	s := newVisitor(t, storetest.NewMemory()).open()
	func() {
		defer func() { _ = recover() }()
		s.Change("a", func(any) any { panic("oops") })
	}()
	if s.Modified() || s.Has("a") {
		t.Error("it counts")
	}
}

// TestChangeIsRunAgain: what two requests do at the same time, the second to be
// saved coming into a conflict.
func TestChangeIsRunAgain(t *testing.T) {
	type list = []any
	both := func(steps ...func(*session.Session)) func(*session.Session) {
		return func(s *session.Session) {
			for _, step := range steps {
				step(s)
			}
		}
	}
	remove := func(s *session.Session) { s.Delete("n") }
	for _, c := range []struct {
		name          string
		first, second func(*session.Session)
		want          string
	}{
		{"two increments", change("n", plus(1)), change("n", plus(1)), "n=3 l=[1]"},
		{"several of one request", change("n", plus(1)), both(change("n", plus(1)), change("n", plus(10))), "n=13 l=[1]"},
		{"a list", change("l", adds(2)), change("l", adds(3)), "n=1 l=[1 2 3]"},
		{"several keys", both(change("n", plus(1)), change("l", adds(2))), both(change("l", adds(3)), change("n", plus(1)), set("x", 1)), "n=3 l=[1 2 3] x=1"},
		{"of a new key", change("x", plus(1)), change("x", plus(1)), "n=1 l=[1] x=2"},
		{"changed and set", change("n", plus(1)), both(change("n", plus(1)), set("n", 50)), "n=50 l=[1]"},
		{"set and changed", change("n", plus(1)), both(set("n", 50), change("n", plus(1))), "n=51 l=[1]"},
		{"changed and deleted", change("n", plus(1)), both(change("n", plus(1)), remove), "l=[1]"},
		{"deleted and changed", change("n", plus(7)), both(remove, change("n", plus(1))), "n=1 l=[1]"},
		{"changed and cleared", change("n", plus(1)), both(change("n", plus(1)), (*session.Session).Clear, set("x", 1)), "_permanent=false x=1"},
		{"cleared and changed", change("n", plus(5)), both((*session.Session).Clear, change("n", plus(1))), "_permanent=false n=1"},
		{"the other deleted it", remove, change("n", plus(1)), "l=[1] n=1"},
		{"removed by it", change("n", plus(1)), change("n", func(any) any { return nil }), "l=[1]"},
		{"kept only once more", change("n", plus(1)), change("n", func(old any) any {
			if old == 1 {
				return nil
			}
			return old
		}), "n=2 l=[1]"},
		{"looked at as well", change("l", adds(2)), both(func(s *session.Session) { s.Get("l") }, change("l", adds(3)), func(s *session.Session) { s.Get("l") }), "n=1 l=[1 2 3]"},
		{"under a new id", change("n", plus(1)), both(change("n", plus(1)), (*session.Session).Regenerate), "n=3 l=[1]"},
		{"changed in place", change("l", adds(2)), change("l", func(old any) any {
			old.(list)[0] = 7
			return old
		}), "n=1 l=[7 2]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, store := range []session.Store{storetest.NewMemory(), plainStore{storetest.NewMemory()}} {
				for _, serializer := range []codec.Serializer{codec.Msgpack, codec.NewTaggedJSON(codec.SortKeys(false)), session.RowJSON} {
					v := newVisitor(t, store, session.Permanent(false), session.RowSerializer(serializer))
					v.do(func(s *session.Session) { s.Set("n", 1); s.Set("l", list{1}) })
					first, second := v.again(), v.again()
					s1, s2 := first.open(), second.open()
					c.first(s1)
					c.second(s2)
					first.save(s1)
					second.save(s2)
					second.holds(c.want)
				}
			}
		})
	}
}

// TestChangeFailsWhenRunAgain: the request fails, and what others did stays.
func TestChangeFailsWhenRunAgain(t *testing.T) {
	for name, c := range map[string]struct {
		value func() any
		text  string
	}{
		"panics":           {func() any { panic("oops") }, "oops"},
		"cannot be stored": {func() any { return make(chan int) }, "cannot store"},
	} {
		v := newVisitor(t, storetest.NewMemory())
		v.do(set("n", 1))
		first, second := v.again(), v.again()
		s1, s2 := first.open(), second.open()
		s1.Set("n", 2)
		s2.Set("x", 1)
		s2.Change("n", func(old any) any {
			if old == 1 {
				return 5
			}
			return c.value()
		})
		first.save(s1)
		_, action, err := second.iface.Save(t.Context(), second.cfg, s2, nil, time.Now())
		if err == nil || !strings.Contains(err.Error(), c.text) || errors.Is(err, session.ErrUnavailable) || action != session.KeepCookie {
			t.Errorf("%s: %v, %v", name, action, err)
		}
		v.holds("_permanent=true n=2")
		v.do(set("y", 1)) // the turn was given back
		v.holds("_permanent=true n=2 y=1")
	}
}

// TestRowOfAnotherFormat: the row that the changes go to was written by a
// program with another serializer.
func TestRowOfAnotherFormat(t *testing.T) {
	for _, serializer := range []codec.Serializer{codec.Msgpack, codec.TaggedJSON, session.RowJSON} {
		store := storetest.NewMemory()
		msgpack := newVisitor(t, store, session.Permanent(false))
		msgpack.do(set("n", 1))
		other := newVisitor(t, store, session.Permanent(false), session.RowSerializer(serializer))
		other.cookie = msgpack.cookie
		s := other.open()
		s.Change("n", plus(1))
		s.Set("x", "é")
		msgpack.do(change("n", plus(1)))
		other.save(s)
		other.holds("n=3 x=é")
		msgpack.holds("n=3 x=é")
	}
}
