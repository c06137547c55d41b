package security

import "sync"

// memory bounds what all runs of scrypt take together: four of Werkzeug's at a
// time. More would not be faster on four cores, and a hundred logins at once
// would take 3 GiB.
var memory = newBudget(128)

// A budget hands out mebibytes.
type budget struct {
	turn sync.Mutex // whoever waits for many is not overtaken by those who need few
	used chan struct{}
}

func newBudget(mebibytes int) *budget {
	return &budget{used: make(chan struct{}, mebibytes)}
}

// take waits until bytes are free, or the whole budget where that is smaller,
// and returns the function that gives them back.
func (b *budget) take(bytes int64) (release func()) {
	n := int(min((bytes+1<<20-1)>>20, int64(cap(b.used))))
	b.turn.Lock()
	for range n {
		b.used <- struct{}{}
	}
	b.turn.Unlock()
	return func() {
		for range n {
			<-b.used
		}
	}
}
