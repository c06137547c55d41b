package storetest

import (
	"log/slog"
	"time"

	"github.com/cantil-go/cantil/session"
)

// absoluteEnd is about sessions that are looked at all the time: their rows end
// when Config.AbsoluteLifetime says so, neither before, though one of them would
// end when it was unused for less, nor later.
func (s *suite) absoluteEnd() {
	const absolute = 2*short + time.Second
	iface := session.NewServerSide(s.store)
	began := time.Now()
	type visit struct {
		cfg *session.Config
		id  []byte
	}
	var visits []visit
	for _, idle := range []time.Duration{short, long} {
		cfg := &session.Config{
			Lifetime: idle, AbsoluteLifetime: absolute, RefreshEachRequest: true,
			Logger: slog.New(slog.DiscardHandler),
		}
		visitor, err := iface.Open(s.ctx, cfg, nil, began)
		s.must(err)
		visitor.Set("user", "maria")
		id, _, err := iface.Save(s.ctx, cfg, visitor, nil, began)
		s.must(err)
		visits = append(visits, visit{cfg, id})
	}
	for now := began; now.Sub(began) < absolute; now = time.Now() {
		for _, v := range visits {
			visitor, err := iface.Open(s.ctx, v.cfg, v.id, now)
			s.must(err)
			if time.Since(began) < short+time.Second && visitor.Get("user") != "maria" {
				s.t.Fatalf("with %v when unused: gone after %v", v.cfg.Lifetime, now.Sub(began))
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	time.Sleep(time.Second) // some stores count whole seconds
	for _, v := range visits {
		s.key = "session:" + string(v.id)
		s.wantNone()
	}
}
