package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// startTime is how long a program may take until it serves.
const startTime = 20 * time.Second

// startChild runs a program until the site stops. With an address it waits until
// that takes connections.
func (s *site) startChild(cmd *exec.Cmd, addr string) error {
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() { cmd.Wait(); close(ended) }()
	s.stops = append(s.stops, func() {
		cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(stopTime):
			cmd.Process.Kill()
			<-ended
		}
	})
	if addr == "" {
		return nil
	}
	return waitFor(addr, ended, cmd.Path)
}

func waitFor(addr string, ended <-chan struct{}, name string) error {
	for deadline := time.Now().Add(startTime); time.Now().Before(deadline); {
		conn, err := net.Dial("tcp", addr)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-ended:
			return fmt.Errorf("migracao: %s ended at once", name)
		case <-time.After(20 * time.Millisecond):
		}
	}
	return fmt.Errorf("migracao: %s does not serve %s after %v", name, addr, startTime)
}

// freeAddr is an address of the loopback that nobody serves.
func freeAddr() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer ln.Close()
	return ln.Addr().String(), nil
}
