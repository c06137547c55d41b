package main

import (
	"context"
	"flag"
	"runtime"
	"slices"
	"testing"

	"github.com/cantil-go/cantil/bench/internal/inproc"
	"github.com/cantil-go/cantil/bench/internal/report"
	"github.com/cantil-go/cantil/bench/internal/roster"
	"github.com/cantil-go/cantil/bench/internal/scale"
)

// job is one step of a round.
type job struct {
	name string
	do   func(ctx context.Context, round int)
}

// jobs lists the steps of a round. Peers follow each other closely at one work,
// since their ratios are what counts, and start with another one each round.
func (r *runner) jobs(round int) []job {
	var jobs []job
	for _, work := range r.opt.works {
		var peers []roster.Peer
		for _, p := range r.opt.peers {
			if p.Does(work.Name) {
				peers = append(peers, p)
			}
		}
		for i := range peers {
			p := peers[(i+round-1)%len(peers)]
			jobs = append(jobs, job{work.Name + ", " + p.Name, func(ctx context.Context, round int) {
				if r.skipped[p.Name+"/"] || r.skipped[p.Name+"/"+work.Name] {
					return
				}
				if err := r.measure(ctx, p, work, round); err != nil && ctx.Err() == nil {
					r.skip(p.Name, work.Name, err)
				}
			}})
		}
		if !work.Redis {
			jobs = append(jobs, job{work.Name + ", in process", func(_ context.Context, round int) { r.inProcess(work.Name, round) }})
		}
	}
	if r.opt.has("cantil") {
		jobs = append(jobs, job{"growth", r.growth})
	}
	return jobs
}

// quick sets how long testing.Benchmark measures, and returns it to one core,
// where the collector's work counts too, until the function it returns is called.
func quick() (back func()) {
	if flag.Lookup("test.benchtime") == nil {
		testing.Init()
	}
	flag.Set("test.benchtime", "200ms")
	procs := runtime.GOMAXPROCS(1)
	return func() { runtime.GOMAXPROCS(procs) }
}

// inProcess times the peers that can be served from memory.
func (r *runner) inProcess(work string, round int) {
	defer quick()()
	for _, name := range inproc.Peers {
		p, _ := roster.Find(name)
		if !r.opt.has(name) || !p.Does(work) || r.skipped[name+"/"+work+" in process"] {
			continue
		}
		c, err := inproc.NewCase(p, work)
		if err != nil {
			r.skip(name, work+" in process", err)
			continue
		}
		b := testing.Benchmark(c.Bench)
		r.report.InProcess = append(r.report.InProcess, report.InProcess{
			Round: round, Work: work, Peer: name,
			NS:    inproc.NS(b),
			Bytes: float64(b.AllocedBytesPerOp()), Allocs: float64(b.AllocsPerOp()),
		})
	}
}

// growth takes the measurements of package scale: those in process each round,
// the connections once.
func (r *runner) growth(ctx context.Context, round int) {
	if round == 1 {
		r.idle(ctx)
	}
	defer quick()()
	record := func(measured []report.Scale, err error) {
		if err != nil {
			r.skip("cantil", "growth", err)
		}
		for _, s := range measured {
			s.Round = round
			r.report.Scales = append(r.report.Scales, s)
		}
	}
	for _, n := range scale.Keys {
		record(scale.Session(n))
	}
	for _, n := range scale.Routes {
		record(scale.Lookup(n))
	}
}

// idle measures the memory of idle connections.
func (r *runner) idle(ctx context.Context) {
	for _, p := range r.opt.peers {
		if !slices.Contains(scale.IdlePeers, p.Name) || r.skipped[p.Name+"/"] {
			continue
		}
		server, err := r.workshop.Start(ctx, p)
		if err == nil {
			var s report.Scale
			if s, err = scale.Connections(ctx, server, p.Name, scale.Idle); err == nil {
				r.report.Scales = append(r.report.Scales, s)
			}
			server.Stop()
		}
		if err != nil {
			r.skip(p.Name, "idle connections", err)
		}
	}
}
