//go:build !linux || !(amd64 || arm64) || race || msan || asan || cantil_nosocket

package wire

// socket is a way around the net package, for systems that have one.
type socket struct{}

func (socket) open(*Conn)                       {}
func (socket) pending() bool                    { return false }
func (socket) there() bool                      { return false }
func (socket) read(*Conn, []byte) (int, error)  { panic("no socket") }
func (socket) write(*Conn, []byte) (int, error) { panic("no socket") }
