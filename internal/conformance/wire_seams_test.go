package conformance

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil"
)

// mountedTarget is target with what net/http answers in the place of its views.
func mountedTarget() *cantil.App {
	app := target()
	app.Mount("/echo", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		fmt.Fprintf(w, "%d %x", len(body), sha256.Sum256(body))
	}))
	return app
}

// TestWireSeams sends the vectors to applications behind the seams. Of net/http's
// server, which reads requests by its own rules, only this is asked: that nothing
// of a body is taken for a request, and that what it hands over is answered.
func TestWireSeams(t *testing.T) {
	wrapped := target()
	wrapped.Wrap(func(next fasthttp.RequestHandler) fasthttp.RequestHandler {
		return func(ctx *fasthttp.RequestCtx) { next(ctx) }
	})
	answering := target() // middleware that answers, and leaves the bodies alone
	answering.Wrap(func(fasthttp.RequestHandler) fasthttp.RequestHandler {
		return func(ctx *fasthttp.RequestCtx) { ctx.SetBodyString("ok") }
	})
	far := httptest.NewUnstartedServer(target())
	far.Config.ErrorLog = nil
	far.Start()
	t.Cleanup(far.Close)
	for _, server := range []struct {
		name, addr string
		others     int // vectors that may have another outcome; -1: any
	}{
		{"Wrap", serve(t, wrapped), 0},
		{"Wrap that answers", serve(t, answering), -1},
		{"Mount", serve(t, mountedTarget()), 1}, // its handler answers a body that is too large with 400
		{"ServeHTTP", strings.TrimPrefix(far.URL, "http://"), 8},
	} {
		t.Run(server.name, func(t *testing.T) {
			t.Parallel()
			vectors := readVectors(t)
			results := inParallel(vectors, func(v *vector) *result { return v.run(server.addr) })
			count := map[string]int{}
			for i, v := range vectors {
				r := <-results[i]
				if count[r.verdict]++; r.verdict == desync {
					t.Errorf("%s: %v\n[%s] %s", v.ID, r, v.Group, v.Requirement)
				} else if r.verdict != pass && server.others >= 0 {
					t.Logf("%s: %v", v.ID, r)
				}
			}
			if server.others >= 0 && count[fail] > server.others {
				t.Errorf("%d vectors have another outcome, at most %d may", count[fail], server.others)
			}
		})
	}
}
