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
	conn          *conn
	raw           syscall.RawConn
	receive, send func(fd uintptr) (done bool) // the methods recvfrom and sendto, bound once

	// The call under way.
	p   []byte
	n   int
	err error
}

// newSocket returns the socket under c; nil if there is more to c than a socket.
func newSocket(c *conn) *socket {
	var inner syscall.Conn
	switch conn := c.Conn.(type) { // these alone: what embeds them may read in another way
	case *net.TCPConn:
		inner = conn
	case *net.UnixConn:
		inner = conn
	default:
		return nil
	}
	raw, err := inner.SyscallConn()
	if err != nil {
		return nil
	}
	s := &socket{conn: c, raw: raw}
	s.receive, s.send = s.recvfrom, s.sendto
	return s
}

// read is a connection's Read.
func (s *socket) read(p []byte) (int, error) {
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
		return 0, s.fail("read")
	case s.n == 0:
		return 0, io.EOF
	}
	return s.n, nil
}

// write is a connection's Write.
func (s *socket) write(p []byte) (int, error) {
	s.p, s.n, s.err = p, 0, nil
	err := s.raw.Write(s.send)
	s.p = nil
	if err == nil && s.err != nil {
		err = s.fail("write")
	}
	return s.n, err
}

// fail returns the error of the call under way as the net package has it.
func (s *socket) fail(op string) error {
	local := s.conn.LocalAddr()
	return &net.OpError{Op: op, Net: local.Network(), Source: local, Addr: s.conn.RemoteAddr(), Err: s.err}
}

func (s *socket) recvfrom(fd uintptr) (done bool) {
	for {
		n, _, errno := syscall.RawSyscall6(syscall.SYS_RECVFROM, fd,
			uintptr(unsafe.Pointer(&s.p[0])), uintptr(len(s.p)), syscall.MSG_DONTWAIT, 0, 0)
		switch errno {
		case 0:
			s.n = int(n)
			return true
		case syscall.EINTR:
		case syscall.EAGAIN:
			s.conn.pause(s.conn.wait)
			return false
		default:
			s.err = os.NewSyscallError("recvfrom", errno)
			return true
		}
	}
}

func (s *socket) sendto(fd uintptr) (done bool) {
	for s.n < len(s.p) {
		rest := s.p[s.n:]
		n, _, errno := syscall.RawSyscall6(syscall.SYS_SENDTO, fd,
			uintptr(unsafe.Pointer(&rest[0])), uintptr(len(rest)), syscall.MSG_DONTWAIT|syscall.MSG_NOSIGNAL, 0, 0)
		switch errno {
		case 0:
			s.n += int(n)
		case syscall.EINTR:
		case syscall.EAGAIN:
			s.conn.pause(writing)
			return false
		default:
			s.err = os.NewSyscallError("sendto", errno)
			return true
		}
	}
	return true
}
