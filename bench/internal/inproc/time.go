package inproc

import (
	"testing"

	"github.com/cantil-go/cantil/bench/internal/proc"
)

// cpuMetric is the processor time of an operation. Unlike the time on the wall
// it leaves out what other programs took of the core.
const cpuMetric = "cpu-ns/op"

// Timed measures f, which does the work of b.N operations.
func Timed(b *testing.B, f func()) {
	b.ReportAllocs()
	b.ResetTimer()
	before := proc.OwnCPU()
	f()
	used := proc.OwnCPU() - before
	b.StopTimer()
	if used > 0 {
		b.ReportMetric(float64(used.Nanoseconds())/float64(b.N), cpuMetric)
	}
}

// NS is the processor time of an operation in nanoseconds, or its time on the
// wall where the system does not count the other.
func NS(r testing.BenchmarkResult) float64 {
	if ns, ok := r.Extra[cpuMetric]; ok {
		return ns
	}
	return float64(r.T.Nanoseconds()) / float64(r.N)
}
