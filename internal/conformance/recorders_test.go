package conformance

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// root is the repository, as seen from this package.
const root = "../.."

// recorded lists the folders of testdata that hold vectors, which are JSON. The
// files of the recorded programs are none.
func recorded(t *testing.T) []string {
	t.Helper()
	var folders []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "apps" || strings.HasPrefix(d.Name(), ".") && path != root):
			return filepath.SkipDir
		case filepath.Ext(path) == ".json" && slices.Contains(strings.Split(filepath.ToSlash(path), "/"), "testdata"):
			folders = append(folders, filepath.Dir(path))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.Compact(folders)
}

// TestEveryVectorHasItsRecorder: vectors that cannot be made again are not
// facts but hearsay.
func TestEveryVectorHasItsRecorder(t *testing.T) {
	folders := recorded(t)
	if len(folders) < 6 {
		t.Errorf("only %d folders of vectors were found", len(folders))
	}
	for _, folder := range folders {
		for _, name := range []string{"record.py", "README.md"} {
			if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
				t.Errorf("%s: beside the vectors: %v", folder, err)
			}
		}
	}
}

// TestRecorders asks the real software for a sample of the vectors again, each
// day for another one.
func TestRecorders(t *testing.T) {
	if os.Getenv("CANTIL_PALLETS") == "" {
		t.Skip("CANTIL_PALLETS names no folder with the sources of Flask and its kin: see testdata/recording/README.md")
	}
	python, err := exec.LookPath("python3.11")
	if err != nil {
		if python, err = exec.LookPath("python3"); err != nil {
			t.Skip("no python3 on the PATH to ask Flask with")
		}
	}
	day := time.Now().Format("20060102")
	for _, folder := range recorded(t) {
		t.Run(filepath.Base(filepath.Dir(folder))+"/"+filepath.Base(folder), func(t *testing.T) {
			t.Parallel()
			ask := exec.CommandContext(t.Context(), python, filepath.Join(folder, "record.py"), "--check", "--part", "0.1", "--seed", day)
			if told, err := ask.CombinedOutput(); err != nil {
				t.Errorf("%v of day %s: %v\n%s", ask.Args[1:], day, err, told)
			}
		})
	}
}
