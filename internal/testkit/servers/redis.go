package servers

import (
	"fmt"
	"testing"
)

// Redis starts a redis-server that keeps what it was told over a crash. More
// arguments are passed on to it.
func Redis(t testing.TB, args ...string) *Process {
	t.Helper()
	program := find(t, "redis-server", "redis-server")
	return start(t, says("PING", "+PONG"), func(port int) []string {
		return append([]string{program, "--port", fmt.Sprint(port), "--bind", "127.0.0.1", "--dir", t.TempDir(),
			"--save", "", "--appendonly", "yes"}, args...)
	})
}

// Sentinel starts a redis-server that watches the one at master (with the name
// "master") and makes a replica of it the master half a second after it is gone.
func Sentinel(t testing.TB, master string) *Process {
	t.Helper()
	program := find(t, "redis-server", "redis-server")
	return start(t, says("PING", "+PONG"), func(port int) []string {
		return []string{program, writeSentinelFile(t, port, master), "--sentinel"}
	})
}

// Memcached starts a memcached with 64 MiB. More arguments are passed on to it.
func Memcached(t testing.TB, args ...string) *Process {
	t.Helper()
	program := find(t, "memcached", "memcached")
	return start(t, says("version", "VERSION"), func(port int) []string {
		return append([]string{program, "-l", "127.0.0.1", "-p", fmt.Sprint(port), "-U", "0", "-u", "nobody", "-m", "64"}, args...)
	})
}

// RedisCluster starts a redis-server in Cluster mode that has no slots yet and
// knows no others, who reach it at ClusterPort.
func RedisCluster(t testing.TB) *Process {
	t.Helper()
	program := find(t, "redis-server", "redis-server")
	bus := 0
	p := start(t, says("PING", "+PONG"), func(port int) []string {
		bus = FreePort(t)
		return []string{program, "--port", fmt.Sprint(port), "--bind", "127.0.0.1", "--dir", t.TempDir(), "--save", "",
			"--cluster-enabled", "yes", "--cluster-port", fmt.Sprint(bus), "--cluster-node-timeout", "2000"}
	})
	p.ClusterPort = bus
	return p
}
