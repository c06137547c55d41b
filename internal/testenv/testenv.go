// Package testenv starts the programs that tests talk to: a real Flask, a real
// browser. What a machine lacks skips the test that needs it, or fails it where
// CANTIL_REQUIRE_SERVICES=1 says that nothing may be skipped, as make test does.
package testenv

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// Missing skips the test because a Debian package is not installed, or fails it.
func Missing(t testing.TB, pkg string) {
	t.Helper()
	if os.Getenv("CANTIL_REQUIRE_SERVICES") == "1" {
		t.Fatalf("%s is not installed", pkg)
	}
	t.Skipf("%s is not installed; make test installs it", pkg)
}

// Python returns a Python that has all the modules, Debian's first.
func Python(t testing.TB, modules ...string) string {
	t.Helper()
	for _, name := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(name, "-c", "import "+strings.Join(modules, ",")).Run() == nil {
			return name
		}
	}
	Missing(t, "python3-"+strings.Join(modules, " python3-"))
	return ""
}

// startTime is how long a program may take until it serves.
const startTime = 30 * time.Second

// Start runs a program until the end of the test and returns the first line that
// it prints, which tells where it serves.
func Start(t testing.TB, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	var errors strings.Builder
	cmd.Stderr = &errors
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	line := make(chan string, 1)
	go func() {
		text, _ := bufio.NewReader(out).ReadString('\n')
		line <- strings.TrimSpace(text)
	}()
	select {
	case text := <-line:
		if text == "" {
			cmd.Wait()
			t.Fatalf("%s ended at once:\n%s", name, errors.String())
		}
		return text
	case <-time.After(startTime):
		t.Fatalf("%s does not serve after %v", name, startTime)
	}
	return ""
}
