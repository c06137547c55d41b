//go:build !unix

package wire

// outOfResources leaves it to the error to say that it is temporary.
func outOfResources(error) bool { return false }
