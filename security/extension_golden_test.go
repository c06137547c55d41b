package security

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/cantil-go/cantil/internal/testkit/vectors"
)

// TestExtensionGoldenPasswordHashes checks the hashes that Werkzeug was asked.
func TestExtensionGoldenPasswordHashes(t *testing.T) {
	var file struct {
		PasswordHashes []struct {
			ID, Hash, Password, Level string
			OK                        bool
		} `json:"password_hashes"`
	}
	vectors.Load(t, "extensions.json", &file)
	report := vectors.NewReport(t, "extensions.json password_hashes")
	for _, c := range file.PasswordHashes {
		report.Case(c.ID, func() error {
			NeedsRehash(c.Hash) // takes whatever a table holds
			got := CheckPasswordHash(c.Hash, c.Password)
			if got != c.OK && c.Level == "must" {
				return fmt.Errorf("%s of %q: %v", c.Hash, c.Password, got)
			}
			return nil
		})
	}
}

// TestExtensionGoldenPasswordGenerate makes hashes as Werkzeug was asked to.
func TestExtensionGoldenPasswordGenerate(t *testing.T) {
	type wanted struct {
		ID, Level         string
		Method, Exception *string
		SaltLength        *int `json:"salt_length"`
		Prefix            string
		SaltChars         int `json:"salt_chars"`
		HexChars          int `json:"hex_chars"`
	}
	var file struct {
		PasswordGenerate []wanted `json:"password_generate"`
	}
	vectors.Load(t, "extensions.json", &file)
	report := vectors.NewReport(t, "extensions.json password_generate")
	for _, c := range file.PasswordGenerate {
		report.Case(c.ID, func() error {
			var options []Option
			if c.Method != nil {
				options = append(options, Method(*c.Method))
			}
			if c.SaltLength != nil {
				options = append(options, SaltLength(*c.SaltLength))
			}
			hash, err := generate("segredo", options...)
			form := regexp.MustCompile(fmt.Sprintf(`^%s[A-Za-z0-9]{%d}\$[0-9a-f]{%d}$`, regexp.QuoteMeta(c.Prefix), c.SaltChars, c.HexChars))
			switch {
			case c.Level == "free":
				return nil
			case c.Exception != nil && err == nil:
				return fmt.Errorf("made %s, want %s", hash, *c.Exception)
			case c.Exception != nil:
				return nil
			case err != nil:
				return err
			case !form.MatchString(hash):
				return fmt.Errorf("made %s, want %s", hash, form)
			case !CheckPasswordHash(hash, "segredo") || CheckPasswordHash(hash, "Segredo"):
				return fmt.Errorf("%s does not check", hash)
			}
			return nil
		})
	}
}

// generate returns what GeneratePasswordHash panics with.
func generate(password string, options ...Option) (hash string, err error) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(error)
			if !ok || !strings.HasPrefix(e.Error(), "security: ") {
				panic(r)
			}
			err = e
		}
	}()
	return GeneratePasswordHash(password, options...), nil
}
