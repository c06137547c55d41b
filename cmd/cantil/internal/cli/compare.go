package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/cantil-go/cantil/cmd/cantil/internal/compare"
	"github.com/cantil-go/cantil/cmd/cantil/internal/traffic"
)

// compareFlags are those of cantil compare.
type compareFlags struct {
	sessionFlags
	options           compare.Options
	rulesFile, report string
}

func newCompare(s *streams) *cobra.Command {
	var f compareFlags
	cmd := &cobra.Command{
		Use:   "compare traffic.jsonl URL",
		Short: "Send a recording to another site and tell what it answers otherwise",
		Long: `Compare sends the requests of a recording (cantil record) to another site, and
reports where its answers differ: status, headers, cookies with their attributes,
HTML by structure, JSON by value, and the sessions in cookies by key. The exit
status is 1 if anything differs.

GET, HEAD and OPTIONS alone are sent, since a POST reaches a live database;
--unsafe sends the rest.

With the site's key each request comes with the session, the remember cookie and
the CSRF token that it was recorded with, signed anew: no request depends on
another one. Without a key the site's own cookies and tokens are threaded through.

What may differ stands in a file, --ignore, a rule a line with its reason:

  ROUTE KIND NAME  # why
  /profile html main > p text  # the half's name
  * header Etag  # other times of files

as the report prints them; * is any text.` + keysHelp,
		Example: `  FLASK_SECRET_KEY=… cantil compare traffic.jsonl http://localhost:8000
  cantil compare --ignore meant.txt --report report.html traffic.jsonl http://localhost:8000
  cantil compare --unsafe - http://staging:8000 < traffic.jsonl`,
		Args: usage(cobra.ExactArgs(2)),
		RunE: func(_ *cobra.Command, args []string) error { return f.run(s, args[0], args[1]) },
	}
	f.add(cmd)
	cmd.Flags().BoolVar(&f.asJSON, "json", false, "print JSON")
	cmd.Flags().BoolVar(&f.options.Unsafe, "unsafe", false, "send requests that may change something too")
	cmd.Flags().StringVar(&f.rulesFile, "ignore", "", "`file` with the differences that are meant to be")
	cmd.Flags().StringVar(&f.report, "report", "", "`file` for the result as a page of HTML")
	cmd.Flags().Int64Var(&f.options.BodyLimit, "body-limit", 1<<20, "how many `bytes` of an answer are compared, as recorded")
	return cmd
}

func (f *compareFlags) run(s *streams, recording, target string) error {
	var err error
	if f.options.Target, err = siteURL(target); err != nil {
		return usageError{err}
	}
	if err := checkBodyLimit(f.options.BodyLimit); err != nil {
		return err
	}
	if f.options.Rules, err = readRules(f.rulesFile); err != nil {
		return err
	}
	keys, err := f.read()
	if err != nil {
		return err
	}
	f.options.Sessions = f.settings(keys)
	in := s.in
	if recording != "-" {
		file, err := os.Open(recording)
		if err != nil {
			return err
		}
		defer file.Close()
		in = file
	}
	var page *os.File
	if f.report != "" { // opened before anything is sent, or that would be for nothing; a new one is for its owner alone
		if err := mayOverwrite(f.report); err != nil {
			return err
		}
		if page, err = os.OpenFile(f.report, os.O_CREATE|os.O_WRONLY, 0o600); err != nil {
			return err
		}
		defer page.Close()
	}
	result, failed := f.compare(s, in)
	if err := f.write(s, page, result); err != nil {
		return errors.Join(failed, err)
	}
	if failed == nil && !result.Agrees() {
		return errSilent
	}
	return failed
}

// mayOverwrite refuses a file that holds something other than a page, such as the
// recording.
func mayOverwrite(name string) error {
	if info, err := os.Stat(name); err != nil || !info.Mode().IsRegular() {
		return nil // what is wrong with it, opening it will say
	}
	file, err := os.Open(name)
	if err != nil {
		return nil
	}
	defer file.Close()
	begin := make([]byte, 64)
	n, _ := io.ReadFull(file, begin)
	if text := bytes.TrimSpace(begin[:n]); len(text) > 0 && text[0] != '<' {
		return fmt.Errorf("--report %s: there is something in it that is no page: name another file, or remove it", name)
	}
	return nil
}

func readRules(name string) ([]*compare.Rule, error) {
	if name == "" {
		return nil, nil
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	rules, err := compare.ReadRules(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return rules, nil
}

// compare sends it all, until a signal comes. A terminal sees how far it is.
func (f *compareFlags) compare(s *streams, in io.Reader) (*compare.Result, error) {
	ctx, cancel := untilSignal()
	defer cancel()
	if isTerminal(s.err) {
		f.options.Progress = func(done int) {
			if done%50 == 0 {
				fmt.Fprintf(s.err, "\r%d requests", done)
			}
		}
		defer fmt.Fprint(s.err, "\r\x1b[K")
	}
	return compare.Run(ctx, traffic.NewReader(in), f.options)
}

// write writes the result, as far as it goes. A report of before is better than one
// of nothing, and stays.
func (f *compareFlags) write(s *streams, page *os.File, result *compare.Result) error {
	if page != nil && result.Requests > 0 {
		_ = page.Truncate(0) // a pipe cannot be
		if err := errors.Join(result.WriteHTML(page), page.Close()); err != nil {
			return err
		}
	}
	if f.asJSON {
		return writeJSON(s.out, result)
	}
	if result.Requests > 0 || result.Damaged == 0 {
		result.WriteText(s.out, isTerminal(s.out))
	}
	return nil
}
