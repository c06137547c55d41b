package conformance

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// A flood is many clients that post numbers until the program goes.
type flood struct {
	addr     string
	next     atomic.Int64
	going    atomic.Bool // SIGTERM was sent
	mu       sync.Mutex
	answered map[int64]bool

	keptReset, keptEnded, newReset, newEnded atomic.Int64 // requests that were sent whole and not answered
}

// post sends one number over the connection and reads the answer.
func (f *flood) post(conn net.Conn, answers *bufio.Reader) error {
	n := f.next.Add(1)
	body := fmt.Sprint("n=", n)
	conn.SetDeadline(time.Now().Add(fetchTime))
	_, err := fmt.Fprintf(conn, "POST /number HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	if err != nil {
		return errNotSent
	}
	response, err := http.ReadResponse(answers, nil)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode == 200 && string(text) == fmt.Sprint(n) {
		f.mu.Lock()
		f.answered[n] = true
		f.mu.Unlock()
	}
	if response.Close {
		return errKeepsNot
	}
	return nil
}

var (
	errNotSent  = errors.New("the request did not go out")
	errKeepsNot = errors.New("the server closes")
)

// client posts numbers over connections that it keeps, or over one each.
func (f *flood) client(keep bool) {
	for {
		conn, err := net.DialTimeout("tcp", f.addr, fetchTime)
		if err != nil {
			return
		}
		answers := bufio.NewReader(conn)
		for n := 0; err == nil && (keep || n == 0); n++ {
			if err = f.post(conn, answers); err != nil {
				f.note(err, n > 0)
			}
		}
		conn.Close()
		if err != nil && f.going.Load() {
			return
		}
	}
}

// note counts a request that was sent and has no answer.
func (f *flood) note(err error, kept bool) {
	switch {
	case errors.Is(err, errNotSent) || errors.Is(err, errKeepsNot):
	case errors.Is(err, syscall.ECONNRESET) && kept:
		f.keptReset.Add(1)
	case errors.Is(err, syscall.ECONNRESET):
		f.newReset.Add(1)
	case kept:
		f.keptEnded.Add(1)
	default:
		f.newEnded.Add(1)
	}
}

// unanswered counts the numbers that were stored though no client got an answer.
func (f *flood) unanswered(t *testing.T, file string) (missing, stored int) {
	t.Helper()
	db, err := openNumbers(file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query("SELECT n FROM numbers")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			t.Fatal(err)
		}
		if stored++; !f.answered[n] {
			missing++
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return missing, stored
}

// TestSoakSIGTERM ends the program under load, again and again. What it carried
// out it answers, and it says that all went well.
func TestSoakSIGTERM(t *testing.T) {
	const streamEvery = 5 // rounds with an open stream of events
	rounds, clients := soakOr(50, 3), soakOr(200, 40)
	var missing, stored, badExit int
	var keptReset, keptEnded, newReset, newEnded int64
	var longest time.Duration
	for round := range rounds {
		file := filepath.Join(t.TempDir(), "numbers")
		p := startProgram(t, programConfig{Database: file})
		f := &flood{addr: p.addr, answered: map[int64]bool{}}
		switch {
		case round == 1 && soaking():
			defer openStream(t, p.addr, "deaf").Close() // to c.Done: it is cut off at the drain limit
		case round%streamEvery == 0:
			defer openStream(t, p.addr, "events").Close()
		}
		var group sync.WaitGroup
		for i := range 2 * clients {
			group.Go(func() { f.client(i%2 == 0) })
		}
		time.Sleep(500*time.Millisecond + time.Duration(round%10)*7*time.Millisecond)
		f.going.Store(true)
		took, code := p.terminate(15 * time.Second)
		if code != 0 {
			badExit++
			t.Logf("exit code %d after %v:\n%s", code, took, p.tail())
		}
		longest = max(longest, took)
		group.Wait()
		lost, all := f.unanswered(t, file)
		missing, stored = missing+lost, stored+all
		keptReset, keptEnded = keptReset+f.keptReset.Load(), keptEnded+f.keptEnded.Load()
		newReset, newEnded = newReset+f.newReset.Load(), newEnded+f.newEnded.Load()
	}
	atMost(t, fmt.Sprintf("SIGTERM: carried out and not answered, of %d in %d rounds", stored, rounds), missing, 0)
	holds(t, "SIGTERM: requests were carried out", stored > rounds)
	atMost(t, "SIGTERM: exit codes other than 0", badExit, 0)
	shows(t, "SIGTERM: longest shutdown", longest, "10.2s", "108ms, 10.008s and exit code 1 with a stream")
	atMost(t, "SIGTERM: whole requests on kept connections that got an RST", int(keptReset), 0)
	t.Logf("soak: SIGTERM: at %s 149-196 of those in 40 rounds", baseline)
	shows(t, "SIGTERM: on kept connections, EOF", keptEnded, "-", "1170-1255")
	shows(t, "SIGTERM: on new connections, RST", newReset, "0 but for the listener's backlog", "66-255")
	shows(t, "SIGTERM: on new connections, EOF", newEnded, "0", "64-132")
}

// openStream is a client that has begun to read a stream.
func openStream(t *testing.T, addr, page string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err == nil {
		_, err = fmt.Fprintf(conn, "GET /%s HTTP/1.1\r\nHost: a\r\n\r\n", page)
	}
	if err == nil {
		_, err = conn.Read(make([]byte, 1))
	}
	if err != nil {
		t.Fatal(err)
	}
	return conn
}
