package session_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/storetest"
)

// listing is a store that counts the calls about lists, and in which something
// happens before the next entry is added.
type listing struct {
	*storetest.Memory
	calls  int
	before func()
}

func (l *listing) SetOwned(ctx context.Context, owner string, e session.OwnedRow, ttl time.Duration) error {
	l.calls++
	if before := l.before; before != nil {
		l.before = nil
		before()
	}
	return l.Memory.SetOwned(ctx, owner, e, ttl)
}

func (l *listing) Owned(ctx context.Context, owner string) ([]session.OwnedRow, error) {
	l.calls++
	return l.Memory.Owned(ctx, owner)
}

func (l *listing) RemoveOwned(ctx context.Context, owner string, keys ...string) error {
	l.calls++
	return l.Memory.RemoveOwned(ctx, owner, keys...)
}

// account is an account with browsers that share a store.
type account struct {
	*dated
	store *listing
	side  *session.ServerSide
}

func newAccount(t *testing.T) *account {
	store := &listing{Memory: storetest.NewMemory()}
	side := session.NewServerSide(store)
	a := &account{newDated(t, side, time.Hour, 0), store, side}
	store.Now = func() time.Time { return a.now }
	return a
}

// browser is another browser of the account.
func (a *account) browser() *account {
	other := *a
	other.dated = newDated(a.t, a.side, time.Hour, 0)
	other.now = a.now
	return &other
}

func (a *account) login() *account {
	a.t.Helper()
	a.do(func(s *session.Session) { s.Set("user", "maria"); s.SetOwner("42"); s.Regenerate() })
	return a
}

func (a *account) owned() []session.Owned {
	a.t.Helper()
	all, err := a.side.Owned(a.t.Context(), "42")
	noError(a.t, err)
	return all
}

func (a *account) revokeOthers(except ...string) int {
	a.t.Helper()
	n, err := a.side.RevokeOwner(a.t.Context(), "42", except...)
	noError(a.t, err)
	return n
}

// TestOwnerCosts: sessions without an owner cost no call about lists, and those
// with one a call a minute.
func TestOwnerCosts(t *testing.T) {
	a := newAccount(t)
	for range 3 {
		a.do(set("n", 1))
		a.do(nothing)
		a.do(func(s *session.Session) { s.Regenerate() })
	}
	a.do(func(s *session.Session) { s.Clear() })
	if a.store.calls != 0 {
		t.Errorf("%d calls without an owner", a.store.calls)
	}
	a.login()
	began := a.now
	for range 30 {
		before := a.store.calls
		a.do(nothing)
		a.do(set("n", 1))
		a.do(func(s *session.Session) { s.SetOwner("42") }) // again, with every request
		due := a.now.Sub(began)%time.Minute == 0 && a.now != began
		if calls := a.store.calls - before; calls > 1 || calls == 1 != due {
			t.Errorf("%d calls after %v", calls, a.now.Sub(began))
		}
		if seen := a.owned()[0].LastSeen; a.now.Sub(seen) >= time.Minute {
			t.Errorf("seen %v ago", a.now.Sub(seen))
		}
		a.now = a.now.Add(20 * time.Second)
	}
	if created := a.owned()[0].Created; !created.Equal(began) {
		t.Errorf("created at %v, want %v", created, began)
	}
}

// TestOwnerMeanwhile: who gives a session its owner, or another id, while the
// owner's sessions are revoked, has none afterwards.
func TestOwnerMeanwhile(t *testing.T) {
	a := newAccount(t)
	a.login()
	for name, view := range map[string]func(s *session.Session){
		"a new id": (*session.Session).Regenerate,
		"an owner": func(s *session.Session) { s.Set("user", "maria"); s.SetOwner("42") },
	} {
		b := a.browser()
		if name == "a new id" {
			b.login()
		}
		a.store.before = func() {
			if n := a.revokeOthers(); n == 0 && name == "a new id" {
				t.Error("none was ended")
			}
		}
		b.do(view)
		if user := b.user(); user != nil {
			t.Errorf("%s: still %v", name, user)
		}
		if all := a.owned(); len(all) != 0 {
			t.Errorf("%s: %v", name, all)
		}
		a.login()
	}
}

// TestOwnerSpared: who asks for it stays, in whatever order it gets a new id, and
// so does a login that follows.
func TestOwnerSpared(t *testing.T) {
	a := newAccount(t)
	for name, view := range map[string]func(s *session.Session){
		"as it is":     func(s *session.Session) { a.revokeOthers(s.ID()) },
		"by handle":    func(s *session.Session) { a.revokeOthers(s.Handle()) },
		"new id first": func(s *session.Session) { s.Regenerate(); a.revokeOthers(s.ID()) },
		"new id then":  func(s *session.Session) { a.revokeOthers(s.ID()); s.Regenerate() },
	} {
		b := a.browser().login()
		a.login()
		a.do(view)
		if a.user() != "maria" || b.user() != nil || len(a.owned()) != 1 {
			t.Errorf("%s: %v, %v, %v", name, a.user(), b.user(), a.owned())
		}
	}
	b := a.browser()
	b.do(func(s *session.Session) {
		a.revokeOthers()
		s.Set("user", "maria")
		s.SetOwner("42")
	})
	if a.user() != nil || b.user() != "maria" {
		t.Errorf("a login that ends all others: %v, %v", a.user(), b.user())
	}
}

// TestOwnerOfOthers: what the list says is checked by the rows: one that is gone,
// or is another's by now, is not listed and not ended.
func TestOwnerOfOthers(t *testing.T) {
	a := newAccount(t)
	gone, other := a.browser().login(), a.browser().login()
	a.login()
	noError(t, a.store.Delete(t.Context(), "session:"+gone.cookie)) // as Flask does
	row, _, err := a.store.Get(t.Context(), "session:"+other.cookie)
	noError(t, err)
	data := strings.Replace(string(row.Data), "42", "43", 1)
	noError(t, a.store.Set(t.Context(), "session:"+other.cookie, []byte(data), time.Hour))
	if all := a.owned(); len(all) != 1 {
		t.Errorf("listed are %v", all)
	}
	if n := a.revokeOthers(); n != 1 || other.user() != "maria" {
		t.Errorf("%d ended, another's is %v", n, other.user())
	}
	// A row that Flask has made is listed once it has an owner.
	noError(t, a.store.Set(t.Context(), "session:flask", []byte("\x81\xa4user\xa5maria"), time.Hour))
	a.cookie = "flask"
	a.do(func(s *session.Session) {
		s.SetOwner(map[any]string{"maria": "42"}[s.Get("user")])
		s.SetLabel("Flask")
	})
	if all := a.owned(); len(all) != 1 || all[0].Label != "Flask" {
		t.Errorf("listed are %v", all)
	}
	a.do(func(s *session.Session) { s.SetOwner("") })
	if all := a.owned(); len(all) != 0 || a.user() != "maria" {
		t.Errorf("without an owner: %v, %v", all, a.user())
	}
}

// TestHandle: it is the id under which the session is listed, and not its own.
func TestHandle(t *testing.T) {
	a := newAccount(t).login()
	a.do(func(s *session.Session) {
		if h := s.Handle(); h != a.owned()[0].ID || strings.Contains(h, s.ID()) || h == "" {
			t.Errorf("%q, listed as %q", h, a.owned()[0].ID)
		}
		s.SetLabel(strings.Repeat("é", 200))
	})
	if label := a.owned()[0].Label; len(label) != 200 || !utf8.ValidString(label) {
		t.Errorf("a label of %d bytes", len(label))
	}
	a.do(func(s *session.Session) { s.SetLabel("x" + strings.Repeat("é", 200)) })
	if label := a.owned()[0].Label; len(label) != 199 || !utf8.ValidString(label) {
		t.Errorf("a label of %d bytes", len(label))
	}
	for _, id := range []string{"", "x", strings.Repeat("x", 44), a.cookie} {
		noError(t, a.side.Revoke(t.Context(), id))
	}
	if a.user() != "maria" {
		t.Error("ended by something else than the handle")
	}
	plain := session.New()
	plain.SetOwner("42")
	plain.SetLabel("x")
	if plain.Handle() != "" || plain.Len() != 0 {
		t.Error("a session in a cookie has an owner")
	}
}

// TestOwnerOutage: a store that fails is an error of the one who asks, and of the
// login.
func TestOwnerOutage(t *testing.T) {
	down := errors.New("down")
	store := failingLists{storetest.NewMemory(), down}
	side := session.NewServerSide(store)
	d := newDated(t, side, time.Hour, 0)
	s, err := side.Open(t.Context(), d.cfg, nil, d.now)
	noError(t, err)
	s.SetOwner("42")
	_, action, err := side.Save(t.Context(), d.cfg, s, nil, d.now)
	_, listed := side.Owned(t.Context(), "42")
	_, revoked := side.RevokeOwner(t.Context(), "42")
	for _, err := range []error{err, listed, revoked} {
		if !errors.Is(err, session.ErrUnavailable) || !errors.Is(err, down) {
			t.Errorf("%v", err)
		}
	}
	if action != session.KeepCookie {
		t.Error("a cookie for a session that is not listed")
	}
}

type failingLists struct {
	*storetest.Memory
	err error
}

func (f failingLists) SetOwned(context.Context, string, session.OwnedRow, time.Duration) error {
	return f.err
}
func (f failingLists) Owned(context.Context, string) ([]session.OwnedRow, error) { return nil, f.err }
func (f failingLists) RemoveOwned(context.Context, string, ...string) error      { panic(f.err) }
