package session_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/itsdangerous"
	"github.com/cantil-go/cantil/session/storetest"
)

// TestStatsRefused: each cookie that is refused counts once, under its reason, and
// none that is taken.
func TestStatsRefused(t *testing.T) {
	for name, iface := range map[string]session.Interface{"signed": session.SecureCookie{}, "encrypted": session.EncryptedCookie{}} {
		d := newDated(t, iface, time.Hour, 2*time.Hour)
		made := func(key string, at time.Duration) string {
			x := newDated(t, iface, time.Hour, 0)
			x.cfg.SecretKey, x.now = key, datedBegin.Add(at)
			x.do(func(s *session.Session) {
				s.Set("user", "maria")
				s.Set("_created", int(x.now.Add(-time.Minute).Unix()))
			})
			return x.cookie
		}
		old := newDated(t, iface, time.Hour, 0)
		old.do(func(s *session.Session) {
			s.Set("user", "maria")
			s.Set("_created", int(datedBegin.Add(-3*time.Hour).Unix()))
		})
		good := made("k", 0)
		for _, cookie := range []string{"", good, good, made("other", 0), made("third", 0), made("k", -2*time.Hour), old.cookie, made("k", time.Minute), "x!"} {
			d.cookie = cookie
			d.do(nothing)
		}
		want := session.Refused{BadSignature: 2, Expired: 2, Future: 1, Malformed: 1}
		if got := d.cfg.Stats(iface); got.Refused != want || got.UnknownIDs != 0 {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	d := newDated(t, session.SecureCookie{}, time.Hour, 0)
	signer := itsdangerous.NewURLSafeTimedSerializer("k", itsdangerous.Salt("cookie-session"), itsdangerous.KeyDerivation("hmac"))
	d.cookie = string(signer.AppendDumps(nil, []byte("\x93"), d.now))
	d.do(nothing)
	if got := d.cfg.Stats(d.iface).Refused; got != (session.Refused{Undecodable: 1}) {
		t.Errorf("undecodable: %+v", got)
	}
}

// slowStore takes a moment for each call, and fails when told to.
type slowStore struct {
	*storetest.Memory
	err error
}

func (s *slowStore) GetExtend(ctx context.Context, key string, ttl time.Duration) (session.Row, bool, error) {
	time.Sleep(time.Millisecond)
	if s.err != nil {
		return session.Row{}, false, s.err
	}
	return s.Memory.GetExtend(ctx, key, ttl)
}

// TestStatsStore: calls by kind with their failures and time, ids that nobody has,
// conflicts and dropped changes.
func TestStatsStore(t *testing.T) {
	store := &slowStore{Memory: storetest.NewMemory()}
	side := session.NewServerSide(store)
	overflow := session.NewOverflow(side)
	d := newDated(t, side, time.Hour, 0)
	d.do(set("user", "maria"))
	d.do(set("n", 1))
	slow, err := side.Open(t.Context(), d.cfg, []byte(d.cookie), d.now)
	noError(t, err)
	d.do(set("n", 2))
	slow.Set("m", 1)
	_, _, err = side.Save(t.Context(), d.cfg, slow, nil, d.now) // a conflict
	noError(t, err)
	slow, err = side.Open(t.Context(), d.cfg, []byte(d.cookie), d.now)
	noError(t, err)
	id := d.cookie
	d.do((*session.Session).Clear)
	slow.Set("m", 2)
	_, _, err = side.Save(t.Context(), d.cfg, slow, nil, d.now) // dropped
	noError(t, err)
	for _, cookie := range []string{id, strings.Repeat("x", 43), "no id!", ""} {
		d.cookie = cookie
		d.do(nothing)
	}
	store.err = errors.New("down")
	if _, err := side.Open(t.Context(), d.cfg, []byte(id), d.now); err == nil {
		t.Fatal("not down")
	}
	got := d.cfg.Stats(overflow)
	if got.UnknownIDs != 2 || got.Conflicts < 1 || got.Dropped != 1 || got.Refused != (session.Refused{Malformed: 1}) {
		t.Errorf("%+v", got)
	}
	if got.Load.Calls < 8 || got.Load.Failed != 1 || got.Load.Time < 6*time.Millisecond || got.Save.Calls < 4 || got.Save.Failed != 0 || got.Delete.Calls != 1 {
		t.Errorf("%+v", got)
	}
}
