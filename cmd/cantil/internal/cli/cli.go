// Package cli is the command line: what each command is called, which flags it
// takes, and what it prints.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"
)

// The exit statuses.
const (
	statusFailed = 1 // what was asked for does not hold, or could not be done
	statusUsage  = 2 // the command line is wrong
)

// streams are the process' own, replaced in tests.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// printed is a standard output that remembers that a write failed, as on a full
// disk: what was printed is not whole, and the exit status says so.
type printed struct {
	io.Writer
	failed error
}

func (p *printed) Write(text []byte) (int, error) {
	n, err := p.Writer.Write(text)
	if err != nil {
		p.failed = err
	}
	return n, err
}

// errSilent ends the command with status 1 after it said why itself.
var errSilent = errors.New("failed")

// usageError is a command line that cannot be run.
type usageError struct{ error }

// Main runs the command and returns its exit status.
func Main(args []string, in io.Reader, out, errOut io.Writer) int {
	answers := &printed{Writer: out}
	root := newRoot(&streams{in, out, errOut}, &streams{in, answers, errOut})
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(answers)
	root.SetErr(errOut)
	err := root.Execute()
	if err == nil {
		err = answers.failed
	}
	var usage usageError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errSilent):
		return statusFailed
	case errors.As(err, &usage):
		fmt.Fprintf(errOut, "cantil: %v\n", err)
		return statusUsage
	}
	fmt.Fprintf(errOut, "cantil: %v\n", err)
	return statusFailed
}

// newRoot makes the command. serving is of those that hand the output itself on, or
// look after it.
func newRoot(serving, s *streams) *cobra.Command {
	root := &cobra.Command{
		Use:           "cantil",
		Short:         "Run a Cantil program, list its routes, read its sessions, compare it with Flask",
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          usage(cobra.NoArgs),
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w; %s --help shows what there is", err, cmd.CommandPath())}
	})
	root.AddCommand(newRun(serving), newRoutes(s), newSession(s), newToken(s), newSecret(s), newRecord(serving), newCompare(s),
		newDoctor(s), newNew(s))
	return root
}

// usage makes errors about arguments errors of usage.
func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usageError{fmt.Errorf("%w; %s --help shows how it is called", err, cmd.CommandPath())}
		}
		return nil
	}
}

// group is a command that only holds others.
func group(use, short string, commands ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{
		Use: use, Short: short, Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(commands...)
	return cmd
}

// untilSignal ends with the signals that end a command: that of a terminal that is
// closed too, but under nohup.
func untilSignal() (context.Context, context.CancelFunc) {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signal.NotifyContext(context.Background(), signals...)
}

// version is that of the module, as go install knows it.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// isTerminal reports whether w is a terminal that may be written to in color.
func isTerminal(w io.Writer) bool {
	if p, ok := w.(*printed); ok {
		w = p.Writer
	}
	f, ok := w.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
