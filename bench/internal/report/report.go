// Package report holds what was measured and says what it means.
package report

import (
	"runtime"
	"slices"
)

// Report is one run of the comparison.
type Report struct {
	Machine   Machine
	Loads     []Load
	InProcess []InProcess
	Scales    []Scale
	Skips     []Skip
}

// Machine is where it ran, and how.
type Machine struct {
	Model       string  `json:"cpu_model"`
	CPUs        int     `json:"cpus"`
	OS          string  `json:"os"`
	Go          string  `json:"go"`
	Cores       string  `json:"cores"`
	Generator   string  `json:"generator"`
	Rounds      int     `json:"rounds"`
	Seconds     float64 `json:"seconds"` // of load for each time taken
	Connections int     `json:"connections"`
	LoadAverage string  `json:"load_average"` // before the run: what else the machine did
}

// Load is one time taken under load.
type Load struct {
	Round      int     `json:"round"`
	Turn       int     `json:"turn"` // within the round, from 0
	Work       string  `json:"work"`
	Peer       string  `json:"peer"`
	RPS        float64 `json:"requests_per_second"`
	CPU        float64 `json:"cpu_us_per_request"` // of the server's process, kernel and user; 0 if unknown
	P50        float64 `json:"p50_us"`
	P99        float64 `json:"p99_us"`
	Memory     float64 `json:"memory_mib"` // resident, after the load
	Requests   int     `json:"requests"`
	Errors     int     `json:"errors"`
	ServerBusy float64 `json:"server_busy"` // share of its core
	LoadBusy   float64 `json:"load_busy"`   // share of the generator's threads
}

// InProcess is one time taken without a network.
type InProcess struct {
	Round  int     `json:"round"`
	Work   string  `json:"work"`
	Peer   string  `json:"peer"`
	NS     float64 `json:"ns_per_op"`
	Bytes  float64 `json:"b_per_op"`
	Allocs float64 `json:"allocs_per_op"`
}

// Scale is one measurement of how cost grows: of something at a size.
type Scale struct {
	Round   int     `json:"round"`
	Measure string  `json:"measure"`
	Peer    string  `json:"peer"`
	N       int     `json:"n"`
	Value   float64 `json:"value"`
}

// Skip is a peer that could not run, or not at one work.
type Skip struct {
	Peer   string `json:"peer"`
	Work   string `json:"work,omitempty"`
	Reason string `json:"reason"`
}

// ThisMachine describes the machine as far as the system tells.
func ThisMachine() Machine {
	return Machine{
		Model: cpuModel(), CPUs: runtime.NumCPU(), OS: runtime.GOOS + "/" + runtime.GOARCH,
		Go: runtime.Version(), LoadAverage: loadAverage(),
	}
}

// Works lists the works that were timed, in the order of their first time.
func (r *Report) Works() []string {
	var works []string
	for _, l := range r.Loads {
		if !slices.Contains(works, l.Work) {
			works = append(works, l.Work)
		}
	}
	return works
}
