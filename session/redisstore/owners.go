package redisstore

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/cantil-go/cantil/session"
)

// The list of an owner is a hash of entries by the keys of their rows, each as
// text: when it was created, seen and is to be forgotten, in microseconds since
// 1970, and the label. The hash lives as long as the entry that lives longest.

// setOwned puts the entry ARGV[3] of the key ARGV[1] into the hash, created at
// ARGV[2] unless it is there already, and has the hash live for ARGV[4]
// milliseconds at least.
var setOwned = redis.NewScript(`
local created = ARGV[2]
local before = redis.call('HGET', KEYS[1], ARGV[1])
if before then
  created = string.match(before, '^-?%d+')
end
redis.call('HSET', KEYS[1], ARGV[1], created .. ' ' .. ARGV[3])
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[4]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
end
return 1`)

// SetOwned implements [session.OwnerStore] by a script.
func (s *Store) SetOwned(ctx context.Context, owner string, e session.OwnedRow, ttl time.Duration) error {
	if ttl <= 0 {
		return s.RemoveOwned(ctx, owner, e.Key)
	}
	rest := fmt.Sprint(e.Seen.UnixMicro(), " ", time.Now().Add(ttl).UnixMicro(), " ", e.Label)
	_, err := ask(ctx, s, func() (any, error) {
		return setOwned.Run(ctx, s.client, []string{owner}, e.Key, e.Created.UnixMicro(), rest, atLeastOne(ttl).Milliseconds()).Result()
	})
	return failed("set the owner", err)
}

// Owned implements [session.OwnerStore] by HGETALL. Entries whose time is over are
// removed.
func (s *Store) Owned(ctx context.Context, owner string) ([]session.OwnedRow, error) {
	all, err := ask(ctx, s, func() (map[string]string, error) { return s.client.HGetAll(ctx, owner).Result() })
	if err != nil {
		return nil, failed("list", err)
	}
	var entries []session.OwnedRow
	var over []string
	now := time.Now()
	for key, text := range all {
		if e, expires, err := parseOwned(key, text); err == nil && expires.After(now) {
			entries = append(entries, e)
		} else {
			over = append(over, key)
		}
	}
	if len(over) > 0 {
		err = s.RemoveOwned(ctx, owner, over...)
	}
	return entries, err
}

// parseOwned reads an entry.
func parseOwned(key, text string) (e session.OwnedRow, expires time.Time, err error) {
	parts := strings.SplitN(text, " ", 4)
	if len(parts) != 4 {
		return e, expires, errors.New("not an entry")
	}
	var times [3]time.Time
	for i := range times {
		n, parseErr := strconv.ParseInt(parts[i], 10, 64)
		err = errors.Join(err, parseErr)
		times[i] = time.UnixMicro(n)
	}
	return session.OwnedRow{Key: key, Created: times[0], Seen: times[1], Label: parts[3]}, times[2], err
}

// RemoveOwned implements [session.OwnerStore] by HDEL.
func (s *Store) RemoveOwned(ctx context.Context, owner string, keys ...string) error {
	if len(keys) == 0 {
		return nil
	}
	_, err := ask(ctx, s, func() (int64, error) { return s.client.HDel(ctx, owner, keys...).Result() })
	return failed("remove from the list", err)
}
