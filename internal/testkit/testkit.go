// Package testkit starts the programs that tests talk to; the packages below it
// know a real Flask, a real browser, and the servers of sessions. What a machine
// lacks skips the test that needs it, or fails it where CANTIL_REQUIRE_SERVICES=1
// says that nothing may be skipped, as make test does.
package testkit

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
		t.Fatalf("CANTIL_REQUIRE_SERVICES=1, and %s is not installed", pkg)
	}
	t.Skipf("needs what is not installed: apt-get install %s, or make test", pkg)
}

// StartTime is how long a program may take until it serves.
const StartTime = 30 * time.Second

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
	case <-time.After(StartTime):
		t.Fatalf("%s does not serve after %v", name, StartTime)
	}
	return ""
}
