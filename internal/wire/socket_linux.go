//go:build (amd64 || arm64) && !race && !msan && !asan && !cantil_nosocket

package wire

import (
	"io"
	"net"
	"os"
	"syscall"
	"unsafe"
)

// socket receives and sends for a Conn by system calls that do not hand the
// processor over and take it back, as the net package's do. In a process of small
// requests that is a tenth to a fifth of the time; waiting is left to the net
// package.
//
// The price: the race detector and the sanitizers do not see such calls, so that
// builds with them read through the net package, and a copy of up to maxCall
// bytes holds its processor. Build with the tag cantil_nosocket to leave it out;
// all that this package promises holds in either way.
type socket struct {
	raw           syscall.RawConn // nil if there is more to the connection than a socket
	receive, send func(fd uintptr) (done bool)
	in, out       transfer // apart: a connection may be read and written at once
}

// transfer is the call under way in one direction.
type transfer struct {
	p   []byte
	n   int
	err error
}

// maxCall is how many bytes go to the kernel at once: no other goroutine has the
// processor meanwhile.
const maxCall = 128 << 10

// open finds the socket under c.
func (s *socket) open(c *Conn) {
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
	s.raw, s.receive, s.send = raw, s.receiver(c), s.sender(c)
}

// receiver takes what there is.
func (s *socket) receiver(c *Conn) func(fd uintptr) (done bool) {
	in := &s.in
	return func(fd uintptr) (done bool) {
		for {
			n, _, errno := syscall.RawSyscall6(syscall.SYS_RECVFROM, fd,
				uintptr(unsafe.Pointer(&in.p[0])), uintptr(min(len(in.p), maxCall)), syscall.MSG_DONTWAIT, 0, 0)
			switch errno {
			case 0:
				in.n = int(n)
				return true
			case syscall.EINTR:
			case syscall.EAGAIN:
				c.pause(c.wait)
				return false
			default:
				in.err = os.NewSyscallError("recvfrom", errno)
				return true
			}
		}
	}
}

// sender sends all, as far as there is room.
func (s *socket) sender(c *Conn) func(fd uintptr) (done bool) {
	out := &s.out
	return func(fd uintptr) (done bool) {
		for out.n < len(out.p) {
			rest := out.p[out.n:]
			n, _, errno := syscall.RawSyscall6(syscall.SYS_SENDTO, fd,
				uintptr(unsafe.Pointer(&rest[0])), uintptr(min(len(rest), maxCall)), syscall.MSG_DONTWAIT|syscall.MSG_NOSIGNAL, 0, 0)
			switch errno {
			case 0:
				out.n += int(n)
			case syscall.EINTR:
			case syscall.EAGAIN:
				c.pause(writing)
				return false
			default:
				out.err = os.NewSyscallError("sendto", errno)
				return true
			}
		}
		return true
	}
}

// there reports whether the socket was found.
func (s *socket) there() bool { return s.raw != nil }

// pending reports whether bytes have arrived that were not read.
func (s *socket) pending() (found bool) {
	if s.raw == nil {
		return false
	}
	_ = s.raw.Control(func(fd uintptr) {
		var one [1]byte
		n, _, errno := syscall.RawSyscall6(syscall.SYS_RECVFROM, fd, uintptr(unsafe.Pointer(&one[0])), 1,
			syscall.MSG_DONTWAIT|syscall.MSG_PEEK, 0, 0)
		found = errno == 0 && n > 0
	})
	return found
}

// read is the Read of c, whose socket it is.
func (s *socket) read(c *Conn, p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	in := &s.in
	in.p, in.n, in.err = p, 0, nil
	err := s.raw.Read(s.receive)
	in.p = nil
	switch {
	case err != nil:
		return 0, err
	case in.err != nil:
		return 0, c.failed("read", in.err)
	case in.n == 0:
		return 0, io.EOF
	}
	return in.n, nil
}

// write is the Write of c.
func (s *socket) write(c *Conn, p []byte) (int, error) {
	out := &s.out
	out.p, out.n, out.err = p, 0, nil
	err := s.raw.Write(s.send)
	out.p = nil
	if err == nil && out.err != nil {
		err = c.failed("write", out.err)
	}
	return out.n, err
}

// failed returns the error of a call as the net package has it.
func (c *Conn) failed(op string, err error) error {
	local := c.LocalAddr()
	return &net.OpError{Op: op, Net: local.Network(), Source: local, Addr: c.RemoteAddr(), Err: err}
}
