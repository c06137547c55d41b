package conformance

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"
)

// baseline is the state of the project that measures are printed beside.
const baseline = "b70a93e"

// atMost asserts that a count does not pass its mark, and prints it.
func atMost(t *testing.T, what string, got, mark int) {
	t.Helper()
	line := fmt.Sprintf("soak: %s: %d (mark %d)", what, got, mark)
	if got > mark {
		t.Error(line)
		return
	}
	t.Log(line)
}

// holds asserts that something is so, and prints it.
func holds(t *testing.T, what string, ok bool) {
	t.Helper()
	line := fmt.Sprintf("soak: %s: %v", what, ok)
	if !ok {
		t.Error(line)
		return
	}
	t.Log(line)
}

// shows prints a measure that depends on the machine, its mark, and what it was
// at the baseline. It asserts nothing.
func shows(t *testing.T, what string, got any, mark, before string) {
	t.Helper()
	t.Logf("soak: %s: %v (mark %s; %s: %s)", what, got, mark, baseline, before)
}

// quantile returns what q of the times do not pass, as 0.99.
func quantile(times []time.Duration, q float64) time.Duration {
	if len(times) == 0 {
		return 0
	}
	slices.Sort(times)
	return times[min(len(times)-1, int(float64(len(times))*q))]
}

// fetchTime is how long a client of the tests waits for an answer.
const fetchTime = 20 * time.Second

// newClient is a client with connections of its own, which follows no redirect.
func newClient() *http.Client {
	return &http.Client{
		Timeout:       fetchTime,
		Transport:     &http.Transport{},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// fetch gets a page over a connection that is closed afterwards.
func fetch(url string) (status int, body string, err error) {
	client := newClient()
	defer client.CloseIdleConnections()
	return fetchBy(client, url)
}

// fetchBy gets a page. Without an answer the status is 0.
func fetchBy(client *http.Client, url string) (status int, body string, err error) {
	response, err := client.Get(url)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, string(text), err
}
