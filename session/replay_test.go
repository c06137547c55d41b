package session_test

import (
	"testing"
	"time"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/storetest"
)

// TestReplay: what two requests do at the same time, the second to be saved
// coming into a conflict.
func TestReplay(t *testing.T) {
	type list = []any
	for _, c := range []struct {
		name          string
		first, second func(*session.Session)
		want          string
	}{
		{"other keys", set("x", 1), set("y", 2), "_permanent=true a=[1] b=2 x=1 y=2"},
		{"the same key", set("x", 1), set("x", 2), "_permanent=true a=[1] b=2 x=2"},
		{"set and delete", set("x", 1), func(s *session.Session) { s.Delete("b") }, "_permanent=true a=[1] x=1"},
		{"delete twice", func(s *session.Session) { s.Delete("b") }, func(s *session.Session) { s.Delete("b") }, "_permanent=true a=[1]"},
		{"set what the other deleted", func(s *session.Session) { s.Delete("b") }, set("b", 3), "_permanent=true a=[1] b=3"},
		{"set and delete again", set("x", 1), func(s *session.Session) { s.Set("x", 2); s.Delete("x") }, "_permanent=true a=[1] b=2"},
		{"delete and set again", set("b", 1), func(s *session.Session) { s.Delete("b"); s.Set("b", 2) }, "_permanent=true a=[1] b=2"},
		{"clear and set", set("x", 1), func(s *session.Session) { s.Set("n", 0); s.Clear(); s.Set("y", 2) }, "_permanent=true y=2"},
		{"pop an item", set("x", 1), func(s *session.Session) { s.PopItem() }, "_permanent=true a=[1] x=1"},
		{"no longer permanent", set("x", 1), func(s *session.Session) { s.SetPermanent(false) }, "_permanent=false a=[1] b=2 x=1"},
		{"changed in place, and said so", set("x", 1), func(s *session.Session) {
			s.Get("a").(list)[0] = 7
			s.SetModified(true)
		}, "_permanent=true a=[7] b=2 x=1"},
		{"changed through a pointer", set("x", 1), func(s *session.Session) {
			a, _ := session.Value[*[]int](s, "a")
			*a = append(*a, 8)
			s.SetModified(true)
		}, "_permanent=true a=[1 8] b=2 x=1"},
		{"only looked at", set("a", list{5}), func(s *session.Session) {
			s.Get("a")
			session.Value[*[]int](s, "a")
			s.Set("y", 2)
		}, "_permanent=true a=[5] b=2 y=2"},
		{"nothing but said so", set("x", 1), func(s *session.Session) { s.SetModified(true) }, "_permanent=true a=[1] b=2 x=1"},
		{"a new id", set("x", 1), func(s *session.Session) { s.Set("y", 2); s.Regenerate() }, "_permanent=true a=[1] b=2 x=1 y=2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := newVisitor(t, storetest.NewMemory())
			v.do(func(s *session.Session) { s.Set("a", list{1}); s.Set("b", 2) })
			first, second := v.again(), v.again()
			s1, s2 := first.open(), second.open()
			c.first(s1)
			c.second(s2)
			first.save(s1)
			second.save(s2)
			second.holds(c.want)
		})
	}
}

// TestEmptiedMeanwhile: each of two requests takes one key away.
func TestEmptiedMeanwhile(t *testing.T) {
	v := newVisitor(t, storetest.NewMemory())
	v.do(func(s *session.Session) { s.Set("a", 1); s.Set("b", 2) })
	first, second := v.again(), v.again()
	s1, s2 := first.open(), second.open()
	s1.Delete("a")
	s2.Delete("b")
	if action := first.save(s1); action != session.SetCookie {
		t.Errorf("first: %d", action)
	}
	if action := second.save(s2); action != session.DeleteCookie {
		t.Errorf("second: %d", action)
	}
	// The last key goes while another request sets one: both count.
	v.do(set("a", 1))
	first, second = v.again(), v.again()
	s1, s2 = first.open(), second.open()
	s1.Set("b", 2)
	s2.Delete("a")
	first.save(s1)
	if action := second.save(s2); action != session.SetCookie {
		t.Errorf("the cookie goes: %d", action)
	}
	v.holds("_permanent=true b=2")
}

// TestLogoutWins: whatever a request does that was under way when the visitor
// logged out, the session does not come back.
func TestLogoutWins(t *testing.T) {
	for name, late := range map[string]func(*session.Session){
		"reads":          func(s *session.Session) { s.Get("user") },
		"sets":           set("x", 1),
		"clears, sets":   func(s *session.Session) { s.Clear(); s.Set("x", 1) },
		"deletes":        func(s *session.Session) { s.Delete("user") },
		"says modified":  func(s *session.Session) { s.SetModified(true) },
		"regenerates":    (*session.Session).Regenerate,
		"changes a list": func(s *session.Session) { s.Get("cart").([]any)[0] = 2; s.SetModified(true); s.Regenerate() },
	} {
		t.Run(name, func(t *testing.T) {
			store := watch(storetest.NewMemory())
			v := newVisitor(t, store)
			v.do(func(s *session.Session) { s.Set("user", "Maria"); s.Set("cart", []any{1}) })
			slow, logout := v.again(), v.again()
			s := slow.open()
			logout.do((*session.Session).Clear)
			late(s)
			value, action, err := slow.iface.Save(t.Context(), slow.cfg, s, nil, time.Now())
			noError(t, err)
			if name != "reads" && action == session.SetCookie {
				t.Errorf("cookie %s is sent", value)
			}
			for key := range store.keys {
				if row, found, _ := store.store.Get(t.Context(), key); found {
					t.Errorf("row %s is there: %q", key, row.Data)
				}
			}
		})
	}
	// Who logs in while another request logs out keeps what this request set.
	v := newVisitor(t, storetest.NewMemory())
	v.do(set("secret", "old"))
	login, logout := v.again(), v.again()
	s := login.open()
	logout.do((*session.Session).Clear)
	s.Regenerate()
	s.Set("user", "Ana")
	login.save(s)
	login.holds("_permanent=true user=Ana")
}
