//go:build !race

package session_test

// rounds is how often atOnce requests are made at once.
func rounds(backend) int { return 200 }
