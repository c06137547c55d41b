//go:build unix && !linux

package testservers

import "syscall"

func childAttributes(as *credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: as}
}
