package cli

import (
	"bytes"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/cantil-go/cantil/cmd/cantil/internal/cookie"
)

// sessionFlags are those of the commands that work on a session's cookie.
type sessionFlags struct {
	keySource
	name     string
	lifetime time.Duration
	asJSON   bool
}

func (f *sessionFlags) add(cmd *cobra.Command) {
	f.flags(cmd)
	cmd.Flags().StringVar(&f.name, "name", "session", "`name` of the cookie")
}

func (f *sessionFlags) addReading(cmd *cobra.Command) {
	f.add(cmd)
	cmd.Flags().DurationVar(&f.lifetime, "lifetime", 31*24*time.Hour, "PERMANENT_SESSION_LIFETIME, the oldest that a cookie may be")
	cmd.Flags().BoolVar(&f.asJSON, "json", false, "print JSON")
}

func (f *sessionFlags) settings(keys []cookie.Key) cookie.Settings {
	return cookie.Settings{Name: f.name, Keys: keys, Lifetime: f.lifetime, ClockSkew: 5 * time.Second, Now: time.Now()}
}

// cookie is the value of the cookie that the operand is, or has.
func (f *sessionFlags) cookie(s *streams, args []string) (string, error) {
	text, err := operand(s, args)
	if err != nil {
		return "", err
	}
	return cookie.Value(text, f.name)
}

func newSession(s *streams) *cobra.Command {
	return group("session", "Read, check and make the cookies of sessions, list stored ones",
		newSessionDecode(s), newSessionVerify(s), newSessionSign(s), newSessionConvert(s), newSessionRows(s))
}

func newSessionDecode(s *streams) *cobra.Command {
	var f sessionFlags
	cmd := &cobra.Command{
		Use:   "decode [cookie]",
		Short: "Print what a session's cookie holds",
		Long: `Decode prints the payload as JSON, with Flask's tags for what JSON lacks, and how
the cookie is made. It does not ask who signed it. An encrypted cookie needs its
key. The cookie is a value, name=value, or a Cookie or Set-Cookie header.` + keysHelp,
		Example: `  cantil session decode gad2aXNpdGFzAQ.awF_GQ.xSRV36CVM2_vqF-xwgHtEqn2xnA
  curl -si http://localhost:5000/ | grep -i '^set-cookie: session' | cantil session decode`,
		Args: usage(cobra.MaximumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			value, err := f.cookie(s, args)
			if err != nil {
				return err
			}
			keys, err := f.read()
			if err != nil {
				return err
			}
			info, err := cookie.Decode(value, f.settings(keys))
			if err != nil {
				return err
			}
			if f.asJSON {
				return writeJSON(s.out, info)
			}
			printInfo(s, info)
			return nil
		},
	}
	f.addReading(cmd)
	return cmd
}

// printInfo prints what a cookie holds, for people.
func printInfo(s *streams, info *cookie.Info) {
	if info.Payload != nil {
		fmt.Fprintln(s.out, indented(info.Payload))
	}
	switch info.Kind {
	case cookie.ID:
		fmt.Fprintln(s.out, "the id of a session in a store: cantil session rows shows what is stored under it")
	case cookie.SignedID:
		fmt.Fprintln(s.out, "the signed id of a session in a store: cantil session rows shows what is stored under it")
	}
	fact(s.out, "kind", "%s", info.Kind)
	if bytes.HasPrefix(info.Payload, []byte(`"`)) {
		fact(s.out, "payload", "holds NaN or Infinity, which JSON lacks: it is shown as a text")
	}
	if info.Codec != "" {
		fact(s.out, "codec", "%s", info.Codec)
	}
	if !info.Signed.IsZero() {
		fact(s.out, "signed", "%s, %s ago", info.Signed.Format(time.RFC3339), cookie.Days(time.Since(info.Signed)))
	}
	fact(s.out, "size", "%d of %d bytes, name and value", info.Size, cookie.MaxSize)
	switch {
	case info.Compressed:
		fact(s.out, "compressed", "yes, from %d bytes", info.Bytes)
	case info.Bytes > 0:
		fact(s.out, "compressed", "no, %d bytes", info.Bytes)
	}
}

func newSessionVerify(s *streams) *cobra.Command {
	var f sessionFlags
	cmd := &cobra.Command{
		Use:   "verify [cookie]",
		Short: "Say which key signed a session's cookie, or why none did",
		Long: `Verify does what an application does with the cookie: signature, age, payload. The
exit status is 1 if the cookie would be refused.` + keysHelp,
		Example: `  FLASK_SECRET_KEY=… cantil session verify gad2aXNpdGFzAQ.awF_GQ.xSRV36CVM2_vqF-xwgHtEqn2xnA
  cantil session verify --key-file /run/secrets/keys --lifetime 30m < cookie.txt`,
		Args: usage(cobra.MaximumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			value, err := f.cookie(s, args)
			if err != nil {
				return err
			}
			keys, err := f.needed()
			if err != nil {
				return err
			}
			info, refused := cookie.Verify(value, f.settings(keys))
			if f.asJSON {
				err = writeJSON(s.out, verdict{info, refused == nil, reason(refused)})
			} else if refused == nil {
				fmt.Fprintf(s.out, "valid: signed by %s\n", info.Key)
				printInfo(s, info)
			} else {
				fmt.Fprintf(s.out, "refused: %v\n", refused)
			}
			if refused != nil {
				return errSilent
			}
			return err
		},
	}
	f.addReading(cmd)
	return cmd
}

// verdict is what verify prints as JSON.
type verdict struct {
	*cookie.Info
	Valid  bool   `json:"valid"`
	Reason string `json:"reason,omitempty"`
}

func reason(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func newSessionSign(s *streams) *cobra.Command {
	var f sessionFlags
	var codecName string
	var encrypt bool
	cmd := &cobra.Command{
		Use:   "sign [json]",
		Short: "Make the cookie of a session",
		Long: `Sign makes a cookie of a JSON object, signed now by the first key. What JSON lacks is
written with Flask's tags: {" d": "Thu, 26 Nov 2026 08:00:00 GMT"}.` + keysHelp,
		Example: `  cantil session sign '{"usuario": "Maria"}'
  cantil session sign --codec msgpack --encrypt < session.json`,
		Args: usage(cobra.MaximumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			form, err := cookie.ParseForm(codecName, encrypt)
			if err != nil {
				return usageError{err}
			}
			text, err := operand(s, args)
			if err != nil {
				return err
			}
			keys, err := f.needed()
			if err != nil {
				return err
			}
			value, err := cookie.Sign(text, form, f.settings(keys))
			if err != nil {
				return err
			}
			return printCookie(s, f.name, value)
		},
	}
	f.add(cmd)
	formFlags(cmd, &codecName, &encrypt)
	return cmd
}

func formFlags(cmd *cobra.Command, codecName *string, encrypt *bool) {
	cmd.Flags().StringVar(codecName, "codec", "json", "json, which an unmodified Flask reads, or msgpack")
	cmd.Flags().BoolVar(encrypt, "encrypt", false, "encrypt it, as session.EncryptedCookie does")
	_ = cmd.RegisterFlagCompletionFunc("codec", cobra.FixedCompletions([]string{"json", "msgpack"}, cobra.ShellCompDirectiveNoFileComp))
}

// printCookie prints the value, and warns of one that browsers drop.
func printCookie(s *streams, name, value string) error {
	if size := len(name) + 1 + len(value); size > cookie.MaxSize {
		fmt.Fprintf(s.err, "cantil: the cookie has %d bytes, and browsers drop those above %d\n", size, cookie.MaxSize)
	}
	_, err := fmt.Fprintln(s.out, value)
	return err
}

func newSessionConvert(s *streams) *cobra.Command {
	var f sessionFlags
	var codecName string
	var encrypt bool
	cmd := &cobra.Command{
		Use:   "convert [cookie]",
		Short: "Write a session's cookie with the other codec",
		Long: `Convert verifies a cookie and prints it in another form, signed by the first key at
the time at which it was signed before: it does not live longer for it.` + keysHelp,
		Example: `  cantil session convert --codec msgpack eyJhIjoxfQ.awF_GQ.…
  cantil session convert --encrypt < cookie.txt`,
		Args: usage(cobra.MaximumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			form, err := cookie.ParseForm(codecName, encrypt)
			if err != nil {
				return usageError{err}
			}
			value, err := f.cookie(s, args)
			if err != nil {
				return err
			}
			keys, err := f.needed()
			if err != nil {
				return err
			}
			settings := f.settings(keys)
			info, err := cookie.Verify(value, settings)
			if err != nil {
				return err
			}
			value, err = cookie.Convert(info, form, settings)
			if err != nil {
				return err
			}
			return printCookie(s, f.name, value)
		},
	}
	f.add(cmd)
	cmd.Flags().DurationVar(&f.lifetime, "lifetime", 31*24*time.Hour, "PERMANENT_SESSION_LIFETIME, the oldest that a cookie may be")
	formFlags(cmd, &codecName, &encrypt)
	return cmd
}
