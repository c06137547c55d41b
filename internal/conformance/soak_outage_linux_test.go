package conformance

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/cantil-go/cantil/internal/testkit/servers"
)

// What goes on while a store is silent.
const (
	outageVisitors = 200
	outageTime     = 10 * time.Second
	outageTimeout  = 500 * time.Millisecond // the program's StoreTimeout
)

// TestSoakOutage stops the store for a while. Pages that do not ask for the
// session go out as ever, the others say so in time, and no visitor is ever
// taken for another.
func TestSoakOutage(t *testing.T) {
	needSoak(t)
	t.Run("redis", func(t *testing.T) {
		s := servers.Redis(t)
		outage(t, s, programConfig{Store: "redis", Addr: s.Addr, Context: true})
	})
	t.Run("redis without contexts", func(t *testing.T) {
		s := servers.Redis(t)
		outage(t, s, programConfig{Store: "redis", Addr: s.Addr})
	})
	t.Run("memcached", func(t *testing.T) {
		s := servers.Memcached(t)
		outage(t, s, programConfig{Store: "memcached", Addr: s.Addr})
	})
	t.Run("postgresql", func(t *testing.T) {
		url, s := servers.PostgresProcess(t)
		outage(t, s, programConfig{Store: "postgresql", Addr: url})
	})
}

// pages are what each visitor asks for in turn: (a) and (b) do not look at the
// session, (c) does.
var pages = []string{"static/a.css", "", "me"}

// A page's answers during the outage.
type outagePage struct {
	mu         sync.Mutex
	count      map[int]int
	times      []time.Duration
	slow       int // answers after more than slowAnswer
	slowLater  int // and asked for when the store had been silent for some time
	wrong      int // 200 with another's name, or none
	outageFrom time.Time
}

const slowAnswer, someTime = 50 * time.Millisecond, 2 * time.Second

func (p *outagePage) add(status int, began time.Time, right bool) {
	took := time.Since(began)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count[status]++
	p.times = append(p.times, took)
	if took > slowAnswer {
		p.slow++
		if began.Sub(p.outageFrom) > someTime {
			p.slowLater++
		}
	}
	if status == 200 && !right {
		p.wrong++
	}
}

func outage(t *testing.T, store *servers.Process, config programConfig) {
	config.Timeout = outageTimeout
	p := startProgram(t, config)
	p.warm()
	all := logIn(t, p, outageVisitors)
	all.strangers(p)
	before, memory := p.counts(), p.memory("VmRSS")
	store.Pause()
	lines := p.logLines()
	got := all.browse(p, outageTime)
	during, logged, grown := p.counts(), p.logLines()-lines, p.memory("VmRSS")-memory
	store.Resume()
	recovered := all.untilServed(p)
	for i, name := range []string{"a static file", "a page without session"} {
		page := got[i]
		atMost(t, "outage: "+name+": other than 200 "+fmt.Sprint(page.count), len(page.times)-page.count[200], 0)
		shows(t, "outage: "+name+": median and p99", fmt.Sprint(quantile(page.times, 0.5), " ", quantile(page.times, 0.99)), "50ms", "501ms, 100 % 503")
		t.Logf("soak: outage: %s: %d of %d took more than %v, %d of them after the first %v", name, page.slow, len(page.times), slowAnswer, page.slowLater, someTime)
	}
	session := got[2]
	atMost(t, "outage: a page with session: other than 503 "+fmt.Sprint(session.count), len(session.times)-session.count[503], 0)
	shows(t, "outage: a page with session: slowest", quantile(session.times, 1), "700ms", "505ms")
	atMost(t, "outage: answers with another's session", got[0].wrong+got[1].wrong+session.wrong, 0)
	perSecond := float64(logged) / outageTime.Seconds()
	shows(t, "outage: log lines a second", fmt.Sprintf("%.1f", perSecond), "1 and one for each 503", "470")
	atMost(t, "outage: log lines that no 503 explains, a second", int(float64(logged-session.count[503])/outageTime.Seconds()), 2)
	shows(t, "outage: memory", fmt.Sprintf("%+d KiB", grown), "50 MiB", "+15 MiB")
	shows(t, "outage: goroutines", fmt.Sprint(before.goroutines, " before, ", during.goroutines, " at its end"), "-", "427-467, 661 at most")
	shows(t, "outage: first 200 afterwards", recovered, "1s", "3-584ms")
	atMost(t, "outage: visitors who are strangers afterwards", all.strangers(p), 0)
	holds(t, "outage: the program is alive", p.alive())
}

// browse has each visitor ask for one page after the other until time is up.
func (all visitors) browse(p *program, d time.Duration) []*outagePage {
	got := make([]*outagePage, len(pages))
	for i := range got {
		got[i] = &outagePage{count: map[int]int{}, outageFrom: time.Now()}
	}
	var group sync.WaitGroup
	stop := time.Now().Add(d)
	for i, client := range all {
		group.Go(func() {
			for time.Now().Before(stop) {
				for j, page := range pages {
					began := time.Now()
					status, body, _ := fetchBy(client, p.url(page))
					got[j].add(status, began, page != "me" || body == fmt.Sprint("u", i))
				}
				time.Sleep(100 * time.Millisecond)
			}
		})
	}
	group.Wait()
	return got
}

// untilServed waits until a visitor is served again.
func (all visitors) untilServed(p *program) time.Duration {
	began := time.Now()
	for time.Since(began) < fetchTime {
		if status, _, _ := fetchBy(all[0], p.url("/me")); status == http.StatusOK {
			break
		}
		time.Sleep(2 * time.Millisecond)
	}
	return time.Since(began)
}
