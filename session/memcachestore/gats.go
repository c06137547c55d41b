package memcachestore

import (
	"bytes"
	"context"
	"net"
)

type dialFunc = func(ctx context.Context, network, address string) (net.Conn, error)

// dialGats has the connections that dial makes say gats for gat.
func dialGats(dial dialFunc) dialFunc {
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &gatsConn{Conn: conn, command: true}, nil
	}
}

// gatsConn turns the command "gat …" into "gats …". A client writes a command,
// reads the answer and only then writes the next one: the first bytes written
// after a read begin a command. What follows them may be a value, whose bytes
// are a visitor's and never looked at.
type gatsConn struct {
	net.Conn
	command bool // the next write begins a command
}

func (c *gatsConn) Read(p []byte) (int, error) {
	c.command = true
	return c.Conn.Read(p)
}

func (c *gatsConn) Write(p []byte) (int, error) {
	begins := c.command
	c.command = false
	rest, gat := bytes.CutPrefix(p, []byte("gat "))
	if !begins || !gat {
		return c.Conn.Write(p)
	}
	n, err := c.Conn.Write(append([]byte("gats "), rest...))
	return max(0, min(n-1, len(p))), err
}
