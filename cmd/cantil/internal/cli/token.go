package cli

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/cantil-go/cantil/cmd/cantil/internal/cookie"
)

// tokenFlags are those of the commands that work on tokens.
type tokenFlags struct {
	keySource
	cookie.TokenForm
	csrf bool
}

// csrfSalt is Flask-WTF's.
const csrfSalt = "wtf-csrf-token"

func (f *tokenFlags) add(cmd *cobra.Command) {
	f.flags(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.Salt, "salt", "itsdangerous", "`salt` of the serializer")
	flags.StringVar(&f.Derivation, "derivation", "django-concat", "how key and salt are mixed: django-concat, concat, hmac, none")
	flags.StringVar(&f.Digest, "digest", "sha1", "sha1, sha256, sha384, sha512")
	flags.BoolVar(&f.Untimed, "no-time", false, "a token without a time, of Serializer or URLSafeSerializer")
	flags.BoolVar(&f.Plain, "plain", false, "JSON as it is, of Serializer or TimedSerializer")
	flags.BoolVar(&f.csrf, "csrf", false, "a CSRF token of Flask-WTF: its salt")
	cmd.PreRunE = func(*cobra.Command, []string) error {
		if err := f.Check(); err != nil {
			return usageError{err}
		}
		return nil
	}
}

func (f *tokenFlags) form() cookie.TokenForm {
	form := f.TokenForm
	if f.csrf {
		form.Salt = csrfSalt
	}
	return form
}

func newToken(s *streams) *cobra.Command {
	return group("token", "Read, check and make tokens of ItsDangerous, and CSRF tokens",
		newTokenDecode(s), newTokenVerify(s), newTokenSign(s))
}

func newTokenDecode(s *streams) *cobra.Command {
	var f tokenFlags
	cmd := &cobra.Command{
		Use:   "decode [token]",
		Short: "Print what a token holds",
		Long:  `Decode prints the payload as JSON and the time of signing, and does not ask who signed it.`,
		Example: `  cantil token decode Im1hcmlhQGV4YW1wbGUuY29tIg.awF_GQ.…
  cantil token decode --csrf < token.txt`,
		Args: usage(cobra.MaximumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := operand(s, args)
			if err != nil {
				return err
			}
			t, err := cookie.DecodeToken(text, f.form())
			if err != nil {
				return err
			}
			printToken(s, t)
			return nil
		},
	}
	f.add(cmd)
	return cmd
}

func printToken(s *streams, t *cookie.Token) {
	fmt.Fprintln(s.out, indented(t.Payload))
	if !t.Signed.IsZero() {
		fact(s.out, "signed", "%s, %s ago", t.Signed.Format(time.RFC3339), cookie.Days(time.Since(t.Signed)))
	}
}

func newTokenVerify(s *streams) *cobra.Command {
	var f tokenFlags
	var maxAge time.Duration
	var session string
	cmd := &cobra.Command{
		Use:   "verify [token]",
		Short: "Say which key signed a token, or why none did",
		Long: `Verify checks signature, age and payload. With --csrf and --session it also checks
that the token belongs to that session. The exit status is 1 if the token would
be refused.` + keysHelp,
		Example: `  cantil token verify --salt email-confirm --max-age 1h Im1hcmlhQGV4YW1wbGUuY29tIg.awF_GQ.…
  cantil token verify --csrf --session "$COOKIE" "$TOKEN"`,
		Args: usage(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := operand(s, args)
			if err != nil {
				return err
			}
			keys, err := f.needed()
			if err != nil {
				return err
			}
			if f.csrf && !cmd.Flags().Changed("max-age") {
				maxAge = time.Hour
			}
			t, refused := cookie.VerifyToken(text, f.form(), keys, maxAge, time.Now())
			if refused == nil && session != "" {
				refused = inSession(t, session, keys)
			}
			if refused != nil {
				fmt.Fprintf(s.out, "refused: %v\n", refused)
				return errSilent
			}
			fmt.Fprintf(s.out, "valid: signed by %s\n", t.Key)
			printToken(s, t)
			return nil
		},
	}
	f.add(cmd)
	cmd.Flags().DurationVar(&maxAge, "max-age", 0, "the oldest that it may be; 0 is any age, and 1h for --csrf")
	cmd.Flags().StringVar(&session, "session", "", "`cookie` of the session that a CSRF token must belong to")
	return cmd
}

// inSession checks that a CSRF token is the session's.
func inSession(t *cookie.Token, text string, keys []cookie.Key) error {
	value, err := cookie.Value(text, "session")
	if err != nil {
		return fmt.Errorf("the session: %w", err)
	}
	info, err := cookie.Verify(value, cookie.Settings{
		Name: "session", Keys: keys, Lifetime: 31 * 24 * time.Hour, ClockSkew: 5 * time.Second, Now: time.Now(),
	})
	if err != nil {
		return fmt.Errorf("the session: %w", err)
	}
	var fields struct {
		Token string `json:"csrf_token"`
	}
	var own string
	if json.Unmarshal(info.Payload, &fields) != nil || fields.Token == "" {
		return fmt.Errorf("the session has no csrf_token")
	}
	if json.Unmarshal(t.Payload, &own) != nil || own != fields.Token {
		return fmt.Errorf("the token belongs to another session: its content is not the csrf_token of this one")
	}
	return nil
}

func newTokenSign(s *streams) *cobra.Command {
	var f tokenFlags
	cmd := &cobra.Command{
		Use:   "sign [json]",
		Short: "Make a token of a JSON value",
		Long:  `Sign makes a token, signed now by the first key. The keys of objects are sorted.` + keysHelp,
		Example: `  cantil token sign --salt email-confirm '"maria@example.com"'
  cantil token sign --no-time '{"id": 7}'`,
		Args: usage(cobra.MaximumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := operand(s, args)
			if err != nil {
				return err
			}
			keys, err := f.needed()
			if err != nil {
				return err
			}
			token, err := cookie.SignToken(text, f.form(), keys[0], time.Now())
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(s.out, token)
			return err
		},
	}
	f.add(cmd)
	return cmd
}
