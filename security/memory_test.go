//go:build linux && !race

package security

// The race detector takes memory for itself; other systems count in other
// units.

import (
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"
)

// TestHundredLogins checks a hundred passwords at the same time, in a process
// of its own: all are answered, in less than 300 MiB.
func TestHundredLogins(t *testing.T) {
	if os.Getenv("CANTIL_TEST_LOGINS") == "1" {
		hash := GeneratePasswordHash("segredo")
		var wg sync.WaitGroup
		for i := range 100 {
			wg.Go(func() {
				password := []string{"segredo", "errado"}[i%2]
				if CheckPasswordHash(hash, password) != (i%2 == 0) {
					t.Errorf("%s: the wrong answer", password)
				}
			})
		}
		wg.Wait()
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run", "^TestHundredLogins$")
	cmd.Env = append(os.Environ(), "CANTIL_TEST_LOGINS=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	peak := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss >> 10 // of kibibytes
	t.Logf("%d MiB", peak)
	if peak == 0 || peak >= 300 {
		t.Errorf("a hundred logins took %d MiB", peak)
	}
}
