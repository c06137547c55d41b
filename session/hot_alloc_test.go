//go:build !race

package session_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
)

// instant is a store of one row whose calls cost nothing.
type instant struct{ data []byte }

func (s *instant) Get(context.Context, string) (session.Row, bool, error) {
	return session.Row{Data: s.data}, true, nil
}
func (s *instant) GetExtend(context.Context, string, time.Duration) (session.Row, bool, error) {
	return session.Row{Data: s.data}, true, nil
}
func (s *instant) Set(context.Context, string, []byte, time.Duration) error { return nil }
func (s *instant) Swap(_ context.Context, _ string, _ session.Row, data []byte, _ time.Duration) (bool, error) {
	s.data = data
	return true, nil
}
func (s *instant) Delete(context.Context, string) error { return nil }

// coldRequest is a request of a session that no other request uses.
func coldRequest(tb testing.TB, write bool) func() {
	iface := session.NewServerSide(&instant{[]byte("\x82\xaa_permanent\xc3\xa1n\x01")})
	cfg := &session.Config{SecretKey: "k", Lifetime: time.Hour, RefreshEachRequest: true,
		Serializer: codec.Msgpack, Logger: slog.New(slog.DiscardHandler)}
	cookie, line, now := []byte("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), make([]byte, 0, 100), time.Now()
	return func() {
		s, err := iface.Open(context.Background(), cfg, cookie, now)
		if err != nil {
			tb.Fatal(err)
		}
		n, _ := session.Value[int](s, "n")
		if write {
			s.Set("n", (n+1)%100)
		}
		if _, _, err := iface.Save(context.Background(), cfg, s, line, now); err != nil {
			tb.Fatal(err)
		}
	}
}

// BenchmarkCold is what Cantil itself does in such a request.
func BenchmarkCold(b *testing.B) {
	for name, write := range map[string]bool{"read": false, "write": true} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			request := coldRequest(b, write)
			for b.Loop() {
				request()
			}
		})
	}
}

// TestColdAllocations: what is there for hot sessions costs others no memory.
// The counts are those from before it was there.
func TestColdAllocations(t *testing.T) {
	for name, c := range map[string]struct {
		write bool
		most  float64
	}{"read": {false, 11}, "write": {true, 19}} {
		if n := testing.AllocsPerRun(200, coldRequest(t, c.write)); n > c.most {
			t.Errorf("%s: %v allocations, want at most %v", name, n, c.most)
		}
	}
}
