package cli

import (
	"os"
	"os/signal"

	"github.com/spf13/cobra"

	"github.com/cantil-go/cantil/cmd/cantil/internal/runner"
)

func newRun(s *streams) *cobra.Command {
	var o runner.Options
	var noDebug bool
	cmd := &cobra.Command{
		Use:   "run [package] [-- argument…]",
		Short: "Build a program, run it, and do so again on every change",
		Long: `Run builds the program, starts it with Debug on, and builds it again when a Go
file, go.mod, a template or an embedded file changes. The port stays open all
the while: requests wait for the new program. If it does not compile, the
terminal and the browser show the errors with their lines.

The program is handed the listener, which App.Run takes instead of its own
address. What follows -- are the program's arguments.`,
		Example: `  cantil run
  cantil run ./cmd/loja --addr localhost:8000
  cantil run . -- -store sqlite`,
		Args: usage(packageArgs),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Package, o.Args = packageOf(cmd, args)
			o.Debug = !noDebug
			o.Stdout, o.Stderr, o.Color = s.out, s.err, isTerminal(s.err)
			signals := make(chan os.Signal, 8)
			signal.Notify(signals, runner.Signals...)
			defer signal.Stop(signals)
			o.Signals = signals
			return runner.Run(o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.Addr, "addr", "localhost:5000", "`host:port` to serve at")
	flags.BoolVar(&noDebug, "no-debug", false, "leave Debug as the program sets it")
	flags.BoolVar(&o.Proxy, "proxy", false, "hand requests on instead of the listener, as on Windows")
	return cmd
}

// packageArgs takes one package, and anything after "--".
func packageArgs(cmd *cobra.Command, args []string) error {
	if at := cmd.ArgsLenAtDash(); at >= 0 {
		args = args[:at]
	}
	return cobra.MaximumNArgs(1)(cmd, args)
}

// packageOf is the package, "." unless given, and what follows "--".
func packageOf(cmd *cobra.Command, args []string) (pkg string, rest []string) {
	own := args
	if at := cmd.ArgsLenAtDash(); at >= 0 {
		own, rest = args[:at], args[at:]
	}
	if len(own) == 0 {
		return ".", rest
	}
	return own[0], rest
}
