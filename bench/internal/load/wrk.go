package load

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/cantil-go/cantil/bench/internal/proc"
)

//go:embed wrk.lua
var script string

type wrk struct{ path string }

func (wrk) Name() string { return "wrk" }

// Run runs wrk for the duration, in whole seconds, as it takes it.
func (w wrk) Run(ctx context.Context, t Target, cpus []int) (Result, error) {
	dir, err := os.MkdirTemp("", "cantil-bench-wrk")
	if err != nil {
		return Result{}, err
	}
	defer os.RemoveAll(dir)
	lua, cookies := filepath.Join(dir, "wrk.lua"), filepath.Join(dir, "cookies")
	for name, text := range map[string]string{lua: script, cookies: strings.Join(t.Cookies, "\n") + "\n"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			return Result{}, err
		}
	}
	seconds := int(math.Ceil(t.Duration.Seconds()))
	ctx, cancel := context.WithTimeout(ctx, time.Duration(seconds)*time.Second+grace)
	defer cancel()
	var out bytes.Buffer
	cpu, err := proc.Run(ctx, proc.Command{
		Args: []string{w.path, "-t", strconv.Itoa(t.Threads), "-c", strconv.Itoa(t.Connections),
			"-d", strconv.Itoa(seconds), "-s", lua, "http://" + t.Addr + t.Path, cookies, strconv.Itoa(t.Threads)},
		CPUs: cpus, Out: &out,
	})
	if err != nil {
		return Result{}, err
	}
	return t.read(out.Bytes(), cpu)
}

// read finds the line of the result in what wrk printed.
func (t Target) read(out []byte, cpu time.Duration) (r Result, err error) {
	_, line, found := bytes.Cut(out, []byte("\nresult "))
	if !found {
		return r, fmt.Errorf("wrk printed no result: %.300s", out)
	}
	if err := json.Unmarshal(line, &r); err != nil {
		return r, fmt.Errorf("wrk's result: %w", err)
	}
	r.Busy = busy(cpu, r.Elapsed, t.Threads)
	return r, nil
}
