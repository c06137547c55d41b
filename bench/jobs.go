package main

import (
	"context"
	"slices"

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

// turns is how often those that are closest to each other are timed in a round.
const turns = 3

// closest are Cantil and what it is held to at a work: some per cent lie between
// them, and a single time says less than that.
func closest(peers []roster.Peer) []roster.Peer {
	base := slices.IndexFunc(peers, func(p roster.Peer) bool { return slices.Contains(report.Baselines, p.Name) })
	own := slices.IndexFunc(peers, func(p roster.Peer) bool { return p.Dir == "cantil" })
	if base < 0 || own < 0 {
		return nil
	}
	return []roster.Peer{peers[base], peers[own]}
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
		timed := func(p roster.Peer, turn int) {
			jobs = append(jobs, job{work.Name + ", " + p.Name, func(ctx context.Context, round int) {
				if r.skipped[p.Name+"/"] || r.skipped[p.Name+"/"+work.Name] {
					return
				}
				if err := r.measure(ctx, p, work, round, turn); err != nil && ctx.Err() == nil {
					r.skip(p.Name, work.Name, err)
				}
			}})
		}
		for i := range peers {
			timed(peers[(i+round-1)%len(peers)], 0)
		}
		pair := closest(peers)
		for turn := 1; turn < turns; turn++ {
			for i := range pair {
				timed(pair[(i+round+turn)%len(pair)], turn)
			}
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

// inProcess times the peers that can be served from memory, in turns.
func (r *runner) inProcess(work string, round int) {
	var names []string
	var works []inproc.Work
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
		defer c.Close()
		if err := c.Ask(1); err != nil {
			r.skip(name, work+" in process", err)
			continue
		}
		names, works = append(names, name), append(works, c.Ask)
	}
	results, err := inproc.Turns(works...)
	if err != nil {
		r.skip("all", work+" in process", err)
	}
	for i, res := range results {
		r.report.InProcess = append(r.report.InProcess, report.InProcess{
			Round: round, Work: work, Peer: names[i], NS: res.NS, Bytes: res.Bytes, Allocs: res.Allocs,
		})
	}
}

// growth takes the measurements of package scale: those in process each round,
// the connections once.
func (r *runner) growth(ctx context.Context, round int) {
	if round == 1 {
		r.idle(ctx)
	}
	for _, measure := range []func() ([]report.Scale, error){scale.Sessions, scale.Lookups} {
		measured, err := measure()
		if err != nil {
			r.skip("cantil", "growth", err)
		}
		for _, s := range measured {
			s.Round = round
			r.report.Scales = append(r.report.Scales, s)
		}
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
