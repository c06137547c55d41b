package session

import (
	"context"
	"sync"
)

// queues let the saves of one session that lost against another one go on one
// at a time. Without them many requests of one visitor would take the row
// from each other again and again; with them each is through at its second try,
// unless another program writes it too. The zero value is ready.
type queues struct {
	mu   sync.Mutex
	byID map[string]*queue
}

type queue struct {
	turn chan struct{} // full while somebody has it
	n    int           // how many have it or wait for it
}

// enter waits for its turn with the session id, until ctx ends.
func (q *queues) enter(ctx context.Context, id string) (leave func(), err error) {
	own := q.join(id)
	select {
	case own.turn <- struct{}{}:
		return func() {
			<-own.turn
			q.quit(id, own)
		}, nil
	case <-ctx.Done():
		q.quit(id, own)
		return nil, ctx.Err()
	}
}

func (q *queues) join(id string) *queue {
	q.mu.Lock()
	defer q.mu.Unlock()
	own := q.byID[id]
	if own == nil {
		own = &queue{turn: make(chan struct{}, 1)}
		if q.byID == nil {
			q.byID = map[string]*queue{}
		}
		q.byID[id] = own
	}
	own.n++
	return own
}

func (q *queues) quit(id string, own *queue) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if own.n--; own.n == 0 {
		delete(q.byID, id)
	}
}
