package conformance

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestSoakMemory sends 64 uploads of 16 MiB at once to a program that is told to
// keep to 256 MiB. It lives and goes on to serve others.
func TestSoakMemory(t *testing.T) {
	needSoak(t)
	const uploads, size = 64, 16<<20 - 10_000
	const bodyMemory = 256 // MiB: what all bodies together may take unless the program says otherwise
	for _, kind := range []struct {
		name, before string
		upload       upload
	}{
		{"raw", "1394-1422 MiB", measuredUpload("/raw", "application/octet-stream", bytes.Repeat([]byte("r"), size))},
		{"multipart", "1394-1422 MiB", measuredUpload("/multipart", "multipart/form-data; boundary=edge", multipartBody("edge", "m", size))},
		{"chunked", "-", chunkedUpload(16<<20 - 40_000)},
		{"JSON", "-", measuredUpload("/json", "application/json", append(append([]byte{'"'}, bytes.Repeat([]byte("j"), size)...), '"'))},
	} {
		t.Run(kind.name, func(t *testing.T) {
			p := startProgram(t, programConfig{}, "GOMEMLIMIT=256MiB")
			p.warm()
			statuses := atOnce(p.addr, &kind.upload, uploads)
			holds(t, "memory: "+kind.name+": the program is alive", p.alive())
			if peak := p.memory("VmHWM") >> 10; kind.name == "JSON" { // the view's own value comes on top
				shows(t, "memory: JSON: peak in MiB", peak, "-", "3546 MiB without a limit")
			} else {
				atMost(t, "memory: "+kind.name+": peak in MiB", peak, bodyMemory*3/2)
			}
			t.Logf("soak: memory: %s: peak at %s %s", kind.name, baseline, kind.before)
			t.Logf("soak: memory: %s: answers %v", kind.name, statuses.count)
			atMost(t, "memory: "+kind.name+": answers other than 200 and 503", uploads-statuses.count[200]-statuses.count[503], 0)
			holds(t, "memory: "+kind.name+": some were taken", statuses.count[200] > 0)
			atMost(t, fmt.Sprintf("memory: %s: other visitors' failures, of %d", kind.name, statuses.honest), statuses.failed, 0)
		})
	}
}

type uploaded struct {
	count          map[int]int // by status, 0 for none
	honest, failed int         // requests of other visitors meanwhile
}

// atOnce sends n uploads that all have begun before the first one ends, while
// another visitor asks for a small page.
func atOnce(addr string, u *upload, n int) *uploaded {
	result := &uploaded{count: map[int]int{}}
	var stop atomic.Bool
	var visitor, group sync.WaitGroup
	visitor.Go(func() {
		client := newClient()
		for !stop.Load() {
			status, body, _ := fetchBy(client, "http://"+addr+"/")
			if result.honest++; status != 200 || body != "ok" {
				result.failed++
			}
			time.Sleep(5 * time.Millisecond)
		}
	})
	var mu sync.Mutex
	for range n {
		group.Go(func() {
			status := u.status(addr)
			mu.Lock()
			defer mu.Unlock()
			result.count[status]++
		})
	}
	group.Wait()
	stop.Store(true)
	visitor.Wait()
	return result
}

// status sends the upload in two halves and returns what is answered.
func (u *upload) status(addr string) int {
	conn, err := net.DialTimeout("tcp", addr, fetchTime)
	if err != nil {
		return 0
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(3 * fetchTime))
	go func() {
		conn.Write(u.raw[:len(u.raw)/2])
		time.Sleep(time.Second)
		conn.Write(u.raw[len(u.raw)/2:])
	}()
	line := make([]byte, len("HTTP/1.1 200"))
	if _, err := io.ReadFull(conn, line); err != nil {
		return 0
	}
	var status int
	fmt.Sscanf(string(line[9:]), "%d", &status)
	if status != http.StatusOK { // what is left is not sent
		time.Sleep(10 * time.Millisecond)
	}
	return status
}
