package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/cantil-go/cantil/cmd/cantil/internal/runner"
	"github.com/cantil-go/cantil/internal/command"
)

func newRoutes(s *streams) *cobra.Command {
	var sort string
	var asJSON, all bool
	cmd := &cobra.Command{
		Use:   "routes [package] [-- argument…]",
		Short: "List a program's endpoints, methods and rules",
		Long: `Routes builds the program and starts it; App.Run then writes its rules instead of
serving. What main does before that is done: a database is opened, say.

HEAD and OPTIONS, which rules have by themselves, are left out without
--all-methods.`,
		Example: `  cantil routes
  cantil routes ./cmd/loja --sort rule
  cantil routes --json | jq -r '.[].rule'`,
		Args: usage(packageArgs),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(routeOrders, sort) {
				return usageError{fmt.Errorf("--sort %s: it is one of %s", sort, strings.Join(routeOrders, ", "))}
			}
			pkg, rest := packageOf(cmd, args)
			ctx, stop := untilSignal()
			defer stop()
			d, err := runner.Describe(ctx, pkg, rest)
			if err != nil {
				return err
			}
			sortRoutes(d.Routes, sort)
			if asJSON {
				return writeJSON(s.out, d.Routes)
			}
			return printRoutes(s.out, d.Routes, all)
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&sort, "sort", "s", "endpoint", "`order`: "+strings.Join(routeOrders, ", "))
	flags.BoolVar(&all, "all-methods", false, "show HEAD and OPTIONS too")
	flags.BoolVar(&asJSON, "json", false, "print JSON")
	_ = cmd.RegisterFlagCompletionFunc("sort", cobra.FixedCompletions(routeOrders, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// routeOrders are Flask's: match is the order in which they were registered.
var routeOrders = []string{"endpoint", "methods", "rule", "match"}

func sortRoutes(routes []command.Route, order string) {
	by := map[string]func(a, b command.Route) int{
		"endpoint": func(a, b command.Route) int { return cmp.Compare(a.Endpoint, b.Endpoint) },
		"methods":  func(a, b command.Route) int { return slices.Compare(a.Methods, b.Methods) },
		"rule":     func(a, b command.Route) int { return cmp.Compare(a.Rule, b.Rule) },
		"match":    func(_, _ command.Route) int { return 0 },
	}[order]
	slices.SortStableFunc(routes, by)
}

// printRoutes prints a table as flask routes does.
func printRoutes(w io.Writer, routes []command.Route, all bool) error {
	if len(routes) == 0 {
		_, err := fmt.Fprintln(w, "No routes were registered.")
		return err
	}
	rows := [][]string{{"Endpoint", "Methods", "Rule"}}
	for _, r := range routes {
		methods := slices.DeleteFunc(slices.Clone(r.Methods), func(m string) bool { return !all && (m == "HEAD" || m == "OPTIONS") })
		rows = append(rows, []string{r.Endpoint, strings.Join(methods, ", "), r.Rule})
	}
	var widths [3]int
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	line := make([]string, 3)
	for i, n := range widths {
		line[i] = strings.Repeat("-", n)
	}
	rows = slices.Insert(rows, 1, line)
	for _, row := range rows {
		text := fmt.Sprintf("%-*s  %-*s  %s", widths[0], row[0], widths[1], row[1], row[2])
		if _, err := fmt.Fprintln(w, strings.TrimRight(text, " ")); err != nil {
			return err
		}
	}
	return nil
}

// writeJSON prints v, indented.
func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
