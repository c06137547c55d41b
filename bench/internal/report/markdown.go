package report

import (
	"fmt"
	"strings"

	"github.com/cantil-go/cantil/bench/internal/roster"
)

// Markdown is the report as text. The charts stand beside it.
func (r *Report) Markdown(charts map[string]string) string {
	var out strings.Builder
	out.WriteString("# Results\n\n" + r.machine())
	holds, yes, no, unknown := r.Holds()
	fmt.Fprintf(&out, "\n## It holds when\n\n%d hold, %d do not, %d were not measured. "+
		"A figure is the median of ratios taken within a round; "+
		"best is the ratio of the two lowest values of all rounds, which other programs disturbed least.\n\n%s", yes, no, unknown, holds)
	for _, work := range r.Works() {
		fmt.Fprintf(&out, "\n## %s\n\n%s", work, r.work(work))
		if file := charts[work]; file != "" {
			fmt.Fprintf(&out, "\n![%s: requests per second of CPU](%s)\n", work, file)
		}
	}
	if len(r.InProcess) > 0 {
		out.WriteString("\n## In process\n\nWhole requests read from memory, without a network; one core.\n\n" + r.inProcessTable())
	}
	if len(r.Scales) > 0 {
		out.WriteString("\n## Growth\n\n" + r.scaling())
	}
	if len(r.Skips) > 0 {
		out.WriteString("\n## Skipped\n\n" + r.skipped())
	}
	return out.String()
}

func (r *Report) machine() string {
	m := r.Machine
	return fmt.Sprintf("%s, %d cores, %s, %s; load average before the run %s.\n"+
		"Load by %s over %d connections: %d rounds of %g s for each peer and work; %s.\n",
		m.Model, m.CPUs, m.OS, m.Go, m.LoadAverage, m.Generator, m.Connections, m.Rounds, m.Seconds, m.Cores)
}

// Baselines are what the works are compared with, the first that was measured.
var Baselines = []string{"bare", "floor", "minimal"}

func (r *Report) baseline(work string) string {
	for _, name := range Baselines {
		if p, _ := roster.Find(name); p.Does(work) && len(r.load(work, name, rps)) > 0 {
			return name
		}
	}
	return ""
}

// work is the table of one work under load, and who was the bottleneck.
func (r *Report) work(work string) string {
	base := r.baseline(work)
	t := newTable("peer", "CPU µs/request", "min–max", "× "+title(base), "requests/s", "p50 µs", "p99 µs", "memory MiB")
	for _, p := range roster.All {
		speed := r.load(work, p.Name, rps)
		if len(speed) == 0 {
			continue
		}
		used := r.load(work, p.Name, cpu)
		t.add(p.Title, one(used.Stat()), span(used.Stat()), measured(used.Over(r.load(work, base, cpu)).Stat()),
			fmt.Sprintf("%.0f", speed.Stat().Median), one(r.load(work, p.Name, p50).Stat()),
			one(r.load(work, p.Name, p99).Stat()), one(r.load(work, p.Name, memory).Stat()))
	}
	return t.String() + "\n" + r.bottleneck(work)
}

// one writes a figure with as many digits as mean something.
func one(s Stat) string {
	switch {
	case s.N == 0:
		return "–"
	case s.Median >= 100:
		return fmt.Sprintf("%.0f", s.Median)
	}
	return fmt.Sprintf("%.1f", s.Median)
}

// bottleneck says whether the requests per second are the server's figure or
// the load generator's.
func (r *Report) bottleneck(work string) string {
	var server, generator []float64
	failed := 0
	for _, l := range r.Loads {
		if l.Work == work {
			server, generator = append(server, l.ServerBusy), append(generator, l.LoadBusy)
			failed += l.Errors
		}
	}
	s, g := NewStat(server), NewStat(generator)
	text := fmt.Sprintf("The servers used %.0f–%.0f %% of their core, the load generator %.0f–%.0f %% of its threads: ",
		100*s.Min, 100*s.Max, 100*g.Min, 100*g.Max)
	switch {
	case s.Min >= 0.9:
		text += "the servers were the bottleneck."
	case g.Max >= 0.9:
		text += "where a server was not busy the generator was the bottleneck, and its requests/s are a lower bound; CPU per request is its own all the same."
	default:
		text += "where a server was not busy it waited, for Redis or for a core that other programs used."
	}
	if failed > 0 {
		text += fmt.Sprintf(" %d requests failed.", failed)
	}
	return text + "\n"
}

func (r *Report) inProcessTable() string {
	t := newTable("work", "peer", "ns/op", "min–max", "× baseline", "B/op", "allocs/op")
	seen := map[[2]string]bool{}
	for _, p := range r.InProcess {
		if seen[[2]string{p.Work, p.Peer}] {
			continue
		}
		seen[[2]string{p.Work, p.Peer}] = true
		time := r.inProcess(p.Work, p.Peer, ns)
		base := "floor"
		if p.Work == "plain" {
			base = "bare"
		}
		t.add(p.Work, title(p.Peer), fmt.Sprintf("%.0f", time.Stat().Median), span(time.Stat()),
			measured(time.Over(r.inProcess(p.Work, base, ns)).Stat()),
			fmt.Sprintf("%.0f", r.inProcess(p.Work, p.Peer, bytes).Stat().Median),
			fmt.Sprintf("%.0f", r.inProcess(p.Work, p.Peer, allocs).Stat().Median))
	}
	return t.String()
}

func (r *Report) skipped() string {
	t := newTable("peer", "work", "reason")
	for _, s := range r.Skips {
		work := s.Work
		if work == "" {
			work = "all"
		}
		reason := strings.Join(strings.Fields(strings.ReplaceAll(s.Reason, "|", "/")), " ")
		t.add(s.Peer, work, reason)
	}
	return t.String()
}
