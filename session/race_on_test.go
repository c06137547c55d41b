//go:build race

package session_test

// Under the race detector the load is less: it slows SQLite, which is Go code
// here, far more than the other servers.
func rounds(b backend) int {
	if b.name == "sqlite" {
		return 40
	}
	return 100
}
