package wire

import (
	"net"
	"syscall"
)

const tcpEstablished = 1 // of the kernel's states of a connection

// hungUp reports whether the client has ended its side of c, or the connection
// broke. The kernel's state tells it also where unread bytes come before the end.
func hungUp(c net.Conn) (ended bool) {
	socket, ok := inner(c).(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return true
	}
	err = raw.Control(func(fd uintptr) {
		if _, isTCP := socket.(*net.TCPConn); isTCP { // tcpi_state is the first byte of tcp_info
			info, err := syscall.GetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_INFO)
			ended = err == nil && info&0xff != tcpEstablished
			return
		}
		n, _, err := syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		ended = n == 0 && err == nil
	})
	return ended || err != nil
}
