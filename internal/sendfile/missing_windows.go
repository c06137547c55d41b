package sendfile

import (
	"errors"
	"syscall"
)

// isInvalidName reports whether Windows cannot have a file of the name that was
// asked for, as of one with a question mark.
func isInvalidName(err error) bool {
	const (
		invalidName     = syscall.Errno(123)
		badPathname     = syscall.Errno(161)
		filenameTooLong = syscall.Errno(206)
		notADirectory   = syscall.Errno(267)
		cantResolveName = syscall.Errno(1921)
	)
	for _, code := range []syscall.Errno{invalidName, badPathname, filenameTooLong, notADirectory, cantResolveName} {
		if errors.Is(err, code) {
			return true
		}
	}
	return false
}
