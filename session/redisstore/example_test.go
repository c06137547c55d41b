package redisstore_test

import (
	"github.com/redis/go-redis/v9"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/redisstore"
)

func ExampleNew() {
	client := redis.NewClient(&redis.Options{Addr: "localhost:6379", ContextTimeoutEnabled: true})

	app := cantil.New()
	app.SessionInterface = session.NewServerSide(redisstore.New(client))
}

// Sentinel, a Cluster and a single server differ in the client alone.
func ExampleNew_sentinel() {
	client := redis.NewUniversalClient(&redis.UniversalOptions{
		MasterName:            "mymaster",
		Addrs:                 []string{"10.0.0.1:26379", "10.0.0.2:26379", "10.0.0.3:26379"},
		ContextTimeoutEnabled: true,
	})

	app := cantil.New()
	app.SessionInterface = session.NewServerSide(redisstore.New(client))
}
