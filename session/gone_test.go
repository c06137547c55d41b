package session_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/storetest"
)

// TestGoneIDsAreNotSent: a slow page that only reads began before the visitor
// logged in or out. Its answer must not bring the old id back, which would log
// out who has just logged in.
func TestGoneIDsAreNotSent(t *testing.T) {
	for name, meanwhile := range map[string]func(*session.Session){
		"logged in":       func(s *session.Session) { s.Set("user", "maria"); s.Regenerate() },
		"logged in twice": func(s *session.Session) { s.Regenerate(); s.Regenerate() },
		"logged out":      (*session.Session).Clear,
		"emptied":         func(s *session.Session) { s.Delete("a") },
		"out and in":      func(s *session.Session) { s.Clear(); s.Set("user", "ana"); s.Regenerate() },
	} {
		for _, signed := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/signed=%v", name, signed), func(t *testing.T) {
				var options []session.ServerSideOption
				if signed {
					options = append(options, session.SignIDs())
				}
				v := newVisitor(t, storetest.NewMemory(), options...)
				v.do(set("a", 1))
				slow := v.again()
				reader, writer := slow.open(), slow.open()
				reader.Get("a")
				v.do(meanwhile)
				if action := slow.save(reader); action != session.KeepCookie {
					t.Errorf("who reads gets %d", action)
				}
				writer.Set("b", 1)
				if action := slow.save(writer); action != session.KeepCookie {
					t.Errorf("who writes gets %d", action)
				}
				if v.cookie != "" {
					if action := v.do(nothing); action != session.SetCookie {
						t.Errorf("the new session is not refreshed: %d", action)
					}
				}
			})
		}
	}
}

// TestStillThere: what did not happen to a session in the end does not keep its
// cookie from being refreshed.
func TestStillThere(t *testing.T) {
	v := newVisitor(t, storetest.NewMemory())
	v.do(set("a", 1))
	emptied, written := v.open(), v.open()
	emptied.Delete("a")
	written.Set("b", 1)
	v.save(written)
	v.save(emptied) // finds b
	if action := v.do(nothing); action != session.SetCookie {
		t.Errorf("it is not refreshed: %d", action)
	}
}

// TestAnotherProgramDeletesIt: this program learns of it from a save.
func TestAnotherProgramDeletesIt(t *testing.T) {
	memory := storetest.NewMemory()
	v := newVisitor(t, memory)
	v.do(set("a", 1))
	reader, writer := v.open(), v.open()
	noError(t, memory.Delete(t.Context(), "session:"+v.cookie))
	writer.Set("b", 1)
	if action := v.again().save(writer); action != session.KeepCookie {
		t.Errorf("who writes gets %d", action)
	}
	if action := v.again().save(reader); action != session.KeepCookie {
		t.Errorf("who reads gets %d", action)
	}
}

// TestGoneIsForgotten: what is remembered of old ids has bounds, and an id is
// remembered for five minutes at least.
func TestGoneIsForgotten(t *testing.T) {
	now := time.Unix(2_000_000_000, 0)
	var g session.GoneIDs
	g.Add("a", now)
	g.Add("b", now.Add(4*time.Minute))
	for _, step := range []struct {
		after time.Duration
		want  string
	}{{0, "a b "}, {5*time.Minute + time.Second, "a b x "}, {5 * time.Minute, "a b x "}, {time.Minute, "x "}} {
		now = now.Add(step.after)
		if step.after > 0 {
			g.Add("x", now)
		}
		got := ""
		for _, id := range []string{"a", "b", "x"} {
			if g.Has(id) {
				got += id + " "
			}
		}
		if got != step.want {
			t.Errorf("%v later: %q, want %q", step.after, got, step.want)
		}
	}
	for i := range 100_000 {
		g.Add(fmt.Sprint("id", i), now.Add(-time.Second)) // the requests' clocks are not in order
	}
	if !g.Has("id99999") || !g.Has("id99000") || g.Has("id50000") || g.Len() > 2048 {
		t.Errorf("of many ids %d are kept", g.Len())
	}
}
