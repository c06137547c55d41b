//go:build unix

package servers

import "syscall"

// credential is another user, to run a program as.
type credential = syscall.Credential

func newCredential(uid, gid int) *credential {
	return &credential{Uid: uint32(uid), Gid: uint32(gid)}
}

const (
	pause  = syscall.SIGSTOP
	resume = syscall.SIGCONT
)
