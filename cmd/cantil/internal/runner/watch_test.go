package runner

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestWatcherIgnores: packages of npm and repositories that are made while it
// watches are not watched: they would use up what the system allows.
func TestWatcherIgnores(t *testing.T) {
	w, err := newWatcher(func(folder string, err error) { t.Errorf("%s: %v", folder, err) })
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	root := t.TempDir()
	w.addTree(root, false)
	for _, name := range []string{"node_modules/x/templates", ".git/templates", "vendor/x", "pages/deep", "last"} {
		if err := os.MkdirAll(filepath.Join(root, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for range 10_000 {
		if slices.Contains(w.WatchList(), filepath.Join(root, "last")) { // events come in their order
			break
		}
		<-tick.C
	}
	var got []string
	for _, folder := range w.WatchList() {
		got = append(got, strings.TrimPrefix(filepath.ToSlash(strings.TrimPrefix(folder, root)), "/"))
	}
	slices.Sort(got)
	if want := []string{"", "last", "pages", "pages/deep"}; !slices.Equal(got, want) {
		t.Errorf("%q is watched, want %q", got, want)
	}
}

// TestWatcherSaysWhatItCannotSee once.
func TestWatcherSaysWhatItCannotSee(t *testing.T) {
	told := 0
	w, err := newWatcher(func(string, error) { told++ })
	if err != nil {
		t.Fatal(err)
	}
	w.add(strings.Repeat("x", 100_000))
	w.add(strings.Repeat("y", 100_000))
	w.Close()
	w.told = false
	w.addTree(t.TempDir(), false)
	if told != 1 {
		t.Errorf("told %d times", told)
	}
}
