package storetest

import (
	"log/slog"
	"time"

	"github.com/cantil-go/cantil/session"
)

// absoluteEnd is about a session that is looked at all the time: its row ends
// when Config.AbsoluteLifetime says so, and not later for being looked at.
func (s *suite) absoluteEnd() { s.endsAbsolutely(short) }

// absoluteEndFirst: an unused session would live longer.
func (s *suite) absoluteEndFirst() { s.endsAbsolutely(long) }

func (s *suite) endsAbsolutely(idle time.Duration) {
	const absolute = 2*short + time.Second
	iface := session.NewServerSide(s.store)
	cfg := &session.Config{
		Lifetime: idle, AbsoluteLifetime: absolute, RefreshEachRequest: true,
		Logger: slog.New(slog.DiscardHandler),
	}
	began := time.Now()
	visitor, err := iface.Open(s.ctx, cfg, nil, began)
	s.must(err)
	visitor.Set("user", "maria")
	id, _, err := iface.Save(s.ctx, cfg, visitor, nil, began)
	s.must(err)
	for now := began; now.Sub(began) < absolute; now = time.Now() {
		visitor, err = iface.Open(s.ctx, cfg, id, now)
		s.must(err)
		if time.Since(began) < short && visitor.Get("user") != "maria" {
			s.t.Fatalf("gone after %v", now.Sub(began))
		}
		time.Sleep(100 * time.Millisecond)
	}
	time.Sleep(time.Second) // some stores count whole seconds
	s.key = "session:" + string(id)
	s.wantNone()
}
