package conformance

import (
	"errors"
	"io"
	"net"
	"os"
	"time"
)

// A wire is a client's connection on which bytes go out as they are.
type wire struct {
	conn   net.Conn
	closed bool   // by the server, as read has seen
	how    string // it ended
}

// wireTime limits what one send and what one read may take in all.
const (
	sendTime = 5 * time.Second
	readTime = 10 * time.Second
)

func dialWire(addr string) (*wire, error) {
	conn, err := net.DialTimeout("tcp", addr, sendTime)
	if err != nil {
		return nil, err
	}
	return &wire{conn: conn}, nil
}

// send reads nothing meanwhile; that the server hangs up is seen by the next read.
func (w *wire) send(data []byte) {
	w.conn.SetWriteDeadline(time.Now().Add(sendTime))
	if _, err := w.conn.Write(data); err != nil && w.how == "" {
		w.how = "reset while sending"
		if errors.Is(err, os.ErrDeadlineExceeded) {
			w.how = "send timed out"
		}
	}
}

// fin ends the client's half of the connection.
func (w *wire) fin() { w.conn.(*net.TCPConn).CloseWrite() }

// read returns what comes until nothing has come for quiet or the server hangs up.
func (w *wire) read(quiet time.Duration) []byte {
	var got []byte
	buf := make([]byte, 64<<10)
	for stop := time.Now().Add(readTime); !w.closed && time.Now().Before(stop); {
		w.conn.SetReadDeadline(time.Now().Add(quiet))
		n, err := w.conn.Read(buf)
		got = append(got, buf[:n]...)
		switch {
		case err == nil:
		case errors.Is(err, os.ErrDeadlineExceeded):
			return got
		case errors.Is(err, io.EOF):
			w.closed = true
			if w.how == "" {
				w.how = "fin"
			}
		default:
			w.closed, w.how = true, "reset"
		}
	}
	return got
}
