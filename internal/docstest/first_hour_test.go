//go:build unix

package docstest

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/cantil-go/cantil/internal/testkit/modproxy"
)

// limit is how long a step may take.
const limit = 3 * time.Minute

// runOn are the commands that run until they are stopped.
var runOn = []string{"go run .", "cantil run", "./ola"}

// walk is somebody who follows a page in an empty folder.
type walk struct {
	t      *testing.T
	folder string
	env    []string
	addr   string
}

// TestFirstHour follows the READMEs and the first hour word for word, in each
// language, with this checkout as the released module: its files are saved under the names that it
// gives, its commands run, and what curl is said to print is printed. The port is
// another one than 5000.
func TestFirstHour(t *testing.T) {
	checkout, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"go", "curl"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("%s is not here", name)
		}
	}
	bin := t.TempDir()
	env := append(os.Environ(), modproxy.Env(t, checkout)...)
	env = append(env, "GOBIN="+bin, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	for _, page := range followed {
		t.Run(page, func(t *testing.T) {
			ln, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			addr := ln.Addr().String()
			ln.Close()
			w := &walk{t: t, folder: t.TempDir(), addr: addr, env: append(slices.Clone(env), "CANTIL_LISTEN="+addr)}
			all := blocks(t, page)
			for i, b := range all {
				if b.file != "" {
					w.save(b)
				} else if b.language == "sh" {
					says := ""
					if i+1 < len(all) && all[i+1].language == "console" {
						says = all[i+1].text
					}
					w.run(b.text, says)
				}
			}
		})
	}
}

func (w *walk) save(b block) {
	w.t.Helper()
	file := filepath.Join(w.folder, filepath.FromSlash(b.file))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(b.text), 0o644); err != nil {
		w.t.Fatal(err)
	}
}

// run runs the lines of a block. A server is asked for its page, or what the next
// block says, and stopped.
func (w *walk) run(text, says string) {
	w.t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch folder, isCD := strings.CutPrefix(line, "cd "); {
		case isCD:
			w.folder = filepath.Join(w.folder, folder)
		case slices.Contains(runOn, line):
			w.serve(line, says)
		default:
			ctx, cancel := context.WithTimeout(w.t.Context(), limit)
			cmd := exec.CommandContext(ctx, "sh", "-ec", line)
			cmd.Dir, cmd.Env = w.folder, w.env
			out, err := cmd.CombinedOutput()
			cancel()
			if err != nil {
				w.t.Fatalf("%s: %v\n%s", line, err, out)
			}
		}
	}
}

func (w *walk) serve(line, says string) {
	w.t.Helper()
	if line == "cantil run" {
		line += " --addr " + w.addr
	}
	var out bytes.Buffer
	cmd := exec.Command("sh", "-c", "exec "+line)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = w.folder, w.env, &out, &out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		cmd.Wait()
		close(ended)
	}()
	page := w.page(ended)
	if command, want, ok := strings.Cut(says, "\n"); ok {
		got, err := exec.Command("sh", "-c", strings.ReplaceAll(strings.TrimPrefix(command, "$ "), "localhost:5000", w.addr)+" 2>/dev/null").Output()
		if err != nil || strings.TrimSpace(string(got)) != strings.TrimSpace(want) {
			w.t.Errorf("%s: %q, want %q, %v", command, got, want, err)
		}
	} else if !strings.Contains(page, "<form") {
		w.t.Errorf("%s: the page is %s", line, page)
	}
	syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) // Ctrl-C
	select {
	case <-ended:
	case <-time.After(limit):
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		<-ended
		w.t.Errorf("%s does not end", line)
	}
	if w.t.Failed() {
		w.t.Log(out.String())
	}
}

// page waits until the program answers.
func (w *walk) page(ended <-chan struct{}) string {
	w.t.Helper()
	for began := time.Now(); time.Since(began) < limit; {
		if answer, err := http.Get("http://" + w.addr + "/"); err == nil {
			defer answer.Body.Close()
			body, _ := io.ReadAll(answer.Body)
			return string(body)
		}
		select {
		case <-ended:
			w.t.Fatal("the program ended")
		case <-time.After(20 * time.Millisecond):
		}
	}
	w.t.Fatal("the program does not answer")
	return ""
}
