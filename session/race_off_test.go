//go:build !race

package session_test

// rounds is how often atOnce requests are made at once. MariaDB takes three
// times as long for them as the others.
func rounds(b backend) int {
	if b.name == "mariadb" {
		return 60
	}
	return 200
}
