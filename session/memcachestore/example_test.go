package memcachestore_test

import (
	"github.com/bradfitz/gomemcache/memcache"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/memcachestore"
)

func ExampleNew() {
	client := memcache.New("10.0.0.1:11211", "10.0.0.2:11211")
	client.MaxIdleConns = 64 // as many as there are requests at once

	app := cantil.New()
	app.SessionInterface = session.NewServerSide(memcachestore.New(client))
}
