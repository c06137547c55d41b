package load

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"os"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/valyala/fasthttp"
)

// counts are the requests with the first cookie, with the second, and others.
type counts [3]atomic.Int64

// serve answers with the status and counts the requests.
func serve(t *testing.T, status int) (target Target, asked *counts) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	asked = new(counts)
	server := &fasthttp.Server{Handler: func(ctx *fasthttp.RequestCtx) {
		i := slices.Index([]string{"s=a", "s=b"}, string(ctx.Request.Header.Peek("Cookie")))
		if i < 0 || string(ctx.Path()) != "/page" {
			i = 2
		}
		asked[i].Add(1)
		ctx.SetStatusCode(status)
	}}
	go server.Serve(ln)
	t.Cleanup(func() { server.Shutdown() })
	return Target{Addr: ln.Addr().String(), Path: "/page", Cookies: []string{"s=a", "s=b"},
		Connections: 2, Threads: 1, Duration: 50 * time.Millisecond}, asked
}

func TestClient(t *testing.T) {
	target, asked := serve(t, 200)
	order, _ := json.Marshal(target)
	var out bytes.Buffer
	if err := ClientMain(bytes.NewReader(order), &out); err != nil {
		t.Fatal(err)
	}
	var r Result
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	a, b, other := asked[0].Load(), asked[1].Load(), asked[2].Load()
	if r.Errors > 0 || int64(r.Requests) != a+b || a == 0 || b == 0 || other > 0 || r.P50 <= 0 || r.P99 < r.P50 {
		t.Errorf("%+v; the server saw %d, %d, and %d others", r, a, b, other)
	}
}

func TestClientCountsErrors(t *testing.T) {
	target, _ := serve(t, 500)
	if r := Ask(target); r.Requests > 0 || r.Errors == 0 {
		t.Errorf("%+v, want errors alone", r)
	}
}

func TestWrk(t *testing.T) {
	generator, ok := Find(false).(wrk)
	if !ok {
		if os.Getenv("CANTIL_REQUIRE_SERVICES") == "1" {
			t.Fatal("wrk is not installed")
		}
		t.Skip("wrk is not installed; make test installs it")
	}
	target, asked := serve(t, 200)
	target.Threads = 2
	r, err := generator.Run(context.Background(), target, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, b, other := asked[0].Load(), asked[1].Load(), asked[2].Load()
	if r.Errors > 0 || r.Requests == 0 || a == 0 || b == 0 || other > 0 || r.Busy <= 0 {
		t.Errorf("%+v; the server saw %d, %d, and %d others", r, a, b, other)
	}
}
