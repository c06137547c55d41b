package roster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/cantil-go/cantil/bench/internal/proc"
	"github.com/cantil-go/cantil/bench/internal/site"
)

// Workshop builds the peers and starts them.
type Workshop struct {
	Dir    string // for the programs; the caller removes it
	Redis  string // address of the Redis server, "" without one
	CPUs   []int
	Source string // the folder of this module
}

// Build makes a peer's program, or reports why it cannot run here.
func (w *Workshop) Build(ctx context.Context, p Peer) error {
	switch {
	case p.Skip != "":
		return errors.New(p.Skip)
	case p.Store == site.Redis && w.Redis == "":
		return errors.New("there is no Redis server")
	case p.Dir == flaskDir:
		_, err := python(ctx, modules(p))
		return err
	}
	program := w.program(p)
	if _, err := os.Stat(program); err == nil { // the same with another store
		return nil
	}
	build := exec.CommandContext(ctx, "go", "build", "-o", program, "./peers/"+p.Dir+"/serve")
	build.Dir = w.Source
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w: %.500s", err, out)
	}
	return nil
}

func (w *Workshop) program(p Peer) string { return filepath.Join(w.Dir, p.Dir) }

// Start starts a peer that was built.
func (w *Workshop) Start(ctx context.Context, p Peer) (*proc.Server, error) {
	if p.Dir == flaskDir {
		return w.startFlask(ctx, p)
	}
	return proc.Start(ctx, proc.Command{
		Args: []string{w.program(p), "-store", p.Store, "-redis", w.Redis},
		Env:  []string{"GOMAXPROCS=1"},
		CPUs: w.CPUs,
	})
}

// flaskDir is the one folder whose program is not built by Go.
const flaskDir = "flask"

// modules are what a peer imports.
func modules(p Peer) string {
	if p.Store == site.Redis {
		return "flask, gunicorn, flask_session, redis"
	}
	return "flask, gunicorn"
}

// python returns the interpreter that can import them: the first of the path, or
// the distribution's own.
func python(ctx context.Context, imports string) (program string, err error) {
	err = errors.New("python3 is not installed")
	for _, name := range []string{"python3", "/usr/bin/python3"} {
		path, notFound := exec.LookPath(name)
		if notFound != nil {
			continue
		}
		out, failed := exec.CommandContext(ctx, path, "-c", "import "+imports).CombinedOutput()
		if failed == nil {
			return path, nil
		}
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		err = fmt.Errorf("python3: %s", lines[len(lines)-1])
	}
	return "", err
}

// startFlask starts gunicorn with one worker, for one core, whose threads keep
// connections alive; its default worker opens one for each request.
func (w *Workshop) startFlask(ctx context.Context, p Peer) (*proc.Server, error) {
	program, err := python(ctx, modules(p))
	if err != nil {
		return nil, err
	}
	env := []string{
		"PYTHONDONTWRITEBYTECODE=1",
		"BENCH_TEMPLATES=" + filepath.Join(w.Source, "internal/site/templates/jinja"),
		"BENCH_SECRET=" + site.Secret,
		"BENCH_USERNAME=" + site.Username,
		"BENCH_NAMES=" + strings.Join(site.Names, "|"),
	}
	if p.Store == site.Redis {
		env = append(env, "BENCH_REDIS="+w.Redis)
	}
	return proc.Start(ctx, proc.Command{
		Args: []string{program, "-m", "gunicorn", "--bind", "fd://3", "--workers", "1", "--threads", "4",
			"--worker-class", "gthread", "--keep-alive", "60", "--log-level", "error", "app:app"},
		Dir:  filepath.Join(w.Source, "peers", flaskDir),
		Env:  env,
		CPUs: w.CPUs,
	})
}
