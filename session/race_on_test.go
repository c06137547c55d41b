//go:build race

package session_test

// rounds is how often atOnce requests are made at once: fewer under the race
// detector, which is slow and needs no more to see a race.
func rounds(backend) int { return 20 }
