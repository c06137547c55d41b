// Command bench compares Cantil with what one would pick instead, on the same
// work, in one run:
//
//	cd bench && go run .
//
// README.md says what is compared and how.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/cantil-go/cantil/bench/internal/load"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == load.ClientArg {
		exitOn(load.ClientMain(os.Stdin, os.Stdout))
		return
	}
	opt, err := parse(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	exitOn(err)
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	exitOn(compare(ctx, opt))
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// compare runs the comparison and writes what came of it: after Ctrl-C too, what
// there is by then.
func compare(ctx context.Context, opt options) error {
	r, err := newRunner(ctx, opt)
	if err != nil {
		return err
	}
	defer r.close()
	failure := r.run(ctx)
	if len(r.report.Loads) == 0 {
		return errors.Join(failure, errors.New("nothing was measured"), r.reasons())
	}
	table, yes, no, unknown := r.report.Holds()
	fmt.Printf("\n%s\n%d hold, %d do not, %d were not measured.\n", table, yes, no, unknown)
	if err := r.report.Write(opt.out); err != nil {
		return err
	}
	fmt.Println("The whole report is in", opt.out)
	return failure
}
