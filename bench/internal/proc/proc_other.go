//go:build !linux

package proc

import (
	"errors"
	"os/exec"
	"syscall"
	"time"
)

var errNotLinux = errors.New("the use of another process is read on Linux only")

func isolate(*exec.Cmd) {}

func terminate(cmd *exec.Cmd) error { return cmd.Process.Signal(syscall.SIGTERM) }

func kill(cmd *exec.Cmd) error { return cmd.Process.Kill() }

// CPU is read on Linux only.
func (s *Server) CPU() (time.Duration, error) { return 0, errNotLinux }

// OwnCPU is known on Linux only, and 0 elsewhere.
func OwnCPU() time.Duration { return 0 }

// Memory is read on Linux only.
func (s *Server) Memory() (int64, error) { return 0, errNotLinux }

// CPUs is known on Linux only.
func CPUs() []int { return nil }
