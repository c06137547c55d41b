// Package proc starts and stops the processes of the comparison, keeps them to
// their cores, and reads what they used.
package proc

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"sync"
	"time"
)

// stopTime is how long a process may take to end when asked.
const stopTime = 3 * time.Second

// Command says how to run a program.
type Command struct {
	Args []string
	Env  []string // besides the runner's own
	Dir  string
	CPUs []int       // the cores that it may use; all if empty
	File *os.File    // its file descriptor 3, if not nil
	In   io.Reader   // its standard input; a pipe that ends with the runner if nil
	Out  io.Writer   // its standard output; discarded if nil
	Err  *tailWriter // the end of its standard error; made if nil
	pipe io.Closer
}

// start starts the command in a process group of its own, which dies with ctx
// and with the runner.
func (c *Command) start(ctx context.Context) (*exec.Cmd, error) {
	args := pinned(c.Args, c.CPUs)
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = append(os.Environ(), c.Env...)
	cmd.Dir, cmd.Stdin, cmd.Stdout = c.Dir, c.In, c.Out
	if c.Err == nil {
		c.Err = &tailWriter{}
	}
	cmd.Stderr = c.Err
	if c.File != nil {
		cmd.ExtraFiles = []*os.File{c.File}
	}
	if c.In == nil {
		pipe, err := cmd.StdinPipe()
		if err != nil {
			return nil, err
		}
		c.pipe = pipe
	}
	isolate(cmd)
	cmd.Cancel = func() error { return terminate(cmd) }
	cmd.WaitDelay = stopTime
	return cmd, cmd.Start()
}

// Run runs the command to its end and returns the CPU time that it used.
func Run(ctx context.Context, c Command) (cpu time.Duration, err error) {
	cmd, err := c.start(ctx)
	if err != nil {
		return 0, err
	}
	if err := cmd.Wait(); err != nil {
		return 0, fmt.Errorf("%s: %w: %s", c.Args[0], err, c.Err)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), nil
}

// Server is a server that runs.
type Server struct {
	Addr string // host:port, on the loopback

	cmd  *exec.Cmd
	in   Command
	done chan struct{} // closed when it has ended
}

// Start starts a server that takes its listener as file descriptor 3. That it
// answers is seen by asking: connections wait in the listener until it does.
func Start(ctx context.Context, c Command) (*Server, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer ln.Close()
	file, err := ln.(*net.TCPListener).File()
	if err != nil {
		return nil, err
	}
	defer file.Close()
	c.File = file
	return launch(ctx, c, ln.Addr().String())
}

// launch starts a server that listens at addr by itself.
func launch(ctx context.Context, c Command, addr string) (*Server, error) {
	cmd, err := c.start(ctx)
	if err != nil {
		return nil, err
	}
	s := &Server{Addr: addr, cmd: cmd, in: c, done: make(chan struct{})}
	go func() {
		cmd.Wait() // how it ended is asked of ProcessState
		close(s.done)
	}()
	return s, nil
}

// Dial connects to the server. If it is not there any more, the error says what
// it wrote last.
func (s *Server) Dial(ctx context.Context) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", s.Addr)
	if err == nil {
		return conn, nil
	}
	if reason := s.Died(); reason != nil {
		return nil, reason
	}
	return nil, err
}

// Died returns why the server ended, nil while it runs.
func (s *Server) Died() error {
	select {
	case <-s.done:
		return fmt.Errorf("the server ended (%v): %s", s.cmd.ProcessState, s.in.Err)
	case <-time.After(100 * time.Millisecond): // a refused connection comes before the end is known
		return nil
	}
}

// Stop ends the server and waits until it is gone.
func (s *Server) Stop() {
	if s.in.pipe != nil {
		s.in.pipe.Close()
	}
	terminate(s.cmd)
	select {
	case <-s.done:
	case <-time.After(stopTime):
		kill(s.cmd)
		<-s.done
	}
}

// tailWriter keeps the end of what is written to it.
type tailWriter struct {
	mu   sync.Mutex
	tail []byte
}

func (w *tailWriter) Write(p []byte) (int, error) {
	const keep = 500
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tail = append(w.tail, p...)
	if len(w.tail) > keep {
		w.tail = w.tail[len(w.tail)-keep:]
	}
	return len(p), nil
}

func (w *tailWriter) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return string(w.tail)
}
