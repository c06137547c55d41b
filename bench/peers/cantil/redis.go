package cantil

import (
	"errors"

	"github.com/cantil-go/cantil"
)

// useRedis keeps the sessions in the Redis server at addr.
func useRedis(*cantil.App, string) error {
	return errors.New("Cantil has no Redis store yet")
}
