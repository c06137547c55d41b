// Package signal lets functions be told of events, as blinker does for Flask.
package signal

import (
	"slices"
	"sync"
	"sync/atomic"
)

// Signal is a list of functions of type F. The zero value has none. It may be
// used by several goroutines at once; reading it costs one load.
type Signal[F any] struct {
	mu        sync.Mutex
	receivers atomic.Pointer[[]*F]
}

// Connect adds f, which is called after those that are there. What it returns
// takes f away again; calling that twice does nothing more.
func (s *Signal[F]) Connect(f F) (disconnect func()) {
	receiver := &f
	s.change(func(list []*F) []*F { return append(list, receiver) })
	return func() {
		s.change(func(list []*F) []*F {
			return slices.DeleteFunc(list, func(r *F) bool { return r == receiver })
		})
	}
}

// change replaces the list by what edit makes of a copy: readers keep theirs.
func (s *Signal[F]) change(edit func([]*F) []*F) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := edit(slices.Clone(s.Receivers()))
	if len(list) == 0 {
		s.receivers.Store(nil)
		return
	}
	s.receivers.Store(&list)
}

// Receivers are the functions, in the order in which they were connected: nil
// without any.
func (s *Signal[F]) Receivers() []*F {
	if list := s.receivers.Load(); list != nil {
		return *list
	}
	return nil
}
