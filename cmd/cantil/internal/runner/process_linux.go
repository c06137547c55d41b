package runner

import (
	"os/exec"
	"syscall"
)

// dieWithParent has the process killed if the command is.
func dieWithParent(cmd *exec.Cmd) { cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL }
