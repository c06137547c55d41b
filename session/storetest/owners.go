package storetest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/cantil-go/cantil/session"
)

// owned is about OwnerStore alone; a store may do without.
func (s *suite) owned() {
	o, ok := s.store.(session.OwnerStore)
	if !ok {
		return
	}
	owner, other := s.key+":owner", strings.ToLower(s.key)+":owner"
	list := func(owner string) map[string]session.OwnedRow {
		s.t.Helper()
		entries, err := o.Owned(s.ctx, owner)
		s.must(err)
		all := map[string]session.OwnedRow{}
		for _, e := range entries {
			all[e.Key] = e
		}
		if len(all) != len(entries) {
			s.t.Fatalf("a key twice: %v", entries)
		}
		return all
	}
	if got := list(owner); len(got) != 0 {
		s.t.Fatalf("entries of nobody: %v", got)
	}
	s.must(o.RemoveOwned(s.ctx, owner, "a", "b"))
	first, then := time.UnixMicro(2_000_000_000_123_456), time.UnixMicro(2_000_000_100_000_001)
	label := "Firefox – Linux \"x86\" ' \\ \x00 %s $1 ? 日本\n"
	for _, key := range []string{"Key", "key", "k"} {
		s.must(o.SetOwned(s.ctx, owner, session.OwnedRow{Key: key, Created: first, Seen: first, Label: label}, long))
	}
	s.must(o.SetOwned(s.ctx, owner, session.OwnedRow{Key: "key", Created: then, Seen: then, Label: ""}, long))
	s.must(o.SetOwned(s.ctx, owner, session.OwnedRow{Key: "over", Created: then, Seen: then}, -time.Second))
	s.must(o.SetOwned(s.ctx, owner, session.OwnedRow{Key: "short", Created: then, Seen: then}, short))
	got := list(owner)
	if e := got["Key"]; !e.Created.Equal(first) || !e.Seen.Equal(first) || e.Label != label {
		s.t.Errorf("comes back as %+q", e)
	}
	if e := got["key"]; !e.Created.Equal(first) || !e.Seen.Equal(then) || e.Label != "" {
		s.t.Errorf("replaced, it is %+q", e)
	}
	if len(got) != 4 {
		s.t.Errorf("%d entries: %v", len(got), got)
	}
	if got := list(other); len(got) != 0 {
		s.t.Errorf("entries of another's: %v", got)
	}
	time.Sleep(short + time.Second)
	s.must(o.RemoveOwned(s.ctx, owner, "k", "nobody's"))
	if got := list(owner); len(got) != 2 {
		s.t.Errorf("left are %v", got)
	}
	s.must(o.RemoveOwned(s.ctx, owner, "key", "Key"))
	if got := list(owner); len(got) != 0 {
		s.t.Errorf("left are %v", got)
	}
}

func (s *suite) ownedAtOnce() {
	o, ok := s.store.(session.OwnerStore)
	if !ok {
		return
	}
	s.together(32, func(i int) error {
		now := time.Now()
		return o.SetOwned(s.ctx, s.key, session.OwnedRow{Key: fmt.Sprint("k", i%16), Created: now, Seen: now}, long)
	})
	entries, err := o.Owned(s.ctx, s.key)
	s.must(err)
	if len(entries) != 16 {
		s.t.Errorf("%d entries of 16", len(entries))
	}
}

// visitor is a browser, and a program with a clock.
type visitor struct {
	s    *suite
	side *session.ServerSide
	cfg  *session.Config
	now  time.Time
	id   []byte
}

func (s *suite) newVisitor(side *session.ServerSide) *visitor {
	return &visitor{s: s, side: side, now: time.Now(), cfg: &session.Config{
		Lifetime: long, RefreshEachRequest: true, Logger: slog.New(slog.DiscardHandler)}}
}

// do is one request.
func (v *visitor) do(view func(*session.Session)) error {
	x, err := v.side.Open(v.s.ctx, v.cfg, v.id, v.now)
	if err != nil {
		return err
	}
	view(x)
	id, action, err := v.side.Save(v.s.ctx, v.cfg, x, nil, v.now)
	switch action {
	case session.SetCookie:
		v.id = id
	case session.DeleteCookie:
		v.id = nil
	}
	return err
}

func (v *visitor) login(owner, label string) {
	v.s.t.Helper()
	v.s.must(v.do(func(x *session.Session) {
		x.Set("user", owner)
		x.SetOwner(owner)
		x.SetLabel(label)
		x.Regenerate()
	}))
}

func (v *visitor) user() (user any) {
	v.s.t.Helper()
	v.s.must(v.do(func(x *session.Session) { user = x.Get("user") }))
	return user
}

// labels are those of an owner's sessions, sorted.
func (s *suite) labels(side *session.ServerSide, owner string) string {
	s.t.Helper()
	all, err := side.Owned(s.ctx, owner)
	s.must(err)
	var labels []string
	for _, o := range all {
		labels = append(labels, o.Label)
	}
	slices.Sort(labels)
	return strings.Join(labels, " ")
}

// ownedSessions is how an account sees and ends its sessions.
func (s *suite) ownedSessions() {
	side := session.NewServerSide(s.store, session.KeyPrefix(s.key+":"))
	if _, ok := s.store.(session.OwnerStore); !ok {
		s.cannotList(side)
		return
	}
	a, b, c, other := s.newVisitor(side), s.newVisitor(side), s.newVisitor(side), s.newVisitor(side)
	a.login("42", "a")
	b.login("42", "b")
	c.login("42", "c")
	other.login("43", "other")
	if got := s.labels(side, "42"); got != "a b c" {
		s.t.Fatalf("the sessions are %q", got)
	}
	s.must(a.do((*session.Session).Regenerate))
	s.must(b.do(func(x *session.Session) { x.SetLabel("b2") }))
	s.must(c.do((*session.Session).Clear)) // logs out
	if got := s.labels(side, "42"); got != "a b2" {
		s.t.Errorf("after a new id, another label and a logout they are %q", got)
	}
	all, err := side.Owned(s.ctx, "42")
	s.must(err)
	for _, o := range all {
		if strings.Contains(o.ID, string(a.id)) || strings.Contains(o.ID, string(b.id)) {
			s.t.Error("a session id is shown")
		}
		if o.Label == "b2" {
			s.must(side.Revoke(s.ctx, o.ID))
			s.must(side.Revoke(s.ctx, o.ID))
		}
		stolen := s.newVisitor(side)
		if stolen.id = []byte(o.ID); stolen.user() != nil {
			s.t.Error("the id of an Owned opens a session")
		}
	}
	if a.user() != "42" || b.user() != nil || other.user() != "43" {
		s.t.Errorf("after one was ended: %v, %v, %v", a.user(), b.user(), other.user())
	}
	b.login("42", "b3")
	n, err := side.RevokeOwner(s.ctx, "42", string(a.id))
	if s.must(err); n != 1 || a.user() != "42" || b.user() != nil || other.user() != "43" {
		s.t.Errorf("all but one: %d ended, %v, %v, %v", n, a.user(), b.user(), other.user())
	}
	b.login("42", "b4")
	n, err = side.RevokeOwner(s.ctx, "42")
	if s.must(err); n != 2 || a.user() != nil || b.user() != nil || other.user() != "43" {
		s.t.Errorf("all: %d ended, %v, %v, %v", n, a.user(), b.user(), other.user())
	}
	if got := s.labels(side, "42"); got != "" {
		s.t.Errorf("left are %q", got)
	}
}

// cannotList: a store without lists says so.
func (s *suite) cannotList(side *session.ServerSide) {
	v := s.newVisitor(side)
	_, err := side.Owned(s.ctx, "42")
	_, err2 := side.RevokeOwner(s.ctx, "42")
	for _, err := range []error{err, err2, side.Revoke(s.ctx, strings.Repeat("x", 44)), v.do(func(x *session.Session) { x.SetOwner("42") })} {
		if !errors.Is(err, session.ErrNoOwners) {
			s.t.Errorf("%v, want ErrNoOwners", err)
		}
	}
}

// revokeUnderWriters: an owner's sessions end while requests write them, and give
// them new ids. None of them comes back.
func (s *suite) revokeUnderWriters() {
	if _, ok := s.store.(session.OwnerStore); !ok {
		return
	}
	fleet := []*session.ServerSide{
		session.NewServerSide(s.store, session.KeyPrefix(s.key+":"), session.StoreTimeout(time.Minute)),
		session.NewServerSide(s.store, session.KeyPrefix(s.key+":"), session.StoreTimeout(time.Minute)),
	}
	for round := range 5 {
		a, b := s.newVisitor(fleet[0]), s.newVisitor(fleet[1])
		a.login("42", "a")
		b.login("42", "b")
		var writes atomic.Int64
		var revoked atomic.Bool
		lasts := make([]*visitor, 12)
		s.together(len(lasts)+1, func(i int) error {
			if i == len(lasts) {
				for writes.Load() < 20 {
					time.Sleep(time.Millisecond)
				}
				_, err := fleet[round%2].RevokeOwner(context.WithoutCancel(s.ctx), "42")
				revoked.Store(true)
				return err
			}
			v := *[]*visitor{a, b}[i%2]
			lasts[i] = &v
			for n := 0; n < 20 || !revoked.Load(); n++ {
				v.now = time.Now()
				err := v.do(func(x *session.Session) {
					if x.Has("user") {
						x.Set(fmt.Sprint("k", i), n)
						if i > 9 && n%5 == 4 {
							x.Regenerate()
						}
					}
				})
				if writes.Add(1); err != nil {
					return err
				}
			}
			return nil
		})
		for i, v := range append(lasts, a, b) {
			if v.user() != nil {
				s.t.Errorf("round %d: session %d is still there", round, i)
			}
		}
		if got := s.labels(fleet[0], "42"); got != "" {
			s.t.Errorf("round %d: listed are %q", round, got)
		}
	}
}
