package redisstore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// Option changes what [New] does by default.
type Option func(*Store)

// replicas is how many of them have to have something, and how long they are
// waited for.
type replicas struct {
	n       int
	timeout time.Duration
}

// WaitDeletions has the end of a session, a logout above all, wait until so many
// replicas have it too (Redis' WAIT): a failover does not undo it then. If they
// do not have it in time, which is an error, the request ends in a 503 and the
// visitor is told that it did not succeed, although the master has done it. It
// costs no round trip of the client's, but one of the master's to its replicas.
//
// timeout has to be shorter than session.StoreTimeout and the client's
// ReadTimeout, 3 seconds unless set. The client is a *redis.Client, that of
// Sentinel too, or a *redis.ClusterClient: others panic in [New].
func WaitDeletions(n int, timeout time.Duration) Option {
	r := newReplicas("WaitDeletions", n, timeout)
	return func(s *Store) { s.deletions = r }
}

// WaitWrites does so with everything that is stored: a login, a cart. It does not
// do so with the mere extension of a session's life.
func WaitWrites(n int, timeout time.Duration) Option {
	r := newReplicas("WaitWrites", n, timeout)
	return func(s *Store) { s.writes = r }
}

func newReplicas(option string, n int, timeout time.Duration) replicas {
	if n < 1 || timeout < time.Millisecond {
		panic(fmt.Errorf("redisstore: %s(%d, %v): one replica and a millisecond at least", option, n, timeout))
	}
	return replicas{n, timeout}
}

// mayWait panics if the client cannot wait for replicas: WAIT is about what its
// own connection has written, so it has to follow the command on that one.
func (s *Store) mayWait() {
	if s.writes.n == 0 && s.deletions.n == 0 {
		return
	}
	switch s.client.(type) {
	case *redis.Client, *redis.ClusterClient:
		return
	}
	panic(fmt.Errorf("redisstore: New: a %T cannot wait for replicas", s.client))
}

// errReplicas is what a write is answered with that may be lost by a failover.
var errReplicas = errors.New("too few replicas have it")

// write runs a command about key, and waits for the replicas if there are to be
// some.
func write[C redis.Cmder](ctx context.Context, s *Store, r replicas, key string, command func(redis.Cmdable) C) (C, error) {
	if r.n == 0 {
		c := command(s.client)
		return c, c.Err()
	}
	client, err := s.master(ctx, key)
	if err != nil {
		var none C
		return none, err
	}
	asking := false
	for tries := 0; ; tries++ {
		c, acknowledged, err := writeOnce(ctx, client, r, asking, command)
		to, ask := redirected(err)
		if to == "" || tries == maxRedirects {
			if (err == nil || errors.Is(err, redis.Nil)) && acknowledged < int64(r.n) {
				return c, fmt.Errorf("%w: %d of %d after %v", errReplicas, acknowledged, r.n, r.timeout)
			}
			return c, err
		}
		if client, err = s.node(ctx, to); err != nil {
			return c, err
		}
		asking = ask
	}
}

// maxRedirects is how often a Cluster may send a command elsewhere.
const maxRedirects = 5

// writeOnce sends the command and WAIT over one connection, in one trip.
func writeOnce[C redis.Cmder](ctx context.Context, client *redis.Client, r replicas, asking bool, command func(redis.Cmdable) C) (C, int64, error) {
	pipe := client.Pipeline()
	if asking {
		pipe.Do(ctx, "asking")
	}
	c := command(pipe)
	wait := pipe.Do(ctx, "wait", r.n, r.timeout.Milliseconds())
	if _, err := pipe.Exec(ctx); c.Err() == nil && wait.Err() != nil {
		return c, 0, err
	}
	n, _ := wait.Int64()
	return c, n, c.Err()
}

// master is the client of the node that a key is on.
func (s *Store) master(ctx context.Context, key string) (*redis.Client, error) {
	if cluster, ok := s.client.(*redis.ClusterClient); ok {
		return cluster.MasterForKey(ctx, key)
	}
	return s.client.(*redis.Client), nil
}

// redirected is where a Cluster sends a command whose slot is elsewhere, or on
// the way there.
func redirected(err error) (addr string, asking bool) {
	if err == nil {
		return "", false
	}
	words := strings.Fields(err.Error())
	if len(words) != 3 || words[0] != "MOVED" && words[0] != "ASK" {
		return "", false
	}
	return words[2], words[0] == "ASK"
}

// node is the client of a node of the Cluster.
func (s *Store) node(ctx context.Context, addr string) (*redis.Client, error) {
	cluster, ok := s.client.(*redis.ClusterClient)
	if !ok {
		return nil, fmt.Errorf("redirected to %s, and the client is not a Cluster's", addr)
	}
	cluster.ReloadState(ctx)
	found := make(chan *redis.Client, 1)
	err := cluster.ForEachMaster(ctx, func(_ context.Context, client *redis.Client) error {
		if client.Options().Addr == addr {
			select {
			case found <- client:
			default:
			}
		}
		return nil
	})
	select {
	case client := <-found:
		return client, nil
	default:
		return nil, errors.Join(fmt.Errorf("redirected to %s, which is not known", addr), err)
	}
}
