//go:build (amd64 || arm64) && !race && !msan && !asan

package cantil

import (
	"io"
	"net"
	"os"
	"syscall"
	"unsafe"
)

// socket receives and sends for a conn by system calls of its own, which makes a
// small answer some per cent cheaper. A call that never blocks need not hand the
// processor over before and take it back after, as the net package's does, and
// the kernel has a shorter way to a socket from recvfrom and sendto than from read
// and write. To wait is left to the net package.
//
// Race detector and sanitizers do not see such calls: for them all is as it was.
type socket struct {
	raw           syscall.RawConn // nil if there is more to the connection than a socket
	receive, send func(fd uintptr) (done bool)

	// The call under way.
	p   []byte
	n   int
	err error
}

// open finds the socket under c.
func (s *socket) open(c *conn) {
	var inner syscall.Conn
	switch conn := c.Conn.(type) { // these alone: what embeds them may read in another way
	case *net.TCPConn:
		inner = conn
	case *net.UnixConn:
		inner = conn
	default:
		return
	}
	raw, err := inner.SyscallConn()
	if err != nil {
		return
	}
	s.raw = raw
	s.receive = func(fd uintptr) (done bool) {
		for {
			n, _, errno := syscall.RawSyscall6(syscall.SYS_RECVFROM, fd,
				uintptr(unsafe.Pointer(&s.p[0])), uintptr(len(s.p)), syscall.MSG_DONTWAIT, 0, 0)
			switch errno {
			case 0:
				s.n = int(n)
				return true
			case syscall.EINTR:
			case syscall.EAGAIN:
				c.pause(c.wait)
				return false
			default:
				s.err = os.NewSyscallError("recvfrom", errno)
				return true
			}
		}
	}
	s.send = func(fd uintptr) (done bool) {
		for s.n < len(s.p) {
			rest := s.p[s.n:]
			n, _, errno := syscall.RawSyscall6(syscall.SYS_SENDTO, fd,
				uintptr(unsafe.Pointer(&rest[0])), uintptr(len(rest)), syscall.MSG_DONTWAIT|syscall.MSG_NOSIGNAL, 0, 0)
			switch errno {
			case 0:
				s.n += int(n)
			case syscall.EINTR:
			case syscall.EAGAIN:
				c.pause(writing)
				return false
			default:
				s.err = os.NewSyscallError("sendto", errno)
				return true
			}
		}
		return true
	}
}

// there tells whether the socket was found.
func (s *socket) there() bool { return s.raw != nil }

// read is the Read of c, whose socket it is.
func (s *socket) read(c *conn, p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	s.p, s.n, s.err = p, 0, nil
	err := s.raw.Read(s.receive)
	s.p = nil
	switch {
	case err != nil:
		return 0, err
	case s.err != nil:
		return 0, s.fail(c, "read")
	case s.n == 0:
		return 0, io.EOF
	}
	return s.n, nil
}

// write is the Write of c.
func (s *socket) write(c *conn, p []byte) (int, error) {
	s.p, s.n, s.err = p, 0, nil
	err := s.raw.Write(s.send)
	s.p = nil
	if err == nil && s.err != nil {
		err = s.fail(c, "write")
	}
	return s.n, err
}

// fail returns the error of the call under way as the net package has it.
func (s *socket) fail(c *conn, op string) error {
	local := c.LocalAddr()
	return &net.OpError{Op: op, Net: local.Network(), Source: local, Addr: c.RemoteAddr(), Err: s.err}
}
