package main

import (
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil/internal/testkit"
)

// terminal is a window of tmux, which the command takes for a person's.
type terminal struct {
	t      *testing.T
	socket string
}

func newTerminal(t *testing.T, folder, command string) *terminal {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		testkit.Missing(t, "tmux")
	}
	w := &terminal{t, filepath.Join(t.TempDir(), "tmux")}
	cmd := exec.Command("tmux", "-f", "/dev/null", "-S", w.socket, "new-session", "-d", "-x", "160", "-y", "50", "-c", folder,
		command+`; echo "status $?"; exec cat`)
	cmd.Env = append(cleanEnv(), "TERM=xterm-256color", "NO_COLOR=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Cleanup(func() { exec.Command("tmux", "-S", w.socket, "kill-server").Run() })
	return w
}

// expect waits until the window shows a text, and returns what it shows, with its
// colors.
func (w *terminal) expect(text string) string {
	w.t.Helper()
	var screen []byte
	for began := time.Now(); time.Since(began) < limit; time.Sleep(20 * time.Millisecond) {
		screen, _ = exec.Command("tmux", "-S", w.socket, "capture-pane", "-e", "-p").Output()
		if strings.Contains(string(screen), text) {
			return string(screen)
		}
	}
	w.t.Fatalf("the terminal does not show %q:\n%s", text, screen)
	return ""
}

func (w *terminal) press(key string) {
	w.t.Helper()
	if out, err := exec.Command("tmux", "-S", w.socket, "send-keys", key).CombinedOutput(); err != nil {
		w.t.Fatalf("%v\n%s", err, out)
	}
}

// TestTerminal: on a terminal the log and what does not compile are in color, and
// Ctrl-C ends the command and its program.
func TestTerminal(t *testing.T) {
	folder := module(t, map[string]string{"main.go": shop(`"um"`)})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := ln.Addr().String()
	ln.Close()
	w := newTerminal(t, folder, binary+" run --addr "+addr)
	w.expect(started)
	p := &process{t: t, url: "http://" + addr}
	p.get("/")
	if screen := w.expect("GET"); !strings.Contains(screen, "\x1b[") {
		t.Errorf("the log has no color:\n%s", screen)
	}
	write(t, folder, "main.go", shop("nada"))
	if screen := w.expect("undefined: nada"); !strings.Contains(screen, "\x1b[") {
		t.Errorf("what does not compile has no color:\n%s", screen)
	}
	w.press("C-c")
	w.expect("status ")
	if conn, err := net.Dial("tcp", addr); err == nil {
		conn.Close()
		t.Error("the port is still taken")
	}
}
