package memcachestore

import (
	"bytes"
	"math"
	"net"
	"testing"
	"time"
)

func TestExptime(t *testing.T) {
	now := time.Unix(2_000_000_000, 0)
	for _, c := range []struct {
		ttl  time.Duration
		want int32
	}{
		{0, -1}, {-time.Hour, -1}, {time.Millisecond, 1}, {time.Second, 1}, {120 * time.Second, 120},
		{30 * 24 * time.Hour, 2_592_000},
		{30*24*time.Hour + time.Second, 2_002_592_001},
		{31 * 24 * time.Hour, 2_002_678_400},
		{100 * 365 * 24 * time.Hour, math.MaxInt32},
	} {
		if got := exptime(c.ttl, now); got != c.want {
			t.Errorf("exptime(%v) = %d, want %d", c.ttl, got, c.want)
		}
	}
}

// sink is a connection that keeps what is written.
type sink struct {
	net.Conn
	bytes.Buffer
}

func (s *sink) Read([]byte) (int, error)    { return 0, nil }
func (s *sink) Write(p []byte) (int, error) { return s.Buffer.Write(p) }

// TestGatsConn: only a command is changed, never a value that looks like one.
func TestGatsConn(t *testing.T) {
	for _, c := range []struct {
		writes []string // "" is a read
		want   string
	}{
		{[]string{"gat 60 k\r\n"}, "gats 60 k\r\n"},
		{[]string{"gat 60 k\r\n", "", "gat 60 l\r\n"}, "gats 60 k\r\ngats 60 l\r\n"},
		{[]string{"set k 0 0 11\r\n", "gat 60 k\r\n", "\r\n"}, "set k 0 0 11\r\ngat 60 k\r\n\r\n"},
		{[]string{"get k\r\n", "", "gats 60 k\r\n"}, "get k\r\ngats 60 k\r\n"},
		{[]string{"gatx"}, "gatx"},
	} {
		out := new(sink)
		conn := &gatsConn{Conn: out, command: true}
		for _, text := range c.writes {
			if text == "" {
				conn.Read(nil)
				continue
			}
			if n, err := conn.Write([]byte(text)); n != len(text) || err != nil {
				t.Errorf("%q: wrote %d, %v", text, n, err)
			}
		}
		if got := out.Buffer.String(); got != c.want {
			t.Errorf("%q: sent %q, want %q", c.writes, got, c.want)
		}
	}
}
