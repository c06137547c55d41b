package limiter

import (
	"context"
	"time"
)

// Storage keeps the counts. Its methods are called from many goroutines.
type Storage interface {
	// Hit counts the request if it is within the limit, and in a fixed window if
	// it is not, too. It reports whether it is.
	Hit(ctx context.Context, q Query) (Window, bool, error)
	// Test reports the same without counting.
	Test(ctx context.Context, q Query) (Window, bool, error)
}

// Query is a request as a storage is asked of it.
type Query struct {
	Key    string // of the limit, the visitor and the endpoint: "LIMITER/127.0.0.1/index/10/1/minute"
	Rate   Rate
	Cost   int       // as how many requests it counts
	Moving bool      // the window is one of the times of requests, not a counter
	Now    time.Time // by the application's clock
}

// Window is how a limit stands.
type Window struct {
	Count int       // of requests in it
	Reset time.Time // when it ends, or the oldest of them leaves it
}
