package session_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/cantil-go/cantil/internal/testkit/servers"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
	"github.com/cantil-go/cantil/session/redisstore"
)

// BenchmarkRedis is what a session on a real Redis costs a request: a GETEX of
// one that only reads, that and the script of one that writes.
func BenchmarkRedis(b *testing.B) {
	client := redis.NewClient(&redis.Options{Addr: servers.Redis(b, "--appendfsync", "no").Addr, PoolSize: 64, ContextTimeoutEnabled: true})
	b.Cleanup(func() { client.Close() })
	iface := session.NewServerSide(redisstore.New(client))
	cfg := &session.Config{SecretKey: "k", Lifetime: time.Hour, RefreshEachRequest: true,
		Serializer: codec.Msgpack, Logger: slog.New(slog.DiscardHandler)}
	request := func(b *testing.B, cookie []byte, write bool) []byte {
		s, err := iface.Open(b.Context(), cfg, cookie, time.Now())
		if err != nil {
			b.Fatal(err)
		}
		n, _ := session.Value[int](s, "n")
		if write {
			s.Set("n", n+1)
		}
		value, _, err := iface.Save(b.Context(), cfg, s, nil, time.Now())
		if err != nil {
			b.Fatal(err)
		}
		return value
	}
	for name, write := range map[string]bool{"read": false, "write": true} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			cookie := request(b, nil, true)
			for b.Loop() {
				request(b, cookie, write)
			}
		})
		b.Run(name+"/parallel", func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				cookie := request(b, nil, true)
				for pb.Next() {
					request(b, cookie, write)
				}
			})
		})
	}
}
