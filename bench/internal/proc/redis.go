package proc

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"strconv"
	"time"
)

// StartRedis starts a Redis server that keeps everything in memory. dir is where
// it runs.
func StartRedis(ctx context.Context, cpus []int, dir string) (*Server, error) {
	program, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, errors.New("redis-server is not installed")
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	s, err := launch(ctx, Command{
		Args: []string{program, "--bind", "127.0.0.1", "--port", strconv.Itoa(port), "--save", "", "--appendonly", "no"},
		Dir:  dir,
		CPUs: cpus,
	}, fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return nil, err
	}
	if err := s.await(ctx); err != nil {
		s.Stop()
		return nil, fmt.Errorf("redis-server: %w", err)
	}
	return s, nil
}

// await waits until the server takes connections.
func (s *Server) await(ctx context.Context) error {
	for deadline := time.Now().Add(5 * time.Second); ; {
		conn, err := s.Dial(ctx)
		if err == nil {
			return conn.Close()
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// freePort finds a port that nobody listens on, for a program that cannot take a
// listener.
func freePort() (int, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer ln.Close()
	return ln.Addr().(*net.TCPAddr).Port, nil
}
