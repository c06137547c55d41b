package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/cantil-go/cantil/session"
)

func newSecret(s *streams) *cobra.Command {
	return &cobra.Command{
		Use:   "secret",
		Short: "Print a new secret key",
		Long: `Secret prints 32 random bytes in hexadecimal, as Python's secrets.token_hex() does.
Keep it out of the source and the same over restarts: a key that changes logs
everyone out, unless the old one is a fallback.`,
		Example: `  cantil secret > secret_key && chmod 600 secret_key
  FLASK_SECRET_KEY=$(cantil secret) ./loja`,
		Args: usage(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(s.out, session.GenerateKey())
			return err
		},
	}
}
