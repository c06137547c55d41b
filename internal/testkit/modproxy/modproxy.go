// Package modproxy serves this checkout as a released module, so that tests can
// install it as a stranger does.
package modproxy

import (
	"archive/zip"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const module = "github.com/cantil-go/cantil"

// version is one that is never released, and of this process alone: several test
// at the same time.
var version = fmt.Sprintf("v0.0.1-0.test.%d.%d", os.Getpid(), time.Now().Unix())

// Env makes a module proxy of the checkout at root, a folder for GOPROXY=file://,
// and returns the variables of the environment with which go finds it there, and
// everything else where it did before. What go keeps of it goes with the test.
func Env(t testing.TB, root string) []string {
	t.Helper()
	folder := t.TempDir()
	at := filepath.Join(folder, filepath.FromSlash(module), "@v")
	if err := os.MkdirAll(at, 0o700); err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"list": version + "\n", version + ".mod": string(mod),
		version + ".info": fmt.Sprintf(`{"Version": %q, "Time": "2026-01-02T03:04:05Z"}`, version),
	} {
		if err := os.WriteFile(filepath.Join(at, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := pack(root, filepath.Join(at, version+".zip")); err != nil {
		t.Fatal(err)
	}
	cache, proxy := goEnv(t, "GOMODCACHE"), goEnv(t, "GOPROXY")
	t.Cleanup(func() { forget(cache) })
	downloaded := "file://" + filepath.ToSlash(filepath.Join(cache, "cache", "download"))
	return []string{"GOPROXY=file://" + filepath.ToSlash(folder) + "," + downloaded + "," + proxy,
		"GOSUMDB=off", "GONOSUMDB=*", "GOFLAGS=", "GOWORK=off"}
}

func goEnv(t testing.TB, name string) string {
	t.Helper()
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// pack writes the module's zip: its files below module@version/, without other
// modules and what is hidden.
func pack(root, file string) error {
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer out.Close()
	w := zip.NewWriter(out)
	err = filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || name == root {
			return err
		}
		if entry.IsDir() {
			_, other := os.Stat(filepath.Join(name, "go.mod"))
			if other == nil || strings.HasPrefix(entry.Name(), ".") || entry.Name() == "node_modules" {
				return fs.SkipDir
			}
			return nil
		}
		if !entry.Type().IsRegular() || strings.Contains(name, "testdata") {
			return nil
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		f, err := w.Create(path.Join(module+"@"+version, filepath.ToSlash(relative)))
		if err == nil {
			_, err = f.Write(text)
		}
		return err
	})
	if err != nil {
		return err
	}
	return w.Close()
}

// forget takes the version out of go's cache of modules.
func forget(cache string) {
	unpacked := filepath.Join(cache, filepath.FromSlash(module)+"@"+version)
	filepath.WalkDir(unpacked, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			os.Chmod(name, 0o700)
		}
		return nil
	})
	os.RemoveAll(unpacked)
	files, _ := filepath.Glob(filepath.Join(cache, "cache", "download", filepath.FromSlash(module), "@v", version+".*"))
	for _, file := range files {
		os.Remove(file)
	}
}
