package rows

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/cantil-go/cantil/internal/urls"
)

// batch is how many keys are asked for at once.
const batch = 200

func listRedis(ctx context.Context, address string, o Options, yield func(Row) error) error {
	options, err := redis.ParseURL(address)
	if err != nil {
		return fmt.Errorf("the address of Redis: %w", urls.Reason(err))
	}
	if options.Password == "" {
		options.Password = os.Getenv("REDIS_PASSWORD")
	}
	client := redis.NewClient(options)
	defer client.Close()
	match := globEscaper.Replace(o.Prefix) + "*"
	var cursor uint64
	seen := map[string]bool{} // SCAN may give a key twice
	for {
		var keys []string
		if keys, cursor, err = client.Scan(ctx, cursor, match, batch).Result(); err != nil {
			return fmt.Errorf("redis: %w", err)
		}
		fresh := keys[:0]
		for _, key := range keys {
			if !seen[key] {
				seen[key] = true
				fresh = append(fresh, key)
			}
		}
		if err := yieldRedis(ctx, client, fresh, yield); err != nil {
			return err
		}
		if cursor == 0 {
			return nil
		}
	}
}

var globEscaper = strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`)

// yieldRedis reads the rows of keys in one round trip.
func yieldRedis(ctx context.Context, client *redis.Client, keys []string, yield func(Row) error) error {
	if len(keys) == 0 {
		return nil
	}
	pipe := client.Pipeline()
	data, ttls := make([]*redis.StringCmd, len(keys)), make([]*redis.DurationCmd, len(keys))
	for i, key := range keys {
		data[i], ttls[i] = pipe.Get(ctx, key), pipe.PTTL(ctx, key)
	}
	_, _ = pipe.Exec(ctx) // each command has its own error
	for i, key := range keys {
		value, err := data[i].Bytes()
		switch {
		case errors.Is(err, redis.Nil): // expired meanwhile
			continue
		case err != nil && strings.HasPrefix(err.Error(), "WRONGTYPE"):
			continue // not a session
		case err != nil:
			return fmt.Errorf("redis: %w", err)
		}
		var expires time.Time
		if ttl := ttls[i].Val(); ttl > 0 {
			expires = time.Now().Add(ttl).UTC().Truncate(time.Second)
		}
		if err := yield(newRow(key, value, expires)); err != nil {
			return err
		}
	}
	return nil
}
