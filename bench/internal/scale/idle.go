package scale

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/cantil-go/cantil/bench/internal/proc"
	"github.com/cantil-go/cantil/bench/internal/report"
)

// Idle is how many connections stand idle.
const Idle = 10_000

// IdlePeers are those whose memory for them is compared.
var IdlePeers = []string{"bare", "cantil", "fiber"}

// Connections measures the memory that a connection takes which has asked once
// and now says nothing, in bytes: that of n of them over that of one.
func Connections(ctx context.Context, server *proc.Server, peer string, n int) (report.Scale, error) {
	ctx, cancel := context.WithTimeout(ctx, 40*time.Second) // servers hang up after a minute
	defer cancel()
	conns := make([]net.Conn, 0, n)
	defer func() {
		for _, conn := range conns {
			conn.Close()
		}
	}()
	var before int64
	for len(conns) < n {
		conn, err := askOnce(ctx, server)
		if err != nil {
			return report.Scale{}, fmt.Errorf("connection %d: %w", len(conns)+1, err)
		}
		conns = append(conns, conn)
		if len(conns) == 1 {
			if before, err = server.Memory(); err != nil {
				return report.Scale{}, err
			}
		}
	}
	after, err := server.Memory()
	if err != nil {
		return report.Scale{}, err
	}
	bytes := float64(after-before) / float64(n-1)
	return report.Scale{Round: 1, Measure: report.IdleBytes, Peer: peer, N: n, Value: bytes}, nil
}

// askOnce opens a connection, asks for the plain page and leaves it open.
func askOnce(ctx context.Context, server *proc.Server) (net.Conn, error) {
	conn, err := server.Dial(ctx)
	if err != nil {
		return nil, err
	}
	deadline, _ := ctx.Deadline()
	conn.SetDeadline(deadline)
	_, err = conn.Write([]byte("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"))
	if err == nil {
		var resp *http.Response
		if resp, err = http.ReadResponse(bufio.NewReader(conn), nil); err == nil {
			err = resp.Body.Close() // reads the rest
		}
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}
