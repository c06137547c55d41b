package cantil

import (
	"github.com/redis/go-redis/v9"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/redisstore"
)

// useRedis keeps the sessions in the Redis server at addr.
func useRedis(app *cantil.App, addr string) {
	client := redis.NewClient(&redis.Options{Addr: addr, ContextTimeoutEnabled: true})
	app.SessionInterface = session.NewServerSide(redisstore.New(client))
}
