package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// limit is how long a test waits for anything. Nothing is measured by it.
const limit = 2 * time.Minute

// binary is the command, built once.
var binary string

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "cantil-test-")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(folder, "cantil.exe")
	if out, err := exec.Command("go", "build", "-buildvcs=false", "-o", binary, ".").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%s%v\n", out, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(folder)
	os.Exit(code)
}

// result is a command that has ended.
type result struct {
	out, err string
	status   int
}

// cantil runs the command with variables of the environment, and standard input.
func cantil(t *testing.T, env []string, stdin string, args ...string) result {
	t.Helper()
	return run(t, "", env, stdin, args)
}

// cantilIn runs the command in a folder.
func cantilIn(t *testing.T, folder string, env []string, args ...string) result {
	t.Helper()
	return run(t, folder, env, "", args)
}

func run(t *testing.T, folder string, env []string, stdin string, args []string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Dir = folder
	var out, errOut bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &errOut
	cmd.Env = append(cleanEnv(), env...)
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		t.Fatalf("cantil %q: %v", args, err)
	}
	return result{out.String(), errOut.String(), cmd.ProcessState.ExitCode()}
}

// cleanEnv is the environment without keys, and with the modules of this machine
// alone, which were verified by this checkout's go.sum when they came.
func cleanEnv() []string {
	var env []string
	for _, variable := range os.Environ() {
		if !strings.Contains(variable, "SECRET_KEY") && !strings.HasPrefix(variable, "CANTIL_") {
			env = append(env, variable)
		}
	}
	return append(env, "GOFLAGS=-mod=mod", "GOPROXY=off", "GOSUMDB=off", "GOWORK=off")
}

// module makes a module in a temporary folder that uses this checkout.
func module(t *testing.T, files map[string]string) string {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	own := regexp.MustCompile(`(?m)^module .*$`).ReplaceAllString(string(mod), "module loja")
	own += "\nrequire github.com/cantil-go/cantil v0.0.0\n\nreplace github.com/cantil-go/cantil => " + root + "\n"
	write(t, folder, "go.mod", own)
	write(t, folder, "go.sum", string(sum))
	for name, text := range files {
		write(t, folder, name, text)
	}
	return folder
}

func write(t *testing.T, folder, name, text string) {
	t.Helper()
	file := filepath.Join(folder, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// process is a command that runs on.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	url   string
	lines chan string // of its standard error
	log   []string
	ended chan error
}

// start starts "cantil run" in folder on a free port.
func start(t *testing.T, folder string, args ...string) *process {
	t.Helper()
	return startWith(t, binary, folder, cleanEnv(), args...)
}

func startWith(t *testing.T, binary, folder string, env []string, args ...string) *process {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := ln.Addr().String()
	ln.Close()
	p := &process{t: t, url: "http://" + addr, lines: make(chan string, 10_000), ended: make(chan error, 1)}
	p.cmd = exec.Command(binary, append([]string{"run", "--addr", addr}, args...)...)
	p.cmd.Dir, p.cmd.Env = folder, env
	errOut, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		for s := bufio.NewScanner(errOut); s.Scan(); {
			p.lines <- s.Text()
		}
		close(p.lines)
		p.ended <- p.cmd.Wait()
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill() // the program dies with it on Linux
		if t.Failed() {
			t.Logf("standard error:\n%s", strings.Join(p.log, "\n"))
		}
	})
	return p
}

// next is the next line of standard error that holds text; ok is false if the
// command ends without one.
func (p *process) next(text string) (line string, ok bool) {
	p.t.Helper()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		select {
		case line, ok := <-p.lines:
			if !ok {
				return "", false
			}
			p.log = append(p.log, line)
			if strings.Contains(line, text) {
				return line, true
			}
		case <-timer.C:
			p.t.Fatalf("the command neither said %q nor ended", text)
		}
	}
}

// wait returns the next line of standard error that holds text.
func (p *process) wait(text string) string {
	p.t.Helper()
	line, ok := p.next(text)
	if !ok {
		p.t.Fatalf("the command ended, and said no %q", text)
	}
	return line
}

// get is the status and text of a page.
func (p *process) get(path string, header ...string) (int, string) {
	p.t.Helper()
	request, err := http.NewRequest(http.MethodGet, p.url+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	status, body, err := ask(request)
	if err != nil {
		p.t.Fatal(err)
	}
	return status, body
}

// client opens a connection for each request: none was idle when its program
// ended.
var client = &http.Client{Timeout: limit, Transport: &http.Transport{DisableKeepAlives: true}}

func ask(request *http.Request) (int, string, error) {
	response, err := client.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response.StatusCode, string(body), err
}

// stop ends the command by a signal and waits for it.
func (p *process) stop(sig os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(sig); err != nil {
		p.t.Fatal(err)
	}
	go func() {
		for range p.lines {
		}
	}()
	select {
	case err := <-p.ended:
		if err != nil {
			p.t.Errorf("the command ended with %v", err)
		}
	case <-time.After(limit):
		p.t.Fatal("the command did not end")
	}
}
