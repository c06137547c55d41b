// Package listen opens what a server listens at: a TCP address, a Unix socket, a
// listener that the process was started with; and TLS over it, whose certificate
// may change while the server runs.
package listen

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Open listens at addr, "host:port" or "unix:/path", unless the process was
// started with a listener: then it is that one, whatever addr says.
func Open(addr string) (net.Listener, error) {
	inherited, err := Inherited()
	switch {
	case err != nil:
		return nil, err
	case len(inherited) == 1:
		return inherited[0], nil
	case len(inherited) > 1:
		for _, ln := range inherited {
			ln.Close()
		}
		return nil, fmt.Errorf("LISTEN_FDS gives %d listeners, and one is served", len(inherited))
	}
	if path, ok := strings.CutPrefix(addr, "unix:"); ok {
		return openUnix(path)
	}
	return net.Listen("tcp", addr)
}

// firstFD is where systemd's sd_listen_fds(3) puts the first listener.
const firstFD = 3

// Inherited returns the listeners that the process was started with, by the
// protocol of systemd: LISTEN_FDS is their number, and LISTEN_PID, where it is
// set, says for which process they are. The variables are taken out of the
// environment, so that no other process believes them. Without any it returns
// nil.
func Inherited() ([]net.Listener, error) {
	count, pid := os.Getenv("LISTEN_FDS"), os.Getenv("LISTEN_PID")
	if count == "" || pid != "" && pid != strconv.Itoa(os.Getpid()) {
		return nil, nil
	}
	n, err := strconv.Atoi(count)
	if err != nil || n < 0 || n > 1024 {
		return nil, fmt.Errorf("LISTEN_FDS is not a number of listeners: %q", count)
	}
	for _, name := range []string{"LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"} {
		os.Unsetenv(name)
	}
	var all []net.Listener
	for fd := firstFD; fd < firstFD+n; fd++ {
		f := os.NewFile(uintptr(fd), "LISTEN_FD_"+strconv.Itoa(fd))
		ln, err := net.FileListener(f)
		f.Close() // ln has a copy
		if err != nil {
			for _, ln := range all {
				ln.Close()
			}
			return nil, fmt.Errorf("descriptor %d of LISTEN_FDS: %w", fd, err)
		}
		all = append(all, ln)
	}
	return all, nil
}

// openUnix listens at a socket of the file system. One that a process left
// behind is removed; one that is served is not.
func openUnix(path string) (net.Listener, error) {
	if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSocket != 0 {
		conn, err := net.DialTimeout("unix", path, time.Second)
		if err == nil {
			conn.Close()
			return nil, fmt.Errorf("listen unix %s: a server listens there already", path)
		}
		if errors.Is(err, syscall.ECONNREFUSED) {
			if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, err
			}
		}
	}
	return net.Listen("unix", path)
}

// URL is how people reach ln: "http://127.0.0.1:5000/", or "unix:/path".
func URL(ln net.Listener, scheme string) string {
	if ln.Addr().Network() == "unix" {
		return "unix:" + ln.Addr().String()
	}
	return scheme + "://" + ln.Addr().String() + "/"
}
