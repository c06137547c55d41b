package session_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
	"github.com/cantil-go/cantil/session/storetest"
)

// FuzzID: an id from a cookie that reaches the store is of the alphabet, and no
// longer than the longest.
func FuzzID(f *testing.F) {
	for _, seed := range []string{"", "a", "a.b", "a b", "a\r\nset x 0 0 1\r\n", strings.Repeat("x", 128), "é", "\x00", "__--"} {
		f.Add([]byte(seed))
	}
	cfg := &session.Config{SecretKey: "k", Lifetime: time.Hour, Serializer: codec.Msgpack, Logger: slog.New(slog.DiscardHandler)}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	f.Fuzz(func(t *testing.T, cookie []byte) {
		for _, options := range [][]session.ServerSideOption{nil, {session.SignIDs()}} {
			store := watch(storetest.NewMemory())
			s, err := session.NewServerSide(store, options...).Open(t.Context(), cfg, cookie, time.Now())
			if err != nil || !s.New() || s.ID() == string(cookie) {
				t.Fatalf("%q: %v, %v", cookie, s, err)
			}
			good := len(cookie) > 0 && len(cookie) <= 128 && strings.Trim(string(cookie), alphabet) == ""
			if asked := len(store.take()) > 0; asked && (!good || options != nil) || good && !asked && options == nil {
				t.Fatalf("%q: the store was asked: %v", cookie, asked)
			}
		}
	})
}
