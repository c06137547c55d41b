package conformance

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"
)

// triedFile is tried.json: requests that were once answered wrongly.
type triedFile struct {
	Apps  map[string]string `json:"apps"`
	Cases []*tried          `json:"cases"`
}

// A tried is one of them, for one of the programs.
type tried struct {
	ID     string     `json:"id"`
	App    string     `json:"app"`
	Routes []string   `json:"routes"`
	Send   latin1List `json:"send"`
	Then   latin1List `json:"then"` // 150 ms later
	Expect struct {
		Statuses []int    `json:"statuses"` // nil: any
		Closed   *bool    `json:"closed"`   // nil: either
		Match    []string `json:"match"`    // patterns that what came must match
		NoMatch  []string `json:"no_match"`
	} `json:"expect"`
	Severity string `json:"severity"`
	Note     string `json:"note"`
}

// TestWireTried sends every case to its program.
func TestWireTried(t *testing.T) {
	var file triedFile
	readCases(t, "CANTIL_WIRE_TRIED", "tried.json", &file)
	if len(file.Cases) == 0 {
		t.Fatal("the file holds no cases")
	}
	addrs := map[string]string{}
	for name := range file.Apps {
		app := triedApp(t, name, file.Cases)
		addrs[name] = serve(t, app)
	}
	results := inParallel(file.Cases, func(c *tried) []string { return c.run(addrs[c.App]) })
	passed := 0
	for i, c := range file.Cases {
		t.Run(c.ID, func(t *testing.T) {
			wrong := <-results[i]
			if len(wrong) == 0 {
				passed++
			}
			for _, what := range wrong {
				t.Errorf("%s (%s: %s) %s", what, c.App, c.Severity, c.Note)
			}
		})
	}
	t.Logf("wire tried: %d ran, %d passed", len(file.Cases), passed)
}

// run sends the case and returns what is wrong with what came.
func (c *tried) run(addr string) []string {
	w, err := dialWire(addr)
	if err != nil {
		return []string{err.Error()}
	}
	defer w.conn.Close()
	w.send(c.Send)
	if c.Then != nil {
		time.Sleep(150 * time.Millisecond)
		w.send(c.Then)
	}
	w.how = "" // how it goes on counts
	return c.judge(w.read(defaultQuiet), w)
}

var anyStatus = regexp.MustCompile(`HTTP/1\.[01] (\d+)`)

func (c *tried) judge(raw []byte, w *wire) (wrong []string) {
	statuses := []int{}
	for _, m := range anyStatus.FindAllSubmatch(raw, -1) {
		status, _ := strconv.Atoi(string(m[1]))
		statuses = append(statuses, status)
	}
	if want := c.Expect.Statuses; want != nil && !slices.Equal(statuses, want) {
		wrong = append(wrong, fmt.Sprintf("statuses %v, want %v", statuses, want))
	}
	if want := c.Expect.Closed; want != nil && *want != (w.closed && w.how == "fin") {
		wrong = append(wrong, fmt.Sprintf("closed %v (%s), want %v", w.closed, w.how, *want))
	}
	text := latin1(raw)
	for _, pattern := range c.Expect.Match {
		if !matches(pattern, text) {
			wrong = append(wrong, fmt.Sprintf("no match of %q in %.300q", pattern, text))
		}
	}
	for _, pattern := range c.Expect.NoMatch {
		if matches(pattern, text) {
			wrong = append(wrong, fmt.Sprintf("a match of %q in %.300q", pattern, text))
		}
	}
	return wrong
}

// matches searches as Python's re.search(pattern, text, re.DOTALL) does, for what
// both understand alike.
func matches(pattern, text string) bool {
	return regexp.MustCompile("(?s)" + pattern).MatchString(text)
}
