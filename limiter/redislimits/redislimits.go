// Package redislimits keeps the counts of package limiter in Redis, in the keys of
// Python's limits: a Flask program with Flask-Limiter and a Go program count
// together.
//
//	package main
//
//	import (
//		"log"
//
//		"github.com/redis/go-redis/v9"
//
//		"github.com/cantil-go/cantil"
//		"github.com/cantil-go/cantil/limiter"
//		"github.com/cantil-go/cantil/limiter/redislimits"
//	)
//
//	func main() {
//		client := redis.NewClient(&redis.Options{Addr: "localhost:6379"})
//		app := cantil.New()
//		limiter.NewLimiter(app, limiter.GetRemoteAddress, limiter.DefaultLimits("100/hour"),
//			limiter.WithStorage(redislimits.New(client)))
//		app.Get("/")(func(*cantil.Context) any { return "Olá" })
//		if err := app.Run("localhost:5000"); err != nil {
//			log.Fatal(err)
//		}
//	}
//
// Both programs must use the same strategy, limits, key function and endpoint's
// name, or scope: all of them are in the key,
//
//	LIMITS:LIMITER/127.0.0.1/index/100/1/hour
//
// A fixed window is a counter that expires, a moving one a list of the times of
// requests by the clocks of the programs. What both count takes one round trip.
package redislimits

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/cantil-go/cantil/limiter"
)

// Storage implements limiter.Storage.
type Storage struct {
	client redis.UniversalClient
	prefix string
}

// Option is an option of New.
type Option func(*Storage)

// KeyPrefix comes before each key, with a colon: "LIMITS", as limits writes it
// from 3.7 on. "" is that of its older versions: none.
func KeyPrefix(prefix string) Option { return func(s *Storage) { s.prefix = prefix } }

// New keeps the counts by a client of any kind: single, Sentinel or Cluster.
func New(client redis.UniversalClient, options ...Option) *Storage {
	s := &Storage{client: client, prefix: "LIMITS"}
	for _, option := range options {
		option(s)
	}
	if s.prefix != "" {
		s.prefix += ":"
	}
	return s
}

// fixed adds ARGV[1] to the counter, which lives ARGV[2] seconds from its first
// request on, and returns it with the milliseconds that are left.
var fixed = redis.NewScript(`
local count = redis.call('INCRBY', KEYS[1], ARGV[1])
local left = redis.call('PTTL', KEYS[1])
if count == tonumber(ARGV[1]) or left < 0 then
  redis.call('EXPIRE', KEYS[1], ARGV[2])
  left = ARGV[2] * 1000
end
return {count, left}`)

// look returns the counter and its milliseconds.
var look = redis.NewScript(`
return {tonumber(redis.call('GET', KEYS[1]) or 0), redis.call('PTTL', KEYS[1])}`)

// moving lets a request at the time ARGV[1] in ARGV[4] times, if so many of ARGV[3]
// are free in the window of ARGV[2] seconds before it; ARGV[5] is 1 to only look.
// The list has the latest time first. It returns whether there was room, how many
// are in the window then, and the oldest of them.
var moving = redis.NewScript(`
local now, window, amount, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local function inside(at)
  local value = redis.call('LINDEX', KEYS[1], at)
  return value and tonumber(value) >= now - window
end
local room = cost <= amount and (cost == 0 or not inside(amount - cost)) and 1 or 0
if room == 1 and ARGV[5] ~= '1' then
  for _ = 1, cost do redis.call('LPUSH', KEYS[1], ARGV[1]) end
  redis.call('LTRIM', KEYS[1], 0, amount - 1)
  redis.call('EXPIRE', KEYS[1], window)
end
local low, high = 0, amount
while low < high do
  local middle = math.floor((low + high) / 2)
  if inside(middle) then low = middle + 1 else high = middle end
end
local oldest = low > 0 and redis.call('LINDEX', KEYS[1], low - 1) or ARGV[1]
return {room, low, oldest}`)

// Hit implements limiter.Storage.
func (s *Storage) Hit(ctx context.Context, q limiter.Query) (limiter.Window, bool, error) {
	if q.Moving {
		return s.moving(ctx, q, "0")
	}
	w, err := s.fixed(q, fixed.Run(ctx, s.client, []string{s.prefix + q.Key}, q.Cost, seconds(q)))
	return w, w.Count <= q.Rate.Amount, err
}

// Test implements limiter.Storage.
func (s *Storage) Test(ctx context.Context, q limiter.Query) (limiter.Window, bool, error) {
	if q.Moving {
		return s.moving(ctx, q, "1")
	}
	w, err := s.fixed(q, look.Run(ctx, s.client, []string{s.prefix + q.Key}))
	return w, w.Count+q.Cost <= q.Rate.Amount, err
}

func seconds(q limiter.Query) int64 { return int64(q.Rate.Window() / time.Second) }

// fixed reads the answer of a counter's script.
func (s *Storage) fixed(q limiter.Query, answer *redis.Cmd) (limiter.Window, error) {
	values, err := answer.Int64Slice()
	if err != nil || len(values) != 2 {
		return limiter.Window{}, fmt.Errorf("redislimits: count: %d values, %w", len(values), orUnexpected(err))
	}
	left := max(values[1], 0) // of a counter that is not there
	return limiter.Window{Count: int(values[0]), Reset: q.Now.Add(time.Duration(left) * time.Millisecond)}, nil
}

// moving runs the script of a moving window.
func (s *Storage) moving(ctx context.Context, q limiter.Query, onlyLook string) (limiter.Window, bool, error) {
	now := strconv.FormatFloat(float64(q.Now.UnixMicro())/1e6, 'f', 6, 64)
	values, err := moving.Run(ctx, s.client, []string{s.prefix + q.Key}, now, seconds(q), q.Rate.Amount, q.Cost, onlyLook).Slice()
	if err != nil || len(values) != 3 {
		return limiter.Window{}, false, fmt.Errorf("redislimits: count a moving window: %d values, %w", len(values), orUnexpected(err))
	}
	room, _ := values[0].(int64)
	count, _ := values[1].(int64)
	text, _ := values[2].(string)
	oldest, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return limiter.Window{}, false, fmt.Errorf("redislimits: a time in the list: %w", err)
	}
	reset := time.UnixMicro(int64(oldest * 1e6)).Add(q.Rate.Window())
	return limiter.Window{Count: int(count), Reset: reset}, room == 1, nil
}

// orUnexpected is err, or the error of a script's answer that is not the script's.
func orUnexpected(err error) error {
	if err == nil {
		return fmt.Errorf("an answer of another form")
	}
	return err
}
