//go:build unix

package runner

import (
	"net"
	"os"
	"os/exec"
	"syscall"
)

// canHandOver: a child can be given the listener.
const canHandOver = true

// Signals are those that the command takes.
var Signals = []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGUSR2}

// passedOn reports whether a signal is for the program alone.
func passedOn(sig os.Signal) bool { return sig == syscall.SIGUSR1 || sig == syscall.SIGUSR2 }

// ownGroup keeps the terminal's Ctrl+C from the process: the command passes it
// on.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// killGroup ends the process and all that it started.
func killGroup(cmd *exec.Cmd) error {
	return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
}

func (c *child) signal(sig os.Signal) { _ = c.cmd.Process.Signal(sig) }

// unblock undoes what handing the listener's descriptor over does to it: the
// two share its state.
func unblock(ln *net.TCPListener) {
	if raw, err := ln.SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) { _ = syscall.SetNonblock(int(fd), true) })
	}
}
