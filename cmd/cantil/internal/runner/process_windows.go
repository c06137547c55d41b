package runner

import (
	"net"
	"os"
	"os/exec"
)

// canHandOver: a child cannot be given the listener, a proxy stands in.
const canHandOver = false

// Signals are those that the command takes.
var Signals = []os.Signal{os.Interrupt}

func passedOn(os.Signal) bool { return false }

func ownGroup(*exec.Cmd) {}

func killGroup(cmd *exec.Cmd) error { return cmd.Process.Kill() }

// signal: the only one that Windows knows is the end.
func (c *child) signal(os.Signal) { _ = c.cmd.Process.Kill() }

func unblock(*net.TCPListener) {}
