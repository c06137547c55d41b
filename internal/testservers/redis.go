package testservers

import (
	"fmt"
	"testing"
)

// Redis starts a redis-server that keeps what it was told over a crash. More
// arguments are passed on to it.
func Redis(t testing.TB, args ...string) *Process {
	t.Helper()
	program := find(t, "redis-server", "redis-server")
	port := FreePort(t)
	return start(t, port, says("PING", "+PONG"), append([]string{program,
		"--port", fmt.Sprint(port), "--bind", "127.0.0.1", "--dir", t.TempDir(),
		"--save", "", "--appendonly", "yes"}, args...)...)
}

// Sentinel starts a redis-server that watches the one at master (with the name
// "master") and makes a replica of it the master half a second after it is gone.
func Sentinel(t testing.TB, master string) *Process {
	t.Helper()
	program := find(t, "redis-server", "redis-server")
	port := FreePort(t)
	file := writeSentinelFile(t, port, master)
	return start(t, port, says("PING", "+PONG"), program, file, "--sentinel")
}

// Memcached starts a memcached.
func Memcached(t testing.TB) *Process {
	t.Helper()
	program := find(t, "memcached", "memcached")
	port := FreePort(t)
	return start(t, port, says("version", "VERSION"), program,
		"-l", "127.0.0.1", "-p", fmt.Sprint(port), "-U", "0", "-u", "nobody", "-m", "64")
}

// RedisCluster starts a redis-server in Cluster mode that has no slots yet and
// knows no others.
func RedisCluster(t testing.TB) *Process {
	t.Helper()
	program := find(t, "redis-server", "redis-server")
	port := FreePort(t)
	for range 100 {
		if port <= 55535 { // the nodes talk to each other on the port 10000 above
			break
		}
		port = FreePort(t)
	}
	return start(t, port, says("PING", "+PONG"), program, "--port", fmt.Sprint(port), "--bind", "127.0.0.1",
		"--dir", t.TempDir(), "--save", "", "--cluster-enabled", "yes", "--cluster-node-timeout", "2000")
}
