package main

import (
	"context"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/cantil-go/cantil/examples/estilo"
)

// site is everything that runs, with how to stop it, the first one first.
type site struct{ stops []func() }

// start starts the store of the sessions, the two halves and the proxy.
func (s *site) start(o options) error {
	folder, err := os.MkdirTemp("", "migracao-")
	if err != nil {
		return err
	}
	s.stops = append(s.stops, func() { os.RemoveAll(folder) })
	if err := s.startRedis(&o, folder); err != nil {
		return err
	}
	flask, err := s.startFlask(o, folder)
	if err != nil {
		return err
	}
	cantil, err := s.startCantil(o)
	if err != nil {
		return err
	}
	return s.startProxy(o, flask, cantil)
}

// stop stops it all, the last one first.
func (s *site) stop() {
	for len(s.stops) > 0 {
		last := len(s.stops) - 1
		s.stops[last]()
		s.stops = s.stops[:last]
	}
}

// startRedis starts a Redis if the sessions want one and the options name none.
func (s *site) startRedis(o *options, folder string) error {
	switch o.sessions {
	case "cookie":
		o.redis = ""
		return nil
	case "redis":
	default:
		return fmt.Errorf("migracao: -sessions is cookie or redis, not %q", o.sessions)
	}
	if o.redis != "" {
		return nil
	}
	addr, err := freeAddr()
	if err != nil {
		return err
	}
	_, port, _ := net.SplitHostPort(addr)
	o.redis = addr
	cmd := exec.Command("redis-server", "--bind", "127.0.0.1", "--port", port, "--save", "", "--dir", folder)
	return s.startChild(cmd, addr)
}

// startFlask puts app.py and what it needs into folder and runs it there.
func (s *site) startFlask(o options, folder string) (addr string, err error) {
	if err := os.CopyFS(folder, files); err != nil {
		return "", err
	}
	css, err := fs.ReadFile(estilo.FS, "estilo.css")
	if err != nil {
		return "", err
	}
	if err := os.Mkdir(filepath.Join(folder, "static"), 0o700); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(folder, "static", "estilo.css"), css, 0o600); err != nil {
		return "", err
	}
	cmd := exec.Command(o.python, filepath.Join(folder, "app.py"))
	if o.redis != "" {
		cmd.Args = append(cmd.Args, "redis", o.redis)
	}
	cmd.Env = append(os.Environ(), "FLASK_SECRET_KEY="+o.key, "PASSWORD_HASH="+o.hash)
	return s.startFlaskChild(cmd)
}

// startFlaskChild runs app.py, whose first line is its port.
func (s *site) startFlaskChild(cmd *exec.Cmd) (addr string, err error) {
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := s.startChild(cmd, ""); err != nil {
		return "", err
	}
	var port int
	if _, err := fmt.Fscanln(out, &port); err != nil {
		return "", fmt.Errorf("migracao: Flask did not start: %w", err)
	}
	return fmt.Sprintf("127.0.0.1:%d", port), nil
}

// startCantil serves the Go half on a free port.
func (s *site) startCantil(o options) (addr string, err error) {
	app := newSite(o)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	done := make(chan error, 1)
	go func() { done <- app.Serve(ln) }()
	s.stops = append(s.stops, func() {
		ctx, cancel := context.WithTimeout(context.Background(), stopTime)
		defer cancel()
		app.Shutdown(ctx)
		<-done
	})
	return ln.Addr().String(), nil
}

// stopTime is how long each part may take to stop.
const stopTime = 5 * time.Second
