//go:build (amd64 || arm64) && !race && !msan && !asan && !cantil_nosocket

package wire

import (
	"bytes"
	"errors"
	"io"
	"net"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// received reads what arrives, whatever it is.
type received struct{ *Conn }

func (r received) Read(p []byte) (int, error) { return r.receive(p) }

// pair returns both ends of a connection.
func pair(t *testing.T, network, addr string) (server received, client net.Conn) {
	t.Helper()
	inner, err := net.Listen(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	defer inner.Close()
	ln := NewListener(inner, Config{})
	client, err = net.Dial(network, inner.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	accepted, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	server = received{accepted.(*Conn)}
	if !server.socket.there() {
		t.Fatalf("no socket under a %T", server.Conn.Conn)
	}
	t.Cleanup(func() { server.Close(); client.Close() })
	client.SetDeadline(time.Now().Add(20 * time.Second))
	return server, client
}

// TestSocketTransfers: what is sent arrives, also where neither end keeps up.
func TestSocketTransfers(t *testing.T) {
	sent := bytes.Repeat([]byte("0123456789abcdef"), 5<<16) // 5 MiB
	for network, addr := range map[string]string{"tcp": "127.0.0.1:0", "unix": filepath.Join(t.TempDir(), "s")} {
		server, client := pair(t, network, addr)
		type result struct {
			data []byte
			err  error
		}
		back := make(chan result, 1)
		go func() {
			go client.Write(sent)
			data := make([]byte, len(sent))
			_, err := io.ReadFull(client, data)
			back <- result{data, err}
		}()
		received := make([]byte, len(sent))
		if _, err := io.ReadFull(server, received); err != nil || !bytes.Equal(received, sent) {
			t.Fatal(network, "received something else;", err)
		}
		if n, err := server.Write(received); n != len(sent) || err != nil {
			t.Fatal(network, n, err)
		}
		if r := <-back; r.err != nil || !bytes.Equal(r.data, sent) {
			t.Fatal(network, "sent something else;", r.err)
		}
		if n, err := server.Read(nil); n != 0 || err != nil {
			t.Error(network, "an empty read:", n, err)
		}
		if n, err := server.Write(nil); n != 0 || err != nil {
			t.Error(network, "an empty write:", n, err)
		}
		client.Close()
		if n, err := server.Read(received); n != 0 || err != io.EOF {
			t.Error(network, "read at the end:", n, err)
		}
	}
}

// TestSocketFails: errors are those of the net package.
func TestSocketFails(t *testing.T) {
	reset := func(_ received, client net.Conn) {
		client.(*net.TCPConn).SetLinger(0)
		client.Close()
	}
	read := func(c net.Conn) error { _, err := c.Read(make([]byte, 10)); return err }
	write := func(c net.Conn) (err error) {
		for range 1000 { // until the system takes no more
			if _, err = c.Write(make([]byte, 1<<20)); err != nil {
				break
			}
		}
		return err
	}
	for name, c := range map[string]struct {
		before func(received, net.Conn)
		do     func(net.Conn) error
		want   error
	}{
		"read, reset":   {reset, read, syscall.ECONNRESET},
		"write, reset":  {reset, write, syscall.ECONNRESET},
		"write, again":  {func(s received, c net.Conn) { reset(s, c); write(s) }, write, syscall.EPIPE},
		"read, closed":  {func(s received, _ net.Conn) { s.Close() }, read, net.ErrClosed},
		"write, closed": {func(s received, _ net.Conn) { s.Close() }, write, net.ErrClosed},
		"read, closed meanwhile": {func(s received, _ net.Conn) {
			time.AfterFunc(10*time.Millisecond, func() { s.Close() })
		}, read, net.ErrClosed},
		"write, closed meanwhile": {func(s received, _ net.Conn) {
			time.AfterFunc(10*time.Millisecond, func() { s.Close() })
		}, write, net.ErrClosed},
	} {
		server, client := pair(t, "tcp", "127.0.0.1:0")
		c.before(server, client)
		err := c.do(server)
		var op *net.OpError
		if !errors.Is(err, c.want) || !errors.As(err, &op) {
			t.Errorf("%s: %T %v, want a net.OpError with %v", name, err, err, c.want)
		}
	}
}

// TestSocketOverdue: a deadline that passes is a timeout.
func TestSocketOverdue(t *testing.T) {
	server, _ := pair(t, "tcp", "127.0.0.1:0")
	for name, do := range map[string]func([]byte) (int, error){"read": server.Read, "write": server.Write} {
		time.AfterFunc(10*time.Millisecond, func() { server.Conn.Conn.SetDeadline(past) })
		var err error
		for range 1000 {
			if _, err = do(make([]byte, 1<<20)); err != nil {
				break
			}
		}
		var timeout net.Error
		if !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("%s: %v, want a timeout", name, err)
		}
		server.Conn.Conn.SetDeadline(time.Time{})
	}
}

// counted is a connection that embeds a socket's and reads in its own way.
type counted struct {
	*net.TCPConn
	read int
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.TCPConn.Read(p)
	c.read += n
	return n, err
}

func TestSocketOfAnother(t *testing.T) {
	server, client := pair(t, "tcp", "127.0.0.1:0")
	own := &counted{TCPConn: server.Conn.Conn.(*net.TCPConn)}
	var s socket
	if s.open(&Conn{Conn: own}); s.there() {
		t.Error("a Read was gone around")
	}
	io.WriteString(client, "x") // and ours keeps nothing of what was read
	p := make([]byte, 1)
	if _, err := server.Read(p); err != nil || string(p) != "x" || server.socket.in.p != nil {
		t.Error(string(p), err, server.socket.in.p)
	}
}

// TestSocketBothWays: one goroutine may read while another writes.
func TestSocketBothWays(t *testing.T) {
	server, client := pair(t, "tcp", "127.0.0.1:0")
	read := make(chan string)
	go func() {
		p := make([]byte, 10)
		for {
			n, err := server.Read(p)
			if err != nil {
				close(read)
				return
			}
			read <- string(p[:n])
		}
	}()
	for i := range 200 {
		if n, err := server.Write([]byte("para lá")); n != len("para lá") || err != nil {
			t.Fatal(n, err)
		}
		there := make([]byte, len("para lá"))
		if _, err := io.ReadFull(client, there); err != nil || string(there) != "para lá" {
			t.Fatal(i, string(there), err)
		}
		io.WriteString(client, "cá")
		if got := <-read; got != "cá" {
			t.Fatal(i, got)
		}
	}
	server.Close()
	<-read
}
