package redisstore_test

import (
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/cantil-go/cantil/internal/testservers"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/redisstore"
	"github.com/cantil-go/cantil/session/storetest"
)

func newClient(t *testing.T, addr string) *redis.Client {
	client := redis.NewClient(&redis.Options{Addr: addr, ContextTimeoutEnabled: true})
	t.Cleanup(func() { client.Close() })
	return client
}

func TestStore(t *testing.T) {
	client := newClient(t, testservers.Redis(t).Addr)
	storetest.Run(t, func(*testing.T) session.Store { return redisstore.New(client) })
}
