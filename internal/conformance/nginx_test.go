package conformance

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/internal/testkit/servers"
)

// What goes on in front of the proxy.
const (
	honestClients  = 50
	honestRequests = 200 // each
	proxyTime      = 2 * time.Minute
)

// proxied is the program behind the proxy. Its pages say whom they are for and
// which request they answer.
func proxied() *cantil.App {
	app := cantil.New()
	app.Logger = slog.New(slog.DiscardHandler)
	app.SecretKey = "behind a proxy"
	app.Get("/login", cantil.Endpoint("login"))(func(c *cantil.Context) any {
		c.Session().Set("user", c.Args().Get("user"))
		return "in"
	})
	app.Get("/me", cantil.Endpoint("me"))(func(c *cantil.Context) any {
		return fmt.Sprint(c.Session().Get("user"), " asked ", c.Args().Get("n"))
	})
	app.Post("/ignore", cantil.Endpoint("ignore"))(func(*cantil.Context) any { return "ignored" })
	app.Post("/redir", cantil.Endpoint("redir"))(func(c *cantil.Context) any { return c.Redirect("/me") })
	app.Post("/echo", cantil.Endpoint("echo"))(func(c *cantil.Context) any { return fmt.Sprint(len(c.Data())) })
	app.Post("/form", cantil.Endpoint("form"))(func(c *cantil.Context) any { return fmt.Sprint(c.Form().Len()) })
	app.Get("/evil", cantil.Endpoint("evil"))(func(*cantil.Context) any { return "EVIL" })
	app.Get("/smuggled", cantil.Endpoint("smuggled"))(func(*cantil.Context) any { return "EVIL" })
	return app
}

// TestNginx has an attacker leave what he can on the connections between a proxy
// and the server, which honest clients then use. Not one of their answers may be
// another visitor's or come from a request that the attacker wrote.
func TestNginx(t *testing.T) {
	proxy := servers.Nginx(t, serve(t, proxied()))
	ctx, cancel := context.WithTimeout(t.Context(), proxyTime)
	defer cancel()
	attacks := attackBytes(t)
	attacking, stop := context.WithCancel(ctx)
	sent, round := make(chan int), make(chan struct{})
	go func() { sent <- attack(attacking, proxy.Addr, attacks, round) }()

	var clients sync.WaitGroup
	var asked atomic.Int64
	wrong := make(chan string, 1000)
	for user := range honestClients {
		clients.Go(func() { asked.Add(int64(honest(ctx, "http://"+proxy.Addr, user, round, wrong))) })
	}
	clients.Wait()
	stop()
	attacked := <-sent
	close(wrong)
	t.Logf("behind nginx: %d honest requests, %d wrong answers, %d attacks", asked.Load(), len(wrong), attacked)
	if attacked < len(attacks) {
		t.Errorf("%d attacks in all: not each of %d kinds was sent", attacked, len(attacks))
	}
	shown := 0
	for what := range wrong {
		if shown++; shown <= 10 {
			t.Error(what)
		}
	}
}

// honest logs a visitor in and asks who that is, honestRequests times and until
// the round of attacks is over. It returns how often it asked; what is not as it
// should be goes to wrong, which has room for some of it.
func honest(ctx context.Context, url string, user int, round <-chan struct{}, wrong chan<- string) (n int) {
	jar, _ := cookiejar.New(nil)
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	client := &http.Client{Jar: jar, Transport: transport}
	get := func(path, want string) {
		if got := ask(ctx, client, url+path); got != want {
			report(wrong, fmt.Sprintf("visitor %d asked for %s: %.200q", user, path, got))
		}
	}
	name := fmt.Sprintf("u%d", user)
	if got := ask(ctx, client, url+"/login?user="+name); got != "200 in" {
		report(wrong, fmt.Sprintf("visitor %d asked to be logged in: %.200q", user, got))
		return 1
	}
	for ; n < honestRequests || ctx.Err() == nil && !over(round); n++ {
		get(fmt.Sprintf("/me?n=%s.%d", name, n), fmt.Sprintf("200 %s asked %s.%d", name, name, n))
	}
	return n
}

func report(wrong chan<- string, what string) {
	select {
	case wrong <- what:
	default: // there are enough already
	}
}

func over(round <-chan struct{}) bool {
	select {
	case <-round:
		return true
	default:
		return false
	}
}

// ask returns status and body, or why there is no answer.
func ask(ctx context.Context, client *http.Client, url string) string {
	request, err := http.NewRequestWithContext(ctx, "GET", url, nil)
	if err != nil {
		return err.Error()
	}
	response, err := client.Do(request)
	if err != nil {
		return err.Error()
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprint(response.StatusCode, " ", string(body))
}

// attackBytes are requests that hold another one in a body that is not read, and
// the vectors of the same kind.
func attackBytes(t *testing.T) [][]byte {
	filler := strings.Repeat("x", 8192)
	inside := []string{"GET /evil HTTP/1.1\r\nHost: a\r\n\r\n", "GET /evil HTTP/1.1\r\nX: "} // the second takes in what follows
	var all [][]byte
	for _, target := range []string{"POST /ignore", "POST /redir", "POST /nowhere", "POST /me", "GET /me", "DELETE /login", "POST /static/x"} {
		for _, request := range inside {
			body := filler + request
			all = append(all,
				fmt.Appendf(nil, "%s HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s", target, len(body), body),
				fmt.Appendf(nil, "%s HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", target, len(body), body))
		}
	}
	for _, v := range readVectors(t) {
		if raw := v.bytes(); v.Group == "smuggle" && len(raw) < 1<<20 {
			all = append(all, raw)
		}
	}
	return all
}

// attack sends them one after the other until ctx ends, and returns how many. It
// closes round when each was sent once.
func attack(ctx context.Context, addr string, attacks [][]byte, round chan<- struct{}) (n int) {
	for ctx.Err() == nil {
		w, err := dialWire(addr)
		if err != nil {
			continue
		}
		w.send(attacks[n%len(attacks)])
		w.read(20 * time.Millisecond)
		w.conn.Close()
		if n++; n == len(attacks) {
			close(round)
		}
	}
	return n
}
