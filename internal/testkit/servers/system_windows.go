package servers

import "syscall"

// credential is for other systems, as are the signals: the servers that the tests
// want are not found on this one, and the tests skip.
type credential struct{}

func newCredential(int, int) *credential { return nil }

func childAttributes(*credential) *syscall.SysProcAttr { return nil }

const (
	pause  = syscall.SIGTERM
	resume = syscall.SIGTERM
)
