// Package load asks a server for one page over and over, from wrk or from a
// client of its own, and reports how fast the answers came.
package load

import (
	"context"
	"os/exec"
	"time"
)

// Target is what to ask for.
type Target struct {
	Addr        string        `json:"addr"`
	Path        string        `json:"path"`
	Cookies     []string      `json:"cookies"` // Cookie headers, taken in turn
	Connections int           `json:"connections"`
	Threads     int           `json:"threads"`
	Duration    time.Duration `json:"duration"`
}

// Result is what came of it.
type Result struct {
	Requests int     `json:"requests"`
	Errors   int     `json:"errors"`  // no answer, or a status of 400 and above
	Elapsed  float64 `json:"elapsed"` // seconds
	P50      float64 `json:"p50_us"`
	P99      float64 `json:"p99_us"`
	Busy     float64 `json:"busy"` // of the generator's threads, 0 to 1
}

// A Generator makes load.
type Generator interface {
	Name() string
	Run(ctx context.Context, t Target, cpus []int) (Result, error)
}

// Find returns wrk if it is installed, and the built-in client otherwise or if
// it is asked for.
func Find(builtin bool) Generator {
	if path, err := exec.LookPath("wrk"); err == nil && !builtin {
		return wrk{path}
	}
	return client{}
}

// grace is how much longer than its duration a run may take.
const grace = 15 * time.Second

// busy is the share of its time that the generator worked.
func busy(cpu time.Duration, elapsed float64, threads int) float64 {
	if elapsed == 0 || threads == 0 {
		return 0
	}
	return cpu.Seconds() / elapsed / float64(threads)
}
