package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/cantil-go/cantil/cmd/cantil/internal/rows"
	"github.com/cantil-go/cantil/internal/termlog"
)

func newSessionRows(s *streams) *cobra.Command {
	var o rows.Options
	var asJSON, showKeys bool
	cmd := &cobra.Command{
		Use:   "rows URL",
		Short: "List the sessions in a store",
		Long: `Rows lists what Flask-Session or Cantil stored, and decodes it. It only reads. The
store is redis://…, rediss://…, postgres://…, mysql://user@host/database, or a file
of SQLite.

The end of each id is not shown, since whoever has it is that visitor, unless
--show-ids is given. A password in the URL can be left to REDIS_PASSWORD,
PGPASSWORD or MYSQL_PWD.`,
		Example: `  cantil session rows redis://localhost/0
  cantil session rows sessions.db --limit 10
  cantil session rows postgres://loja@localhost/loja --table sessions --json`,
		Args: usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := rows.Check(args[0], o); err != nil {
				return usageError{err}
			}
			shown := 0
			more, err := rows.List(cmd.Context(), args[0], o, func(r rows.Row) error {
				shown++
				if !showKeys {
					r.Key = rows.Masked(r.Key)
				}
				if asJSON {
					return writeJSONLine(s.out, r)
				}
				return printRow(s, r)
			})
			if err != nil {
				return err
			}
			if more {
				fmt.Fprintf(s.err, "cantil: there are more than %d rows: --limit shows more\n", shown)
			} else if shown == 0 {
				fmt.Fprintf(s.err, "cantil: the store has no rows that begin with %q\n", o.Prefix)
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.Prefix, "prefix", "session:", "what the keys begin with, SESSION_KEY_PREFIX")
	flags.StringVar(&o.Table, "table", "sessions", "`name` of the SQL table")
	flags.IntVar(&o.Limit, "limit", 100, "how many rows, at most")
	flags.BoolVar(&showKeys, "show-ids", false, "show whole ids")
	flags.BoolVar(&asJSON, "json", false, "print JSON, one object a line")
	return cmd
}

func printRow(s *streams, r rows.Row) error {
	left := "no expiry"
	if !r.Expires.IsZero() {
		left = "expires " + r.Expires.Format(time.RFC3339)
		if r.Expires.Before(time.Now()) {
			left = "expired " + r.Expires.Format(time.RFC3339)
		}
	}
	what := string(r.Payload)
	if r.Problem != "" {
		what = "! " + r.Problem
	}
	_, err := fmt.Fprintf(s.out, "%s  %s, %d bytes of %s\n    %s\n", termlog.Clean(r.Key), left, r.Size, r.Codec, termlog.Clean(what))
	return err
}
