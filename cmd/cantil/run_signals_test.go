//go:build unix

package main

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// deaf is a program that says which signals it gets, and ends by none of them.
func deaf(version string) string {
	return `package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	signals := make(chan os.Signal, 10)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGUSR1)
	fmt.Fprintln(os.Stderr, "up", "` + version + `")
	for s := range signals {
		fmt.Fprintln(os.Stderr, "got", s)
	}
}
`
}

const goMod = "module deaf\n\ngo 1.26\n"

func files(t *testing.T, all map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range all {
		write(t, folder, name, text)
	}
	return folder
}

func (p *process) signal(sig os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(sig); err != nil {
		p.t.Fatal(err)
	}
}

// TestRunSignalWhileReplacing: the old program still has requests when the user, or
// a supervisor that asks once, ends the command. It may answer them, and gets the
// signals that are for it alone; a second signal ends it.
func TestRunSignalWhileReplacing(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		folder := files(t, map[string]string{"go.mod": goMod, "main.go": deaf("1")})
		p := start(t, folder)
		p.wait("up 1")
		write(t, folder, "main.go", deaf("2"))
		p.wait("got terminated")
		p.signal(syscall.SIGUSR1)
		p.wait("got user defined signal 1")
		p.signal(sig)
		p.signal(syscall.SIGUSR1)
		p.wait("got user defined signal 1")
		p.signal(sig)
		p.neverSays("up 2")
	}
}

// neverSays fails if the command says a text before it ends.
func (p *process) neverSays(text string) {
	p.t.Helper()
	if line, ok := p.next(text); ok {
		p.t.Fatalf("the command said %q", line)
	}
	if err := <-p.ended; err != nil {
		p.t.Errorf("the command ended with %v", err)
	}
}

// TestRunSignalWhileEnding: a signal for the program alone does not cut its end
// short, another one does.
func TestRunSignalWhileEnding(t *testing.T) {
	p := start(t, files(t, map[string]string{"go.mod": goMod, "main.go": deaf("1")}))
	p.wait("up 1")
	p.signal(syscall.SIGTERM)
	p.wait("got terminated")
	p.signal(syscall.SIGUSR1)
	p.wait("got user defined signal 1")
	p.signal(syscall.SIGINT)
	p.neverSays("up")
}

// TestRunSignalWithoutProgram: a signal for the program alone does not end the
// command while none runs.
func TestRunSignalWithoutProgram(t *testing.T) {
	folder := files(t, map[string]string{"go.mod": goMod, "main.go": "package main\n\nfunc main() { none() }\n"})
	p := start(t, folder)
	p.wait("undefined: none")
	p.signal(syscall.SIGUSR1)
	write(t, folder, "main.go", deaf("1"))
	p.wait("up 1")
	p.signal(syscall.SIGINT)
	p.wait("got interrupt")
	p.stop(syscall.SIGINT)
}

// TestRunKillsHelpers: what a program started ends with it, if it crashes too.
func TestRunKillsHelpers(t *testing.T) {
	folder := files(t, map[string]string{"go.mod": goMod, "main.go": `package main

import (
	"fmt"
	"os"
	"os/exec"
)

func main() {
	helper := exec.Command("sleep", "1000")
	if err := helper.Start(); err != nil {
		panic(err)
	}
	fmt.Fprintln(os.Stderr, "helper", helper.Process.Pid)
	os.Exit(3)
}
`})
	p := start(t, folder)
	pid, err := strconv.Atoi(strings.Fields(p.wait("helper"))[1])
	if err != nil {
		t.Fatal(err)
	}
	p.wait("The program ended: exit status 3")
	if err := gone(pid); err != nil {
		t.Error(err)
	}
	p.stop(syscall.SIGTERM)
}

// TestRunPageIsLocal: the page of a program that does not run shows sources and
// what the program wrote, and so is for this machine alone.
func TestRunPageIsLocal(t *testing.T) {
	const secret = "a password of the database"
	for _, args := range [][]string{nil, {"--proxy"}} {
		folder := files(t, map[string]string{"go.mod": goMod, "main.go": "package main\n\nfunc main() { none() /* a line of the source */ }\n"})
		p := start(t, folder, args...)
		p.wait("undefined: none")
		for _, header := range [][]string{{"X-Forwarded-For", "203.0.113.9"}, {"Host", "evil.example"}, {"Via", "1.1 proxy"}} {
			if status, page := p.getAs(header[0], header[1]); status != 503 || strings.Contains(page, "none()") || !strings.Contains(page, "terminal") {
				t.Errorf("%s: %d %s", header, status, page)
			}
		}
		if status, page := p.getAs("Host", "localhost"); status != 500 || !strings.Contains(page, "a line of the source") {
			t.Errorf("localhost: %d %s", status, page)
		}
		write(t, folder, "main.go", `package main

func main() { panic("cannot connect: postgres://loja:"+"`+strings.ReplaceAll(secret, " ", "-")+`@db/") }
`)
		p.wait("The program ended")
		if status, page := p.getAs("Host", "127.0.0.1"); status != 500 || !strings.Contains(page, "cannot connect") || strings.Contains(page, strings.ReplaceAll(secret, " ", "-")) {
			t.Errorf("a password: %d %s", status, page)
		}
		p.stop(syscall.SIGTERM)
	}
}

// getAs is get with another header or Host.
func (p *process) getAs(name, value string) (int, string) {
	p.t.Helper()
	request, err := http.NewRequest(http.MethodGet, p.url, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	request.Header.Set("Accept", "text/html")
	if request.Header.Set(name, value); name == "Host" {
		request.Host = value
	}
	status, body, err := ask(request)
	if err != nil {
		p.t.Fatal(err)
	}
	return status, body
}

// TestRunWatchesModules: a module that lies beside this one is watched with what
// it embeds.
func TestRunWatchesModules(t *testing.T) {
	folder := files(t, map[string]string{
		"loja/go.mod": "module loja\n\ngo 1.26\n\nrequire ui v0.0.0\n\nreplace ui => ../ui\n",
		"loja/main.go": `package main

import (
	"fmt"
	"os"
	"time"

	"ui"
)

func main() {
	fmt.Fprintln(os.Stderr, "up", ui.Text())
	time.Sleep(time.Hour)
}
`,
		"ui/go.mod":      "module ui\n\ngo 1.26\n",
		"ui/ui.go":       "package ui\n\nimport \"embed\"\n\n//go:embed pages/*\nvar files embed.FS\n\nfunc Text() string {\n\ttext, _ := files.ReadFile(\"pages/a.txt\")\n\treturn string(text)\n}\n",
		"ui/pages/a.txt": "one",
	})
	p := start(t, filepath.Join(folder, "loja"))
	p.wait("up one")
	write(t, folder, "ui/pages/a.txt", "two")
	p.wait("up two")
	p.stop(syscall.SIGTERM)
}

// TestRoutesInterrupted: a program that never gets to App.Run does not outlive
// cantil routes, nor does its folder.
func TestRoutesInterrupted(t *testing.T) {
	folder := files(t, map[string]string{"go.mod": goMod, "main.go": `package main

import (
	"fmt"
	"os"
	"time"
)

func main() {
	os.WriteFile("pid", fmt.Append(nil, os.Getpid()), 0o644)
	time.Sleep(time.Hour)
}
`})
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGKILL} {
		if sig == syscall.SIGKILL && !diesWithParent {
			continue
		}
		temp := t.TempDir()
		cmd := exec.Command(binary, "routes")
		cmd.Dir, cmd.Env = folder, append(cleanEnv(), "TMPDIR="+temp)
		var errOut strings.Builder
		cmd.Stderr = &errOut
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		pid := waitForPid(t, filepath.Join(folder, "pid"))
		if err := cmd.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		if err := gone(pid); err != nil {
			t.Errorf("after %v: %v", sig, err)
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		if sig == syscall.SIGKILL {
			continue
		}
		left, _ := filepath.Glob(filepath.Join(temp, "cantil-*"))
		if len(left) > 0 || cmd.ProcessState.ExitCode() != 1 || !strings.Contains(errOut.String(), "interrupted") {
			t.Errorf("after %v: status %d, %q is left\n%s", sig, cmd.ProcessState.ExitCode(), left, errOut.String())
		}
	}
}

// waitForPid reads a file that a program writes its process to.
func waitForPid(t *testing.T, file string) int {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(limit); time.Now().Before(end); <-tick.C {
		text, _ := os.ReadFile(file)
		if pid, err := strconv.Atoi(string(text)); err == nil {
			os.Remove(file)
			return pid
		}
	}
	t.Fatal("the program did not start")
	return 0
}
