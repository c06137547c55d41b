// Command cantil runs a Cantil program while it is worked on, lists its routes,
// and reads and writes its sessions and tokens:
//
//	go install github.com/cantil-go/cantil/cmd/cantil@latest
//
//	cantil new loja                a small site to begin with
//	cantil run ./cmd/loja          build, run, and again on every change
//	cantil routes --sort rule      endpoints, methods and rules
//	cantil session decode COOKIE   what a session's cookie holds
//	cantil session rows redis://localhost/0
//	cantil token verify --salt email-confirm TOKEN
//	cantil record --to URL         what a site answers, written down
//	cantil compare FILE URL        and what another one answers otherwise
//	cantil doctor --flask app.py   whether both halves keep sessions alike
//	cantil secret                  a new secret key
//
// Each command explains itself: cantil help run. Secret keys are read from the
// environment or a file, never from the command line, where other users of the
// machine and the shell's history would see them.
package main

import (
	"os"

	"github.com/cantil-go/cantil/cmd/cantil/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
