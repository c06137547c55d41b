package session_test

import (
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
)

// atOnce is how many requests there are at the same time, on one session.
const atOnce = 64

// loadApp is an application with a store.
func loadApp(store session.Store, options ...session.ServerSideOption) *cantil.App {
	app := cantil.New()
	app.SecretKey = goldenSecret
	app.Logger = slog.New(slog.DiscardHandler)
	app.SessionInterface = session.NewServerSide(store, options...)
	app.Get("/login/<user>", cantil.Endpoint("login"))(func(c *cantil.Context) any {
		c.Session().Set("user", c.Param("user"))
		return "ok"
	})
	app.Get("/user", cantil.Endpoint("user"))(func(c *cantil.Context) any {
		return fmt.Sprint(c.Session().Get("user", ""))
	})
	app.Get("/set/<key>/<int:value>", cantil.Endpoint("set"))(func(c *cantil.Context) any {
		c.Session().Set(c.Param("key"), c.ParamInt("value"))
		return fmt.Sprint(c.Session().Get("user", ""))
	})
	app.Get("/logout", cantil.Endpoint("logout"))(func(c *cantil.Context) any {
		c.Session().Clear()
		return "ok"
	})
	app.Get("/keys", cantil.Endpoint("keys"))(func(c *cantil.Context) any {
		var pairs []string
		for key, value := range c.Session().All() {
			pairs = append(pairs, fmt.Sprint(key, "=", value))
		}
		return strings.Join(pairs, " ")
	})
	app.Handler()
	return app
}

// sharing returns n clients with the cookie of one, in turn of several
// applications, as the programs of a fleet.
func sharing(t *testing.T, n int, fleet ...*cantil.App) []*cantil.Client {
	first := fleet[0].TestClient()
	if r := first.Get("/login/maria"); r.Status != 200 {
		t.Fatalf("login: %d", r.Status)
	}
	cookie, _ := first.Cookie("session")
	clients := make([]*cantil.Client, n)
	for i := range clients {
		clients[i] = fleet[i%len(fleet)].TestClient()
		clients[i].SetCookie("session", cookie)
	}
	return clients
}

// TestNoLostUpdate: many requests at once on one session, each setting a key of
// its own: none is lost.
func TestNoLostUpdate(t *testing.T) {
	eachBackend(t, func(t *testing.T, b backend) {
		store := watch(b.store(t, time.Now, "sessions"))
		slow := session.StoreTimeout(20 * time.Second)
		clients := sharing(t, atOnce, loadApp(store, slow), loadApp(store, slow))
		store.take()
		began, lost, failed := time.Now(), 0, atomic.Int64{}
		for round := range rounds(b) {
			var wg sync.WaitGroup
			for i, client := range clients {
				wg.Go(func() {
					if r := client.Get(fmt.Sprintf("/set/k%d/%d", i, round)); r.Status != 200 || r.Text() != "maria" {
						failed.Add(1)
					}
				})
			}
			wg.Wait()
			lost += atOnce - strings.Count(clients[0].Get("/keys").Text()+" ", "="+strconv.Itoa(round)+" ")
		}
		calls := len(store.take())
		fmt.Printf("concurrency %s: %d requests at once, %d rounds: %d keys lost, %d requests failed; %d calls of the store, %v\n",
			b.name, atOnce, rounds(b), lost, failed.Load(), calls, time.Since(began).Round(time.Millisecond))
		if lost > 0 || failed.Load() > 0 {
			t.Errorf("%d keys lost, %d requests failed", lost, failed.Load())
		}
	})
}

// TestLogoutAmongMany: the same with a logout in the middle of each round. The
// session stays logged out.
func TestLogoutAmongMany(t *testing.T) {
	eachBackend(t, func(t *testing.T, b backend) {
		store, slow := b.store(t, time.Now, "sessions"), session.StoreTimeout(20*time.Second)
		fleet := []*cantil.App{loadApp(store, slow), loadApp(store, slow)}
		began, back, failed := time.Now(), atomic.Int64{}, atomic.Int64{}
		for round := range rounds(b) { // each on a session of its own
			clients := sharing(t, atOnce, fleet...)
			cookie, _ := clients[0].Cookie("session")
			var wg sync.WaitGroup
			for i, client := range clients {
				path := fmt.Sprintf("/set/k%d/%d", i, round)
				if i == atOnce/2 {
					path = "/logout"
				}
				wg.Go(func() {
					if client.Get(path).Status != 200 {
						failed.Add(1)
					}
				})
			}
			wg.Wait()
			late := fleet[0].TestClient()
			late.SetCookie("session", cookie)
			if late.Get("/user").Text() != "" {
				back.Add(1)
			}
			for key, row := range b.rows(t, "sessions") {
				if strings.Contains(row.value, "maria") {
					t.Errorf("row %s is there: %q", key, row.value)
				}
			}
			b.clear(t)
		}
		fmt.Printf("concurrency %s: a logout among %d requests, %d rounds: %d sessions came back, %d requests failed, %v\n",
			b.name, atOnce, rounds(b), back.Load(), failed.Load(), time.Since(began).Round(time.Millisecond))
		if back.Load() > 0 || failed.Load() > 0 {
			t.Errorf("%d sessions came back, %d requests failed", back.Load(), failed.Load())
		}
	})
}
