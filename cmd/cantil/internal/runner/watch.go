package runner

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
)

// watcher tells of changes to what a program is built of.
type watcher struct {
	*fsnotify.Watcher
	changed chan struct{} // has room for one
	failed  func(folder string, err error)

	mu       sync.Mutex
	embedded []pattern // what go:embed takes
	told     bool      // that a folder cannot be watched
}

// pattern is one of a go:embed.
type pattern struct{ folder, glob string }

// newWatcher tells failed once if a folder cannot be watched.
func newWatcher(failed func(folder string, err error)) (*watcher, error) {
	inner, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	w := &watcher{Watcher: inner, changed: make(chan struct{}, 1), failed: failed}
	go w.read()
	return w, nil
}

func (w *watcher) read() {
	for {
		select {
		case event, ok := <-w.Events:
			if !ok {
				return
			}
			w.note(event)
		case _, ok := <-w.Errors: // events were lost: a build does no harm
			if !ok {
				return
			}
			w.notify()
		}
	}
}

func (w *watcher) note(event fsnotify.Event) {
	if event.Op == fsnotify.Chmod && !touched(event.Name) {
		return
	}
	if event.Has(fsnotify.Create) {
		if isFolder(event.Name) {
			if !ignoredFolder(filepath.Base(event.Name)) {
				w.addTree(event.Name, true)
			}
			return
		}
	}
	if w.matters(event.Name) {
		w.notify()
	}
}

// touched reports whether a file was given the time of now, which touch does and a
// change of its mode does not.
func touched(name string) bool {
	info, err := os.Stat(name)
	return err == nil && time.Since(info.ModTime()).Abs() < 2*time.Second
}

func (w *watcher) notify() {
	select {
	case w.changed <- struct{}{}:
	default:
	}
}

// listed is what go list says of a package.
type listed struct {
	Dir           string
	Standard      bool
	EmbedPatterns []string
	Module        *struct {
		Main    bool
		Dir     string
		Replace *struct{ Version string }
	}
}

// follow watches the folders that pkg is built of: the whole of its own module, and
// of others that lie on this disk by a replace or go.work. What cannot be listed, as
// in a program with errors, is found the next time.
func (w *watcher) follow(ctx context.Context, pkg string) {
	cmd := exec.CommandContext(ctx, "go", "list", "-e", "-deps", "-json=Dir,Standard,EmbedPatterns,Module", pkg)
	out, _ := cmd.Output()
	var embedded []pattern
	trees := map[string]bool{}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if dec.Decode(&p) != nil {
			break
		}
		local := p.Module == nil || p.Module.Main || p.Module.Replace != nil && p.Module.Replace.Version == ""
		if p.Standard || p.Dir == "" || !local {
			continue
		}
		for _, glob := range p.EmbedPatterns {
			embedded = append(embedded, pattern{p.Dir, strings.TrimPrefix(glob, "all:")})
		}
		if p.Module != nil && p.Module.Dir != "" { // with -mod=vendor a replaced one has none
			trees[p.Module.Dir] = true
			continue
		}
		w.add(p.Dir)
	}
	w.mu.Lock()
	if len(embedded) > 0 || len(trees) > 0 {
		w.embedded = embedded
	}
	w.mu.Unlock()
	if len(trees) == 0 {
		trees["."] = true
	}
	for tree := range trees {
		w.addTree(tree, false)
	}
	if work, err := exec.CommandContext(ctx, "go", "env", "GOWORK").Output(); err == nil {
		if file := strings.TrimSpace(string(work)); filepath.IsAbs(file) { // it may lie beside the modules
			w.add(filepath.Dir(file))
		}
	}
}

// addTree watches a folder and those in it, by links too. fresh: what is there
// already is a change.
func (w *watcher) addTree(root string, fresh bool) { w.walk(root, fresh, map[string]bool{}) }

// walk is addTree. seen are the folders of before, without links: one can lead back.
func (w *watcher) walk(root string, fresh bool, seen map[string]bool) {
	target, err := filepath.EvalSymlinks(root) // WalkDir does not follow a link
	if err != nil {
		return // gone again
	}
	_ = filepath.WalkDir(target, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return nil // gone again
		}
		below, err := filepath.Rel(target, path)
		if err != nil {
			return err
		}
		named := filepath.Join(root, below) // as go list and go:embed name it
		switch {
		case entry.IsDir() && (seen[path] || path != target && ignoredFolder(entry.Name())):
			return filepath.SkipDir
		case entry.IsDir():
			seen[path] = true
			w.add(named)
		case entry.Type()&fs.ModeSymlink != 0 && isFolder(path):
			if !ignoredFolder(entry.Name()) {
				w.walk(named, fresh, seen)
			}
		case fresh && w.matters(named):
			w.notify()
		}
		return nil
	})
}

// add watches a folder.
func (w *watcher) add(folder string) {
	err := w.Add(folder)
	if err == nil || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fsnotify.ErrClosed) { // gone again, or the command ends
		return
	}
	w.mu.Lock()
	first := !w.told
	w.told = true
	w.mu.Unlock()
	if first {
		w.failed(folder, err)
	}
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func ignoredFolder(name string) bool {
	return strings.HasPrefix(name, ".") || name == "node_modules" || name == "vendor"
}

// matters reports whether a program may differ after a change of this file.
func (w *watcher) matters(path string) bool {
	base := filepath.Base(path)
	if strings.HasPrefix(base, ".") || strings.HasPrefix(base, "#") || strings.HasSuffix(base, "~") {
		return false // an editor's
	}
	switch base {
	case "go.mod", "go.sum", "go.work", "go.work.sum":
		return true
	}
	switch filepath.Ext(base) {
	case ".go":
		return !strings.HasSuffix(base, "_test.go")
	case ".c", ".h", ".s", ".S", ".cc", ".cpp", ".syso":
		return true
	}
	parts := strings.Split(filepath.ToSlash(filepath.Dir(path)), "/")
	return slices.Contains(parts, "templates") || w.embeds(path)
}

// embeds reports whether a go:embed takes the file, a new one too.
func (w *watcher) embeds(path string) bool {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.ContainsFunc(w.embedded, func(p pattern) bool {
		relative, err := filepath.Rel(p.folder, absolute)
		if err != nil || strings.HasPrefix(relative, "..") {
			return false
		}
		for name := relative; name != "."; name = filepath.Dir(name) {
			if ok, _ := filepath.Match(filepath.FromSlash(p.glob), name); ok {
				return true
			}
		}
		return p.glob == "."
	})
}
