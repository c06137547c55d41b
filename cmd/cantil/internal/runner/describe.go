package runner

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/cantil-go/cantil/internal/command"
)

// describeLimit is how long a program may take to describe itself.
const describeLimit = 30 * time.Second

// Describe builds the program and asks it what it is. What it prints is shown
// only where it fails.
func Describe(ctx context.Context, pkg string, args []string) (*command.Description, error) {
	bin, err := newBinaries()
	if err != nil {
		return nil, err
	}
	defer bin.remove()
	b := startBuild(ctx, pkg, bin.next(), time.Now(), func(context.Context, string) {})
	<-b.done
	switch {
	case ctx.Err() != nil:
		return nil, errInterrupted
	case b.err != nil:
		return nil, errors.New(strings.TrimSpace(explainBuild(b.output, b.err).terminal(false)))
	}
	return ask(ctx, b.binary, filepath.Join(bin.folder, "description.json"), args)
}

var errInterrupted = errors.New("interrupted")

// ask runs the program, which writes the file and ends. Its exit status does not
// count: log.Fatal(app.Run(addr)) is a failure even of a nil error.
func ask(ctx context.Context, binary, file string, args []string) (*command.Description, error) {
	ctx, cancel := context.WithTimeout(ctx, describeLimit)
	defer cancel()
	runtime.LockOSThread() // whose end is the parent's, for dieWithParent
	defer runtime.UnlockOSThread()
	var output bytes.Buffer
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Stdout, cmd.Stderr = &output, &output
	cmd.Env = append(childEnv(false), command.Describe+"="+file)
	ownGroup(cmd)
	dieWithParent(cmd)
	cmd.Cancel = func() error { return killGroup(cmd) }
	cmd.WaitDelay = time.Second
	ended := cmd.Run()
	if cmd.Process != nil {
		_ = killGroup(cmd) // what it started itself
	}
	d, err := command.Read(file)
	switch {
	case err == nil:
		return d, nil
	case errors.Is(ctx.Err(), context.Canceled):
		return nil, errInterrupted
	case ctx.Err() != nil:
		return nil, fmt.Errorf("the program did not call App.Run within %v:\n%s", describeLimit, &output)
	case errors.Is(err, fs.ErrNotExist) && ended == nil:
		return nil, errors.New("the program ended without calling App.Run, App.RunTLS or App.Serve, which answer for it")
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("the program ended before App.Run (%w):\n%s", ended, &output)
	}
	return nil, fmt.Errorf("what the program wrote of itself cannot be read: %w", err)
}
