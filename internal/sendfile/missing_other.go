//go:build !windows

package sendfile

// isInvalidName is for systems that have names which no file can have.
func isInvalidName(error) bool { return false }
