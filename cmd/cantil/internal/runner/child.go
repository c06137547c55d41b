package runner

import (
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/cantil-go/cantil/internal/command"
	"github.com/cantil-go/cantil/internal/termlog"
)

// child is the program that runs.
type child struct {
	cmd  *exec.Cmd
	addr string        // where it listens, "" if it was handed the listener
	tail *tail         // the end of what it wrote to its standard error
	done chan struct{} // closed when it has ended
	err  error         // how, then
}

// startChild starts the program. It must be called by the goroutine of run.
func startChild(o Options, binary string, f *front) (*child, error) {
	c := &child{tail: &tail{}, done: make(chan struct{})}
	c.cmd = exec.Command(binary, o.Args...)
	c.cmd.Stdout = o.Stdout
	c.cmd.Stderr = io.MultiWriter(o.Stderr, c.tail)
	c.cmd.WaitDelay = time.Second
	c.cmd.Env = childEnv(o.Debug)
	if o.Color {
		c.cmd.Env = append(c.cmd.Env, termlog.Forced+"=1")
	}
	if f.proxy {
		addr, err := freeAddr()
		if err != nil {
			return nil, err
		}
		c.addr = addr
		c.cmd.Env = append(c.cmd.Env, command.Listen+"="+addr)
	} else {
		c.cmd.Env = append(c.cmd.Env, "LISTEN_FDS=1")
		c.cmd.ExtraFiles = []*os.File{f.file}
	}
	ownGroup(c.cmd)
	dieWithParent(c.cmd)
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		c.err = c.cmd.Wait()
		close(c.done)
	}()
	return c, nil
}

// childEnv is the environment without what was meant for this process.
func childEnv(debug bool) []string {
	var env []string
	for _, variable := range os.Environ() {
		switch name, _, _ := strings.Cut(variable, "="); name {
		case "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", command.Listen, command.Describe, termlog.Forced:
		case command.Debug:
			if !debug {
				env = append(env, command.Debug+"=0")
			}
		default:
			env = append(env, variable)
		}
	}
	if debug {
		env = append(env, command.Debug+"=1")
	}
	return env
}

// freeAddr is an address of the loopback that is free now.
func freeAddr() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer ln.Close()
	return ln.Addr().String(), nil
}

// stop asks the program to end and waits for that, no longer than grace or until
// another signal comes, which it returns; nil if none did. Signals that are for the
// program alone reach it meanwhile.
func (c *child) stop(sig os.Signal, grace time.Duration, again <-chan os.Signal) (cut os.Signal) {
	c.signal(sig)
	return await(c.done, time.After(grace), again, c.signal)
}

// kill ends the program, and what it started itself.
func (c *child) kill() {
	_ = killGroup(c.cmd)
	<-c.done
}

// await waits for done, or for the end of the time. A signal ends it too, and is
// returned, but one that is for the program alone: that is passed on.
func await(done <-chan struct{}, end <-chan time.Time, signals <-chan os.Signal, pass func(os.Signal)) os.Signal {
	for {
		select {
		case <-done:
			return nil
		case <-end:
			return nil
		case sig := <-signals:
			if !passedOn(sig) {
				return sig
			}
			pass(sig)
		}
	}
}

// status is how the program ended.
func (c *child) status() string {
	var exit *exec.ExitError
	if c.err == nil {
		return "exit status 0"
	}
	if errors.As(c.err, &exit) {
		return exit.ProcessState.String()
	}
	return c.err.Error()
}

// tail keeps the last of what is written to it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const tailSize = 16 << 10 // bytes

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	if cut := len(t.text) - tailSize; cut > 0 {
		t.text = append(t.text[:0], t.text[cut:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.text)
}
