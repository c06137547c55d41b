package session

import (
	"context"
	"sync"
)

// queues make the saves of a session that met a conflict take turns. Without
// them many requests of one visitor would replace the row under each other
// again and again; with them each is done at its second try, unless another
// program writes the row too. The zero value is ready.
type queues struct {
	mu   sync.Mutex
	byID map[string]*queue
}

type queue struct {
	turn chan struct{} // full while a save has the turn
	n    int           // how many saves have it or wait for it
}

// enter waits for the caller's turn with the session id, until ctx ends. leave
// ends the turn.
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
