// Package cookie takes session cookies and tokens apart, and makes them.
package cookie

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/cantil-go/cantil/internal/command"
	"github.com/cantil-go/cantil/internal/envconfig"
)

// Key is a secret key and what it is called.
type Key struct{ Name, Secret string }

// Label names the key without showing it.
func (k Key) Label() string { return k.Name + " (" + command.Fingerprint(k.Secret) + ")" }

// ErrNoKeys means that neither the environment nor a file has a key.
var ErrNoKeys = errors.New("no secret key: set FLASK_SECRET_KEY, name another prefix by --env, or give a file by --key-file")

// EnvKeys are the keys of the environment as App.LoadEnv(prefix) reads them, the
// one that signs first: FLASK_SECRET_KEY and FLASK_SECRET_KEY_FALLBACKS.
func EnvKeys(prefix string) ([]Key, error) {
	if prefix != "" {
		prefix += "_"
	}
	var keys []Key
	var secret string
	var fallbacks []string
	for name, target := range map[string]any{prefix + "SECRET_KEY": &secret, prefix + "SECRET_KEY_FALLBACKS": &fallbacks} {
		if text, set := os.LookupEnv(name); set {
			if err := envconfig.Set(target, envconfig.Value(text)); err != nil {
				return nil, fmt.Errorf("%s %w", name, err)
			}
		}
	}
	if secret != "" {
		keys = append(keys, Key{prefix + "SECRET_KEY", secret})
	}
	for i, old := range fallbacks {
		keys = append(keys, Key{fmt.Sprintf("%sSECRET_KEY_FALLBACKS[%d]", prefix, i), old})
	}
	return keys, nil
}

// FileKeys are the keys in a file, one a line; the first signs.
func FileKeys(file string) ([]Key, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var keys []Key
	bare := strings.TrimPrefix(string(text), "\ufeff") // which Windows' editors begin a file with
	for number, line := range strings.Split(bare, "\n") {
		if line = strings.TrimSuffix(line, "\r"); line != "" {
			keys = append(keys, Key{fmt.Sprintf("%s:%d", file, number+1), line})
		}
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("%s holds no key: one a line is expected, the one that signs first", file)
	}
	return keys, nil
}
