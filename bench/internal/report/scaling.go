package report

import "fmt"

// The measures of a Scale.
const (
	KeysNS      = "session-keys-ns"       // read of one key, whole requests
	KeysAllocs  = "session-keys-allocs"   // likewise
	KeysAlone   = "session-keys-alone-ns" // signature and scan by themselves
	RoutesFixed = "routes-fixed-ns"
	RoutesParam = "routes-param-ns"
	IdleBytes   = "idle-connection-bytes"
)

// inWords is what the report calls them.
var inWords = map[string]string{
	KeysNS:      "one key read, a session's keys: ns",
	KeysAllocs:  "one key read, a session's keys: allocations",
	KeysAlone:   "signature and scan alone, a session's keys: ns",
	RoutesFixed: "rule without converter, number of rules: ns",
	RoutesParam: "rule with a converter, number of rules: ns",
	IdleBytes:   "idle connections: bytes each",
}

// scalePromises are the promises on growth.
func scalePromises() []promise {
	return []promise{
		{"10 → 1000 keys", "growth of time, over that of signature and scan", 1.25, keysGrowth},
		{"10 → 1000 keys", "allocations more", 0, func(r *Report) Stat {
			return r.growth(KeysAllocs).Stat()
		}},
		{"1 → 1000 routes", "lookup without converter, over one route", 1.5, lookup(RoutesFixed)},
		{"1 → 1000 routes", "lookup with a converter, over one route", 1.5, lookup(RoutesParam)},
	}
}

// growth is what a figure is higher at 1000 keys than at 10.
func (r *Report) growth(measure string) Series {
	s, few := Series{}, r.scale(measure, "cantil", 10)
	for at, many := range r.scale(measure, "cantil", 1000) {
		s[at] = many - few[at]
	}
	return s
}

func keysGrowth(r *Report) Stat { return ratio(r.growth(KeysNS), r.growth(KeysAlone)) }

func lookup(measure string) func(r *Report) Stat {
	return func(r *Report) Stat {
		return ratio(r.scale(measure, "cantil", 1000), r.scale(measure, "cantil", 1))
	}
}

// scaling is the table of the measurements behind the promises.
func (r *Report) scaling() string {
	t := newTable("what", "peer", "size", "measured", "min–max")
	type row struct {
		measure, peer string
		n             int
	}
	seen := map[row]bool{}
	for _, s := range r.Scales {
		k := row{s.Measure, s.Peer, s.N}
		if seen[k] {
			continue
		}
		seen[k] = true
		stat := r.scale(s.Measure, s.Peer, s.N).Stat()
		t.add(inWords[s.Measure], title(s.Peer), fmt.Sprint(s.N), short(stat.Median), span(stat))
	}
	return t.String()
}
