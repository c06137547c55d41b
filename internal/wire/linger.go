package wire

import "time"

const (
	lingerSilence = 2 * time.Second  // without a byte from the client
	lingerTime    = 10 * time.Second // in all
	leavingTime   = 500 * time.Millisecond
)

// linger ends the answer and reads what the client still sends, for a while.
// Closing with unread input makes the system send a reset, which destroys what
// the client has not read yet: a 413 would never arrive.
func (c *Conn) linger() {
	silence := lingerSilence
	switch {
	case c.in.ended || c.in.late:
		return
	case c.in.leaving:
		silence = leavingTime
	case !c.in.unread() && !c.socket.pending():
		return
	}
	half, ok := c.Conn.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	buf := make([]byte, 8<<10)
	for end := time.Now().Add(lingerTime); ; {
		now := time.Now()
		if now.After(end) || c.Conn.SetReadDeadline(now.Add(silence)) != nil {
			return
		}
		if _, err := c.Conn.Read(buf); err != nil {
			return
		}
	}
}
