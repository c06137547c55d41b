package report

import (
	"slices"
)

// Stat sums the rounds up.
type Stat struct {
	Median, Min, Max float64
	N                int // rounds

	// Best is, of a ratio, that of the two lowest values of all rounds: nearer
	// to the truth than the median where other programs disturb most rounds.
	Best float64
}

// NewStat returns the Stat of values.
func NewStat(values []float64) Stat {
	if len(values) == 0 {
		return Stat{}
	}
	v := slices.Sorted(slices.Values(values))
	mid := len(v) / 2
	median := v[mid]
	if len(v)%2 == 0 {
		median = (v[mid-1] + v[mid]) / 2
	}
	return Stat{Median: median, Min: v[0], Max: v[len(v)-1], N: len(v)}
}

// Series is one figure, by the time when it was taken.
type Series map[when]float64

// when tells which measurements belong together.
type when struct{ round, turn int }

// Stat sums the series up.
func (s Series) Stat() Stat {
	values := make([]float64, 0, len(s))
	for _, v := range s {
		values = append(values, v)
	}
	return NewStat(values)
}

// Over returns the ratios of two series, each taken within a round and turn: what
// slowed the machine down for a while slowed both.
func (s Series) Over(base Series) Series {
	ratios := Series{}
	for at, v := range s {
		if b := base[at]; b != 0 {
			ratios[at] = v / b
		}
	}
	return ratios
}

// ratio sums the ratios of two series up. The lowest values are those of the times
// when both were taken: of more of them the lowest is lower.
func ratio(s, base Series) Stat {
	ratios := s.Over(base)
	stat := ratios.Stat()
	if stat.N > 0 {
		stat.Best = s.at(ratios).Stat().Min / base.at(ratios).Stat().Min
	}
	return stat
}

// at is what s has of the times of another series.
func (s Series) at(times Series) Series {
	some := Series{}
	for at := range times {
		some[at] = s[at]
	}
	return some
}

// The figures of a Load and an InProcess that the report compares.
var (
	cpu    = func(l Load) float64 { return l.CPU }
	rps    = func(l Load) float64 { return l.RPS }
	p50    = func(l Load) float64 { return l.P50 }
	p99    = func(l Load) float64 { return l.P99 }
	memory = func(l Load) float64 { return l.Memory }

	ns     = func(p InProcess) float64 { return p.NS }
	bytes  = func(p InProcess) float64 { return p.Bytes }
	allocs = func(p InProcess) float64 { return p.Allocs }
)

// load is one figure of a peer at a work. Unknown values are left out.
func (r *Report) load(work, peer string, figure func(Load) float64) Series {
	s := Series{}
	for _, l := range r.Loads {
		if l.Work == work && l.Peer == peer && figure(l) > 0 {
			s[when{l.Round, l.Turn}] = figure(l)
		}
	}
	return s
}

func (r *Report) inProcess(work, peer string, figure func(InProcess) float64) Series {
	s := Series{}
	for _, p := range r.InProcess {
		if p.Work == work && p.Peer == peer {
			s[when{round: p.Round}] = figure(p)
		}
	}
	return s
}

func (r *Report) scale(measure, peer string, n int) Series {
	s := Series{}
	for _, p := range r.Scales {
		if p.Measure == measure && p.Peer == peer && p.N == n {
			s[when{round: p.Round}] = p.Value
		}
	}
	return s
}
