//go:build unix && !linux

package servers

import "syscall"

func childAttributes(as *credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: as}
}
