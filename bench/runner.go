package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/cantil-go/cantil/bench/internal/load"
	"github.com/cantil-go/cantil/bench/internal/proc"
	"github.com/cantil-go/cantil/bench/internal/report"
	"github.com/cantil-go/cantil/bench/internal/roster"
	"github.com/cantil-go/cantil/bench/internal/site"
)

// sessions is how many visitors the load is made of: more than connections, so
// that hardly ever two requests under way have the same session. Hot work has
// one.
const sessions = 128

// runner is one run of the comparison.
type runner struct {
	opt       options
	cores     proc.Cores
	generator load.Generator
	workshop  *roster.Workshop
	redis     *proc.Server // nil without one
	temp      string
	report    *report.Report
	progress  progress
	skipped   map[string]bool // peer, or peer/work
}

// newRunner starts what all peers share.
func newRunner(ctx context.Context, opt options) (*runner, error) {
	source, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat("peers"); err != nil {
		return nil, errors.New("there are no peers here: run it in the folder bench")
	}
	temp, err := os.MkdirTemp("", "cantil-bench")
	if err != nil {
		return nil, err
	}
	r := &runner{opt: opt, cores: proc.Share(), generator: load.Find(opt.client), temp: temp, skipped: map[string]bool{}}
	r.workshop = &roster.Workshop{Dir: temp, Source: source, CPUs: r.cores.Server}
	m := report.ThisMachine()
	m.Cores, m.Generator, m.Rounds = r.cores.String(), r.generator.Name(), opt.rounds
	m.Seconds, m.Connections = opt.duration.Seconds(), opt.connections
	r.report = &report.Report{Machine: m}
	if r.redis, err = proc.StartRedis(ctx, r.cores.Redis, temp); err == nil {
		r.workshop.Redis = r.redis.Addr
	}
	return r, nil
}

func (r *runner) close() {
	if r.redis != nil {
		r.redis.Stop()
	}
	os.RemoveAll(r.temp)
}

// run builds the peers and takes the times, round by round.
func (r *runner) run(ctx context.Context) error {
	jobs := r.jobs(1)
	r.progress.start(len(r.opt.peers) + r.opt.rounds*len(jobs))
	defer r.progress.end()
	limit := 10*time.Minute + time.Duration(r.opt.rounds*len(jobs))*(4*r.opt.duration+10*time.Second)
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	for _, p := range r.opt.peers {
		r.progress.step("building " + p.Name)
		if err := r.workshop.Build(ctx, p); err != nil {
			r.skip(p.Name, "", err)
		}
	}
	for round := 1; round <= r.opt.rounds; round++ {
		for _, j := range r.jobs(round) {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			r.progress.step(fmt.Sprintf("round %d of %d: %s", round, r.opt.rounds, j.name))
			j.do(ctx, round)
		}
	}
	return nil
}

// skip leaves a peer out from now on, or one work of it, and says why, once.
func (r *runner) skip(peer, work string, reason error) {
	if r.skipped[peer+"/"+work] {
		return
	}
	r.skipped[peer+"/"+work] = true
	r.report.Skips = append(r.report.Skips, report.Skip{Peer: peer, Work: work, Reason: reason.Error()})
}

// reasons tells why everything was skipped.
func (r *runner) reasons() (err error) {
	for _, s := range r.report.Skips {
		err = errors.Join(err, fmt.Errorf("%s %s: %s", s.Peer, s.Work, s.Reason))
	}
	return err
}

// calm is the share of its core that a server gets when nobody disturbs it, or
// more; one that waits for Redis too.
const calm = 0.6

// measure times one peer at one work. A time during which the server hardly came
// to run, and not for want of requests, says something about other programs: it
// is taken again, twice at most, and the least disturbed one counts.
func (r *runner) measure(ctx context.Context, p roster.Peer, work site.Work, round, turn int) error {
	var least report.Load
	for range 3 {
		l, err := r.once(ctx, p, work)
		if err != nil {
			return err
		}
		if l.ServerBusy >= least.ServerBusy {
			least = l
		}
		if l.ServerBusy == 0 || l.ServerBusy >= calm || l.LoadBusy >= calm {
			break
		}
	}
	least.Round, least.Turn, least.Work, least.Peer = round, turn, work.Name, p.Name
	r.report.Loads = append(r.report.Loads, least)
	return nil
}

// once takes one time. The server is a new one: no time inherits a heap or a
// memory layout from another.
func (r *runner) once(ctx context.Context, p roster.Peer, work site.Work) (l report.Load, err error) {
	server, err := r.workshop.Start(ctx, p)
	if err != nil {
		return l, err
	}
	defer server.Stop()
	cookies, err := work.Prepare(server.Dial, sessions)
	if err != nil {
		if died := server.Died(); died != nil {
			return l, died
		}
		return l, err
	}
	target := r.target(server, work, cookies)
	load.Ask(target) // the pools fill, the heap finds its size
	target.Duration = r.opt.duration

	before, _ := server.CPU()
	result, err := r.generator.Run(ctx, target, r.cores.Load)
	if err != nil {
		return l, err
	}
	after, _ := server.CPU() // where it cannot be read both are 0, and the report has no such figure
	if result.Requests == 0 || result.Errors*100 > result.Requests {
		return l, fmt.Errorf("%d requests were answered under load and %d failed", result.Requests, result.Errors)
	}
	memory, _ := server.Memory()
	used := (after - before).Seconds()
	return report.Load{
		RPS: float64(result.Requests) / result.Elapsed, CPU: used / float64(result.Requests) * 1e6,
		P50: result.P50, P99: result.P99, Memory: float64(memory) / (1 << 20),
		Requests: result.Requests, Errors: result.Errors,
		ServerBusy: used / result.Elapsed, LoadBusy: result.Busy,
	}, nil
}

// target is what the generator is to ask for, for as long as a warm-up takes.
func (r *runner) target(server *proc.Server, work site.Work, cookies []string) load.Target {
	connections := r.opt.connections
	if work.Connections > 0 {
		connections = work.Connections
	}
	return load.Target{
		Addr: server.Addr, Path: work.Path, Cookies: cookies,
		Connections: connections,
		Threads:     min(max(1, len(r.cores.Load)), 4, connections), // wrk wants a connection for each
		Duration:    200 * time.Millisecond,
	}
}
