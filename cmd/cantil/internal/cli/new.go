package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cantil-go/cantil/cmd/cantil/internal/scaffold"
)

func newNew(s *streams) *cobra.Command {
	var site scaffold.Site
	cmd := &cobra.Command{
		Use:   "new NAME [--lang en|pt|ru]",
		Short: "Make a small site to begin with",
		Long: `New makes a folder with a site: templates, a stylesheet, a session, a login with a
form that no other site can send, and tests that pass. It writes into no folder
that has anything in it.`,
		Example: `  cantil new loja --lang pt
  cd loja
  cantil run`,
		Args: usage(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			site.Name = filepath.Base(filepath.Clean(args[0]))
			if site.Module == "" {
				site.Module = site.Name
			}
			if err := site.Check(); err != nil {
				return usageError{err}
			}
			if err := placeOf(&site); err != nil {
				return err
			}
			if err := site.Make(args[0]); err != nil {
				return err
			}
			return finish(s, args[0], &site)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&site.Lang, "lang", "en", "`language` of what the site says: en, pt or ru")
	flags.StringVar(&site.Module, "module", "", "`path` of the module, NAME unless given")
	flags.StringVar(&site.Replace, "replace", "", "`folder` with a checkout of Cantil, in the place of a release")
	_ = cmd.RegisterFlagCompletionFunc("lang", cobra.FixedCompletions([]string{"en", "pt", "ru"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// releases are versions that a module proxy knows.
var releases = regexp.MustCompile(`^v[0-9]+\.[0-9]+\.[0-9]+[^+]*$`)

// placeOf says which Cantil the site requires: that of this command, a checkout,
// or for a command that was built from a checkout the latest.
func placeOf(site *scaffold.Site) (err error) {
	switch own := version(); {
	case site.Replace != "":
		site.Version = "v0.0.0"
		if _, err := os.Stat(filepath.Join(site.Replace, "go.mod")); err != nil {
			return usageError{fmt.Errorf("--replace %s is no checkout of Cantil: %w", site.Replace, err)}
		}
		site.Replace, err = filepath.Abs(site.Replace)
	case releases.MatchString(own):
		site.Version = own
	}
	return err
}

// finish gets the modules, and says how it goes on.
func finish(s *streams, folder string, site *scaffold.Site) error {
	steps := [][]string{{"mod", "tidy"}}
	if site.Version == "" {
		steps = [][]string{{"get", scaffold.Module + "@latest"}, {"mod", "tidy"}}
	}
	for _, step := range steps {
		cmd := exec.Command("go", step...)
		cmd.Dir = folder
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s is made, but its modules could not be fetched; there, \"go %s\" tries it again:\n%s", folder, strings.Join(step, " "), out)
		}
	}
	fmt.Fprintf(s.out, "%s is made. It goes on with:\n\n    cd %s\n    go test ./...\n    cantil run\n", site.Name, folder)
	return nil
}
