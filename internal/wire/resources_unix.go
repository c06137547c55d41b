//go:build unix

package wire

import (
	"errors"
	"syscall"
)

// outOfResources reports whether the system has no more descriptors or memory.
func outOfResources(err error) bool {
	for _, errno := range []syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM} {
		if errors.Is(err, errno) {
			return true
		}
	}
	return false
}
