package conformance

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A program is the program under test, a process of its own: what it costs is
// read from /proc.
type program struct {
	t      *testing.T
	addr   string
	scheme string
	cmd    *exec.Cmd
	ended  chan struct{}

	mu    sync.Mutex
	lines int      // of its log
	last  []string // of them
}

// startProgram starts the test binary as the program. It ends with the test.
func startProgram(t *testing.T, config programConfig, env ...string) *program {
	t.Helper()
	text, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	p := &program{t: t, scheme: "http", cmd: exec.Command(os.Args[0]), ended: make(chan struct{})}
	if config.TLS {
		p.scheme = "https"
	}
	p.cmd.Env = append(append(os.Environ(), programVariable+"="+string(text)), env...)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	log, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	read := make(chan struct{})
	go func() { p.readLog(log); close(read) }()
	line, _ := bufio.NewReader(out).ReadString('\n')
	go func() { <-read; p.cmd.Wait(); close(p.ended) }()
	t.Cleanup(func() {
		p.cmd.Process.Kill()
		<-p.ended
	})
	if p.addr = strings.TrimSpace(line); p.addr == "" {
		<-p.ended
		t.Fatalf("the program did not start:\n%s", p.tail())
	}
	return p
}

// readLog counts the lines and keeps the last ones.
func (p *program) readLog(log io.Reader) {
	for lines := bufio.NewReader(log); ; {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		p.mu.Lock()
		p.lines++
		p.last = append(p.last[max(0, len(p.last)-9):], line)
		p.mu.Unlock()
	}
}

func (p *program) logLines() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lines
}

// tail is the end of the log.
func (p *program) tail() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.last, "")
}

func (p *program) alive() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// terminate sends SIGTERM and returns how long the program took to end and its
// exit code, -1 if it does not end.
func (p *program) terminate(patience time.Duration) (took time.Duration, code int) {
	began := time.Now()
	p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
		return time.Since(began), p.cmd.ProcessState.ExitCode()
	case <-time.After(patience):
		return time.Since(began), -1
	}
}

func (p *program) proc(name string) string {
	return fmt.Sprintf("/proc/%d/%s", p.cmd.Process.Pid, name)
}

// files is how many descriptors the program has.
func (p *program) files() int {
	entries, _ := os.ReadDir(p.proc("fd"))
	return len(entries)
}

// memory is a line of /proc/PID/status in KiB: VmRSS, or VmHWM for its peak.
func (p *program) memory(name string) int {
	text, _ := os.ReadFile(p.proc("status"))
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			kib, _ := strconv.Atoi(strings.Fields(value)[0])
			return kib
		}
	}
	return 0
}

// clockTick is the unit of /proc/PID/stat, USER_HZ.
const clockTick = 10 * time.Millisecond

// cpu is the processor time that the program has used.
func (p *program) cpu() time.Duration {
	text, _ := os.ReadFile(p.proc("stat"))
	_, after, ok := strings.Cut(string(text), ") ")
	fields := strings.Fields(after)
	if !ok || len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * clockTick
}

// goroutines asks the program.
func (p *program) goroutines() int {
	_, body, _ := fetch(p.url("/goroutines"))
	n, _ := strconv.Atoi(body)
	return n
}

// warm has the program serve as many requests at once as the tests do, so that
// what it keeps for the next ones is there before they count.
func (p *program) warm() {
	var group sync.WaitGroup
	for range 32 {
		group.Go(func() { fetch(p.url("/big")) })
	}
	group.Wait()
}

// counts is what must come back to what it was.
type counts struct{ goroutines, files int }

func (p *program) counts() counts { return counts{p.goroutines(), p.files()} }

// settled waits until the counts are back at what they were, with some more
// allowed, and returns what they are in the end.
func (p *program) settled(before counts, patience time.Duration) (after counts, ok bool) {
	for stop := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		after = p.counts()
		ok = after.goroutines > 0 && after.goroutines <= before.goroutines+5 && after.files <= before.files+5
		if ok || !p.alive() || time.Now().After(stop) {
			return after, ok
		}
	}
}
