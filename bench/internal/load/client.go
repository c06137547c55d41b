package load

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/bench/internal/proc"
)

// ClientArg as the first argument makes the runner's program the client: it
// runs as a process of its own, on cores of its own.
const ClientArg = "load-client"

type client struct{}

func (client) Name() string { return "the built-in client" }

func (client) Run(ctx context.Context, t Target, cpus []int) (r Result, err error) {
	self, err := os.Executable()
	if err != nil {
		return r, err
	}
	order, err := json.Marshal(t)
	if err != nil {
		return r, err
	}
	ctx, cancel := context.WithTimeout(ctx, t.Duration+grace)
	defer cancel()
	var out bytes.Buffer
	cpu, err := proc.Run(ctx, proc.Command{
		Args: []string{self, ClientArg},
		Env:  []string{fmt.Sprintf("GOMAXPROCS=%d", t.Threads)},
		CPUs: cpus, In: bytes.NewReader(order), Out: &out,
	})
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		return r, fmt.Errorf("the client's result: %w", err)
	}
	r.Busy = busy(cpu, r.Elapsed, t.Threads)
	return r, nil
}

// ClientMain is the client's main function: a Target comes in, a Result goes out.
func ClientMain(in io.Reader, out io.Writer) error {
	var t Target
	if err := json.NewDecoder(in).Decode(&t); err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(Ask(t))
}

// Ask keeps the target's connections busy for its duration.
func Ask(t Target) Result {
	host := &fasthttp.HostClient{Addr: t.Addr, MaxConns: t.Connections, ReadTimeout: grace}
	lanes := make([]lane, t.Connections)
	started := time.Now()
	var wg sync.WaitGroup
	for i := range lanes {
		wg.Go(func() { lanes[i].run(host, t, i, started.Add(t.Duration)) })
	}
	wg.Wait()
	elapsed := time.Since(started)
	host.CloseIdleConnections()

	var r Result
	var times []time.Duration
	for i := range lanes {
		r.Errors += lanes[i].errors
		times = append(times, lanes[i].times...)
	}
	slices.Sort(times)
	r.Requests, r.Elapsed = len(times), elapsed.Seconds()
	if len(times) > 0 {
		r.P50 = float64(times[len(times)/2]) / 1e3
		r.P99 = float64(times[len(times)*99/100]) / 1e3
	}
	return r
}

// lane is one connection's part of the load.
type lane struct {
	times  []time.Duration
	errors int
}

func (l *lane) run(host *fasthttp.HostClient, t Target, first int, until time.Time) {
	req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(resp)
	req.SetRequestURI("http://" + t.Addr + t.Path)
	for i := first; ; i++ {
		if cookie := t.Cookies[i%len(t.Cookies)]; cookie != "" {
			req.Header.DelAllCookies() // Set would add to those of the request before
			req.Header.Set("Cookie", cookie)
		}
		asked := time.Now()
		if asked.After(until) {
			return
		}
		if err := host.Do(req, resp); err != nil || resp.StatusCode() >= 400 {
			l.errors++
			continue
		}
		l.times = append(l.times, time.Since(asked))
	}
}
