package servers

import "syscall"

// childAttributes has the servers die with the test program, even one that is
// killed.
func childAttributes(as *credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Credential: as}
}
