// Package servers starts the servers that tests need, each on a free port
// of the loopback in a folder of its own, and stops them when the test is over.
// Without the server's program the test is skipped, or fails if the environment
// says CANTIL_REQUIRE_SERVICES=1.
package servers

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/cantil-go/cantil/internal/testkit"
)

// startTimeout is how long a server may take until it answers.
const startTimeout = 20 * time.Second

// find returns the path of a program of pkg.
func find(t testing.TB, program, pkg string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		testkit.Missing(t, pkg)
	}
	return path
}

// Process is a server that runs.
type Process struct {
	Addr        string // host:port
	ClusterPort int    // of RedisCluster

	t          testing.TB
	args       []string // program and arguments, for Restart
	answer     func(net.Conn) error
	dir        string
	credential *credential // to run as another user
	stop       syscall.Signal

	cmd    *exec.Cmd
	ended  chan struct{}
	output bytes.Buffer
}

// FreePort returns a port of the loopback that was free a moment ago.
func FreePort(t testing.TB) int {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().(*net.TCPAddr).Port
}

// start runs a server on a port and waits until it answers as wanted. It tries
// another port if somebody else was quicker to take the first one.
func start(t testing.TB, answer func(net.Conn) error, args func(port int) []string, more ...func(*Process)) *Process {
	t.Helper()
	var err error
	for range 3 {
		port := FreePort(t)
		p := &Process{Addr: fmt.Sprintf("127.0.0.1:%d", port), t: t, args: args(port), answer: answer, stop: syscall.SIGKILL}
		for _, change := range more {
			change(p)
		}
		if err = p.run(); err == nil {
			t.Cleanup(func() { p.end(p.stop) })
			return p
		}
		p.end(p.stop)
	}
	t.Fatal(err)
	return nil
}

// Restart runs the server again after Kill, with the same port and folder.
func (p *Process) Restart() {
	p.t.Helper()
	if err := p.run(); err != nil {
		p.t.Fatal(err)
	}
}

func (p *Process) run() error {
	cmd := exec.Command(p.args[0], p.args[1:]...)
	p.output.Reset()
	cmd.Stdout, cmd.Stderr = &p.output, &p.output
	cmd.Dir, cmd.SysProcAttr = p.dir, childAttributes(p.credential)
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() { cmd.Wait(); close(ended) }()
	p.cmd, p.ended = cmd, ended
	return p.await()
}

// await waits until the server answers.
func (p *Process) await() error {
	deadline := time.Now().Add(startTimeout)
	for {
		err := p.ask()
		if err == nil {
			return nil
		}
		select {
		case <-p.ended:
			return fmt.Errorf("%s ended:\n%s", p.args[0], p.output.String())
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s does not answer: %w", p.args[0], err)
		}
	}
}

func (p *Process) ask() error {
	conn, err := net.DialTimeout("tcp", p.Addr, time.Second)
	if err != nil {
		return err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(time.Second))
	return p.answer(conn)
}

// Kill ends the server at once, as a crash would (SIGKILL).
func (p *Process) Kill() { p.end(syscall.SIGKILL) }

// Stop ends the server in the hurry that it knows itself: PostgreSQL as "pg_ctl
// stop -m immediate" does, with the processes that it started, others as Kill.
func (p *Process) Stop() { p.end(p.stop) }

// Pause has the server stop where it is: connections stay, nobody answers. The
// threads of a server stop one after the other, and Pause waits for the last.
// Processes that it started, one a connection in PostgreSQL, stop too.
func (p *Process) Pause() {
	p.cmd.Process.Signal(pause)
	defer p.signalChildren(pause)
	for range 1000 {
		if p.stopped() {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// stopped tells whether all threads have stopped, by what /proc says of them;
// where there is no /proc it takes it on trust.
func (p *Process) stopped() bool {
	stats, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", p.cmd.Process.Pid))
	for _, name := range stats {
		stat, err := os.ReadFile(name)
		if _, state, ok := bytes.Cut(stat, []byte(") ")); err == nil && ok && state[0] != 'T' {
			return false
		}
	}
	return true
}

// Resume has it go on after Pause.
func (p *Process) Resume() {
	p.signalChildren(resume)
	p.cmd.Process.Signal(resume)
}

// signalChildren sends a signal to the processes that the server started, where
// there is a /proc that names them.
func (p *Process) signalChildren(sig syscall.Signal) {
	pid := p.cmd.Process.Pid
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	for _, field := range strings.Fields(string(text)) {
		if child, err := strconv.Atoi(field); err == nil {
			if process, err := os.FindProcess(child); err == nil {
				process.Signal(sig)
			}
		}
	}
}

// end sends a signal and waits until the server is gone, so that Restart finds
// the port free.
func (p *Process) end(sig syscall.Signal) {
	if p.cmd != nil {
		p.cmd.Process.Signal(sig)
		<-p.ended
	}
}

// says sends a line and wants an answer that begins with want.
func says(line, want string) func(net.Conn) error {
	return func(conn net.Conn) error {
		if _, err := conn.Write([]byte(line + "\r\n")); err != nil {
			return err
		}
		buf := make([]byte, 256)
		n, err := conn.Read(buf)
		if err != nil {
			return err
		}
		if !strings.HasPrefix(string(buf[:n]), want) {
			return fmt.Errorf("answers %q to %s", buf[:n], line)
		}
		return nil
	}
}
