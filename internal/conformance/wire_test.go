package conformance

import (
	"crypto/sha256"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/internal/testkit"
)

// wireJobs is how many connections are tried at once: they mostly wait.
const wireJobs = 24

// target is the program that vectors are for. Every other path and method gets
// the framework's own 404 or 405, which do not look at the body.
func target() *cantil.App {
	app := cantil.New()
	app.Logger = slog.New(slog.DiscardHandler)
	app.Get("/", cantil.Endpoint("index"))(func(*cantil.Context) any { return "ok" })
	app.Post("/echo", cantil.Endpoint("echo"))(func(c *cantil.Context) any {
		body := c.Data()
		return fmt.Sprintf("%d %x", len(body), sha256.Sum256(body))
	})
	app.Post("/form", cantil.Endpoint("form"))(func(c *cantil.Context) any {
		return fmt.Sprint(c.Form().Len())
	})
	return app
}

// serve serves as Run does and returns the address, HOST:PORT.
func serve(t testing.TB, app *cantil.App) string {
	t.Helper()
	return strings.TrimPrefix(testkit.Serve(t, app), "http://")
}

// TestWireVectors sends every vector on a connection of its own.
func TestWireVectors(t *testing.T) {
	addr := serve(t, target())
	vectors := readVectors(t)
	results := inParallel(vectors, func(v *vector) *result { return v.run(addr) })
	count := map[string]int{}
	for i, v := range vectors {
		t.Run(v.ID, func(t *testing.T) {
			r := <-results[i]
			if count[r.verdict]++; r.verdict != pass {
				t.Errorf("%v\n[%s] %s", r, v.Group, v.Requirement)
			}
		})
	}
	t.Logf("wire vectors: %d ran, %d passed, %d desynchronised", len(vectors), count[pass], count[desync])
}

// inParallel does the work for all cases, wireJobs at once, and returns where
// each result is going to arrive.
func inParallel[C, R any](cases []C, work func(C) R) []chan R {
	results := make([]chan R, len(cases))
	for i := range results {
		results[i] = make(chan R, 1)
	}
	slots := make(chan struct{}, wireJobs)
	go func() {
		for i, c := range cases {
			slots <- struct{}{}
			go func() {
				results[i] <- work(c)
				<-slots
			}()
		}
	}()
	return results
}
