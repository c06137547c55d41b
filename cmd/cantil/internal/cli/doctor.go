package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/cantil-go/cantil/cmd/cantil/internal/doctor"
	"github.com/cantil-go/cantil/cmd/cantil/internal/runner"
)

func newDoctor(s *streams) *cobra.Command {
	var flask, python string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor [package] --flask app.py [-- argument…]",
		Short: "Compare how the Flask half and the Go half of a site keep their sessions",
		Long: `Doctor asks both halves of a site how they keep their sessions, and compares what
they must agree on for one login: the cookie and its attributes, where sessions
are, what they are written with, how long they live, and the keys, of which it
sees fingerprints. The exit status is 1 if anything differs.

The Go program is built and started as by cantil routes; the Flask application is
imported by the Python of the active virtual environment, or by --python. Both see
this environment. What the Flask application does while it is imported is done.`,
		Example: `  cantil doctor --flask app.py
  cantil doctor ./cmd/loja --flask flaskr:create_app
  cantil doctor --flask ../site/app.py:application --python ../site/venv/bin/python`,
		Args: usage(packageArgs),
		RunE: func(cmd *cobra.Command, args []string) error {
			if flask == "" {
				return usageError{fmt.Errorf("--flask is missing: the file, or the module, of the Flask application")}
			}
			pkg, rest := packageOf(cmd, args)
			ctx, stop := untilSignal()
			defer stop()
			half, err := doctor.AskFlask(ctx, python, flask)
			if err != nil {
				return err
			}
			own, err := runner.Describe(ctx, pkg, rest)
			if err != nil {
				return err
			}
			return diagnose(s, half, doctor.Compare(half, &own.Session), asJSON)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&flask, "flask", "", "`file` or module of the Flask application, with its name after a colon if need be")
	flags.StringVar(&python, "python", pythonOf(os.Getenv("VIRTUAL_ENV")), "`path` of a Python that has Flask")
	flags.BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// pythonOf is the Python of a virtual environment, or the system's.
func pythonOf(environment string) string {
	switch {
	case environment != "" && runtime.GOOS == "windows":
		return filepath.Join(environment, "Scripts", "python.exe")
	case environment != "":
		return filepath.Join(environment, "bin", "python")
	case runtime.GOOS == "windows":
		return "python"
	}
	return "python3"
}

// diagnose prints what was found, and fails if anything differs.
func diagnose(s *streams, half *doctor.Flask, findings []doctor.Finding, asJSON bool) error {
	differs := 0
	for _, f := range findings {
		if !f.Agrees {
			differs++
		}
	}
	if asJSON {
		if err := writeJSON(s.out, findings); err != nil {
			return err
		}
	} else {
		printFindings(s, half, findings)
		if differs > 0 {
			fmt.Fprintf(s.out, "\n%d of %d settings differ\n", differs, len(findings))
		} else {
			fmt.Fprintln(s.out, "\nboth halves agree")
		}
	}
	if differs > 0 {
		return errSilent
	}
	return nil
}

func printFindings(s *streams, half *doctor.Flask, findings []doctor.Finding) {
	color := isTerminal(s.out)
	rows := [][3]string{{"", "Flask " + half.Version, "Cantil"}}
	for _, f := range findings {
		rows = append(rows, [3]string{f.Setting, shown(f.Flask), shown(f.Cantil)})
	}
	var widths [3]int
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for i, row := range rows {
		mark, note := " ", ""
		if i > 0 {
			if f := findings[i-1]; !f.Agrees {
				mark = "≠"
				note = "\n    " + f.Note
			} else if f.Note != "" {
				note = "\n    " + f.Note
			}
		}
		line := fmt.Sprintf("%s %-*s  %-*s  %s%s", mark, widths[0], row[0], widths[1], row[1], row[2], note)
		if color && mark != " " {
			line = "\x1b[31m" + line + "\x1b[0m"
		}
		fmt.Fprintln(s.out, line)
	}
}

// shown is a value as the table has it.
func shown(value string) string {
	if value == "" {
		return "(none)"
	}
	return value
}
