package inproc

import (
	"math/rand/v2"
	"runtime"
	"time"

	"github.com/cantil-go/cantil/bench/internal/proc"
)

// Work does n operations.
type Work func(n int) error

// Result is what an operation takes, on average.
type Result struct {
	NS            float64 // of processor time, of all threads; of the wall's where the system does not count the other
	Bytes, Allocs float64 // whole numbers: what came once, for a connection, is no part of an operation
}

// How long the works have the processor: short turns, that all may have the same
// share of what other programs do, and many.
const (
	turn  = 10 * time.Millisecond
	turns = 25
)

// Turns measures works one after the other, again and again. Only one core is
// used meanwhile, so that the collector's work counts too.
func Turns(works ...Work) ([]Result, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	tallies := make([]tally, len(works))
	for i, work := range works {
		if err := tallies[i].prepare(work); err != nil {
			return nil, err
		}
	}
	order := rand.New(rand.NewPCG(1, 2)) // the same each time; what one leaves to collect is not always for the same next
	for range turns {
		for _, i := range order.Perm(len(works)) {
			if err := tallies[i].take(works[i]); err != nil {
				return nil, err
			}
		}
	}
	results := make([]Result, len(works))
	for i := range results {
		results[i] = tallies[i].result()
	}
	return results, nil
}

// tally adds the turns of one work up.
type tally struct {
	n             int // operations in a turn
	ops           int
	used          time.Duration
	allocs, bytes uint64
}

// prepare finds out how many operations a turn has. Pools fill meanwhile.
func (t *tally) prepare(work Work) error {
	for t.n = 16; ; t.n *= 4 {
		begin := time.Now()
		if err := work(t.n); err != nil {
			return err
		}
		if took := time.Since(begin); took >= turn/8 {
			t.n = max(1, int(float64(t.n)*float64(turn)/float64(took)))
			return nil
		}
	}
}

// take has the work do its turn.
func (t *tally) take(work Work) error {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	begin, cpu := time.Now(), proc.OwnCPU()
	err := work(t.n)
	used, wall := proc.OwnCPU()-cpu, time.Since(begin)
	runtime.ReadMemStats(&after)
	if used <= 0 {
		used = wall
	}
	t.ops += t.n
	t.used += used
	t.allocs += after.Mallocs - before.Mallocs
	t.bytes += after.TotalAlloc - before.TotalAlloc
	return err
}

func (t *tally) result() Result {
	ops := uint64(t.ops)
	return Result{
		NS:     float64(t.used.Nanoseconds()) / float64(ops),
		Bytes:  float64(t.bytes / ops),
		Allocs: float64(t.allocs / ops),
	}
}
