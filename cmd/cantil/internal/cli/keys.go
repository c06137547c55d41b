package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cantil-go/cantil/cmd/cantil/internal/cookie"
	"github.com/cantil-go/cantil/internal/termlog"
)

// keySource is where the secret keys come from: never the command line.
type keySource struct{ prefix, file string }

func (k *keySource) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&k.prefix, "env", "FLASK", "`prefix` of the variables SECRET_KEY and SECRET_KEY_FALLBACKS")
	cmd.Flags().StringVar(&k.file, "key-file", "", "`file` with a key a line, the one that signs first, instead of the environment")
}

func (k *keySource) read() ([]cookie.Key, error) {
	if k.file != "" {
		return cookie.FileKeys(k.file)
	}
	return cookie.EnvKeys(k.prefix)
}

// needed are the keys of a command that cannot do without.
func (k *keySource) needed() ([]cookie.Key, error) {
	keys, err := k.read()
	if err == nil && len(keys) == 0 {
		err = cookie.ErrNoKeys
	}
	return keys, err
}

const keysHelp = `

Secret keys are read from FLASK_SECRET_KEY and FLASK_SECRET_KEY_FALLBACKS (or
another prefix, --env), or from a file (--key-file).`

// maxInput is how much is read from standard input, in bytes.
const maxInput = 1 << 20

// operand is the argument, or what standard input holds: without one, or "-".
func operand(s *streams, args []string) (string, error) {
	var text []byte
	var err error
	if len(args) > 0 && args[0] != "-" {
		text = []byte(args[0])
	} else {
		text, err = io.ReadAll(io.LimitReader(s.in, maxInput+1))
	}
	switch {
	case err != nil:
	case len(text) > maxInput:
		err = fmt.Errorf("standard input holds more than %d bytes", maxInput)
	case len(bytes.TrimSpace(text)) == 0:
		err = usageError{errors.New("nothing is given, neither an argument nor anything on standard input")}
	}
	return strings.TrimRight(string(text), "\r\n"), err
}

// indented is JSON as people read it. What a visitor has put there does not steer
// the terminal.
func indented(text json.RawMessage) string {
	var b bytes.Buffer
	if json.Indent(&b, text, "", "  ") != nil {
		return termlog.Clean(string(text))
	}
	lines := strings.Split(b.String(), "\n")
	for i, line := range lines {
		lines[i] = termlog.Clean(line)
	}
	return strings.Join(lines, "\n")
}

// fact prints "name:  value" with the values below each other.
func fact(w io.Writer, name, format string, args ...any) {
	fmt.Fprintf(w, "%-12s%s\n", name+":", fmt.Sprintf(format, args...))
}

// writeJSONLine prints v on one line.
func writeJSONLine(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
