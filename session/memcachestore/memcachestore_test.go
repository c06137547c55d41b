package memcachestore_test

import (
	"testing"

	"github.com/bradfitz/gomemcache/memcache"

	"github.com/cantil-go/cantil/internal/testkit/servers"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/memcachestore"
	"github.com/cantil-go/cantil/session/storetest"
)

func TestStore(t *testing.T) {
	client := memcache.New(servers.Memcached(t).Addr)
	t.Cleanup(func() { client.Close() })
	store := memcachestore.New(client)
	storetest.Run(t, func(*testing.T) session.Store { return store })
}
