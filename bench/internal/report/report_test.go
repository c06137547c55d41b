package report

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// slowRound is a run whose second round was three times slower for everybody.
func slowRound() *Report {
	r := &Report{}
	for round, slow := range []float64{1, 3, 1} {
		r.Loads = append(r.Loads,
			Load{Round: round, Work: "count", Peer: "floor", CPU: 10 * slow, RPS: 1, ServerBusy: 1},
			Load{Round: round, Work: "count", Peer: "cantil", CPU: 10.5 * slow, RPS: 1, ServerBusy: 1},
			Load{Round: round, Work: "count", Peer: "fiber", CPU: 20 * slow, RPS: 1, ServerBusy: 1})
	}
	return r
}

func TestRatiosAreTakenWithinARound(t *testing.T) {
	r := slowRound()
	got := ratio(r.load("count", "cantil", cpu), r.load("count", "floor", cpu))
	if want := (Stat{Median: 1.05, Min: 1.05, Max: 1.05, N: 3, Best: 1.05}); got != want {
		t.Errorf("ratio %+v, want 1.05 in all three rounds", got)
	}
}

// TestTurns: those that are timed several times in a round are compared turn by
// turn, and with the others by the first.
func TestTurns(t *testing.T) {
	r := &Report{}
	for turn, slow := range []float64{1, 5, 0.5} {
		r.Loads = append(r.Loads,
			Load{Turn: turn, Work: "count", Peer: "floor", CPU: 10 * slow},
			Load{Turn: turn, Work: "count", Peer: "cantil", CPU: 12 * slow})
	}
	r.Loads = append(r.Loads, Load{Work: "count", Peer: "fiber", CPU: 48})
	for base, want := range map[string]Stat{
		"floor": {Median: 1.2, Min: 1.2, Max: 1.2, N: 3, Best: 1.2},
		"fiber": {Median: 0.25, Min: 0.25, Max: 0.25, N: 1, Best: 0.25},
	} {
		if got := ratio(r.load("count", "cantil", cpu), r.load("count", base, cpu)); got != want {
			t.Errorf("over %s: %+v, want %+v", base, got, want)
		}
	}
}

func TestHolds(t *testing.T) {
	table, yes, no, unknown := slowRound().Holds()
	if yes != 1 || no != 1 || yes+no+unknown != len(promises()) {
		t.Errorf("%d hold, %d do not, %d unknown:\n%s", yes, no, unknown, table)
	}
	for _, want := range []string{"| ≤ 1.10  | 1.05 ", "| ≤ 0.33  | 0.53 ", "**no**", "not measured"} {
		if !strings.Contains(table, want) {
			t.Errorf("the table lacks %q:\n%s", want, table)
		}
	}
}

func TestNewStat(t *testing.T) {
	for _, test := range []struct {
		values []float64
		want   Stat
	}{
		{nil, Stat{}},
		{[]float64{3}, Stat{Median: 3, Min: 3, Max: 3, N: 1}},
		{[]float64{9, 1, 2}, Stat{Median: 2, Min: 1, Max: 9, N: 3}},
		{[]float64{4, 1, 2, 8}, Stat{Median: 3, Min: 1, Max: 8, N: 4}},
	} {
		if got := NewStat(test.values); got != test.want {
			t.Errorf("NewStat(%v) = %+v, want %+v", test.values, got, test.want)
		}
	}
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	r := slowRound()
	r.Skips = []Skip{{Peer: "flask", Reason: "not\nhere | there"}}
	if err := r.Write(dir); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		"results.md":    "| flask | all  | not here / there |",
		"results.jsonl": `{"kind":"load","round":0,"turn":0,"work":"count","peer":"floor"`,
		"count.svg":     "Fiber v3, in memory",
	} {
		text, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s lacks %q (%v):\n%.2000s", file, want, err, text)
		}
	}
}
