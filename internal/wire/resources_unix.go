//go:build unix

package wire

import (
	"errors"
	"syscall"
)

// outOfResources reports whether the system has no more descriptors or memory, or
// the client hung up before it was accepted.
func outOfResources(err error) bool {
	for _, errno := range []syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED} {
		if errors.Is(err, errno) {
			return true
		}
	}
	return false
}
