package report

import (
	"fmt"
	"math"

	"github.com/cantil-go/cantil/bench/internal/roster"
)

// A promise is one line of what Cantil is held to: a figure, and its limit.
type promise struct {
	work, what string
	limit      float64
	figure     func(r *Report) Stat
}

// promises are those of the issue that asked for this comparison.
func promises() []promise {
	list := []promise{
		overCPU("plain", "cantil", "bare", 1.03),
		overCPU("plain", "cantil", "limits", 1.03), // the same work: a server with time limits
		overNS("plain", "cantil", "bare", 2),
		allocations("plain", 0),
		{"plain", "CPU, over the cheapest peer", 1, belowAll("plain")},
	}
	for _, work := range []string{"count", "perfil"} {
		// Cantil's own work, and with it the door that the floor does without.
		own := map[string]float64{"count": 1.4, "perfil": 1.6}[work]
		whole := map[string]float64{"count": 1.6, "perfil": 1.85}[work]
		list = append(list,
			overCPU(work, "cantil", "floor", 1.10),
			overNS(work, "cantil", "guarded", own),
			overNS(work, "cantil", "floor", whole),
			allocations(work, 6),
			overCPU(work, "cantil", "fiber", 1/3.0),
			overCPU(work, "cantil", "gin", 1/4.5),
			overCPU(work, "cantil", "flask", 1/30.0))
	}
	list = append(list,
		overCPU("nomes", "cantil", "floor", 1.5),
		allocations("nomes", 200),
		overCPU("nomes", "cantil", "fiber", 1/2.5))
	for _, work := range []string{"count-redis", "perfil-redis"} {
		list = append(list,
			overCPU(work, "cantil-redis", "minimal", 1.6),
			overCPU(work, "cantil-redis", "fiber-redis", 0.7))
	}
	list = append(list,
		over("hot-redis", "requests/s", rps, "minimal", "cantil-redis", 1/2.0),
		over("hot-redis", "p99", p99, "cantil-redis", "minimal", 1))
	list = append(list,
		overCPU("count", "cantil-json", "cantil", 1.25),
		overNS("count", "cantil-json", "cantil", 1.25))
	return append(list, scalePromises()...)
}

func overCPU(work, peer, base string, limit float64) promise {
	return promise{work, "CPU, " + title(peer) + " over " + title(base), limit, func(r *Report) Stat {
		return ratio(r.load(work, peer, cpu), r.load(work, base, cpu))
	}}
}

// over is one figure of two peers. It has no "best": of requests/s the highest
// would be that.
func over(work, what string, figure func(Load) float64, peer, base string, limit float64) promise {
	return promise{work, what + ", " + title(peer) + " over " + title(base), limit, func(r *Report) Stat {
		return r.load(work, peer, figure).Over(r.load(work, base, figure)).Stat()
	}}
}

func overNS(work, peer, base string, limit float64) promise {
	return promise{work, "in process, " + title(peer) + " over " + title(base), limit, func(r *Report) Stat {
		return ratio(r.inProcess(work, peer, ns), r.inProcess(work, base, ns))
	}}
}

func allocations(work string, limit float64) promise {
	return promise{work, "allocations, Cantil", limit, func(r *Report) Stat {
		return r.inProcess(work, "cantil", allocs).Stat()
	}}
}

// belowAll is Cantil over the peer that comes closest to it; what Cantil is
// built on, and Cantil itself, are no peers in this.
func belowAll(work string) func(r *Report) Stat {
	return func(r *Report) (worst Stat) {
		own := map[string]bool{"bare": true, "limits": true, "floor": true, "guarded": true, "cantil": true, "cantil-json": true}
		for _, p := range roster.All {
			if own[p.Name] {
				continue
			}
			s := ratio(r.load(work, "cantil", cpu), r.load(work, p.Name, cpu))
			if s.Median > worst.Median {
				worst = s
			}
		}
		return worst
	}
}

// verdict judges the median; a line without one was not measured.
func (p promise) verdict(s Stat) string {
	switch {
	case s.N == 0:
		return "not measured"
	case s.Median <= p.limit+1e-9:
		return "yes"
	}
	return "**no**"
}

// Holds is the table of promises, and how many of them hold, do not hold and
// were not measured.
func (r *Report) Holds() (table string, yes, no, unknown int) {
	t := newTable("work", "what", "limit", "measured", "min–max", "best", "holds")
	for _, p := range promises() {
		s := p.figure(r)
		verdict := p.verdict(s)
		switch verdict {
		case "yes":
			yes++
		case "not measured":
			unknown++
		default:
			no++
		}
		t.add(p.work, p.what, "≤ "+short(p.limit), measured(s), span(s), best(s), verdict)
	}
	return t.String(), yes, no, unknown
}

func measured(s Stat) string {
	if s.N == 0 {
		return "–"
	}
	return short(s.Median)
}

func best(s Stat) string {
	if s.Best == 0 {
		return ""
	}
	return short(s.Best)
}

// short writes three digits of a ratio and all of a larger number.
func short(v float64) string {
	switch {
	case v == math.Trunc(v):
		return fmt.Sprintf("%.0f", v)
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	case v >= 0.1:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.3f", v)
}

func span(s Stat) string {
	if s.N < 2 {
		return ""
	}
	return short(s.Min) + "–" + short(s.Max)
}

func title(name string) string {
	p, _ := roster.Find(name)
	return p.Title
}
