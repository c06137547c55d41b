package servers

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
)

// writeSentinelFile writes what a sentinel reads, and rewrites when it acts.
func writeSentinelFile(t testing.TB, port int, master string) string {
	t.Helper()
	host, masterPort, err := net.SplitHostPort(master)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "sentinel.conf")
	text := fmt.Sprintf(`port %d
bind 127.0.0.1
dir %s
sentinel monitor master %s %s 1
sentinel down-after-milliseconds master 500
sentinel failover-timeout master 5000
`, port, filepath.Dir(file), host, masterPort)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
