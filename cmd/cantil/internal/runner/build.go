package runner

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"time"
)

// binaries is the folder of what was built. A running program's file cannot be
// replaced everywhere, so each build has one of its own.
type binaries struct {
	folder string
	n      int
	kept   string
}

func newBinaries() (*binaries, error) {
	folder, err := os.MkdirTemp("", "cantil-run-")
	return &binaries{folder: folder}, err
}

// next is the file of the next build.
func (b *binaries) next() string {
	b.n++
	name := "program-" + strconv.Itoa(b.n)
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(b.folder, name)
}

// keep removes the file before this one.
func (b *binaries) keep(file string) {
	if b.kept != "" {
		os.Remove(b.kept)
	}
	b.kept = file
}

func (b *binaries) remove() { os.RemoveAll(b.folder) }

// build is one go build. Its results may be read once done is closed.
type build struct {
	cancel  context.CancelFunc
	done    chan struct{}
	changed time.Time // what it was started for
	binary  string
	took    time.Duration
	output  string
	err     error
}

// startBuild builds pkg, and has follow look at what it is made of meanwhile.
func startBuild(ctx context.Context, pkg, binary string, changed time.Time, follow func(context.Context, string)) *build {
	ctx, cancel := context.WithCancel(ctx)
	b := &build{cancel: cancel, done: make(chan struct{}), changed: changed, binary: binary}
	go func() {
		defer close(b.done)
		defer cancel()
		var following sync.WaitGroup
		following.Go(func() { follow(ctx, pkg) })
		defer following.Wait()
		started := time.Now()
		var output bytes.Buffer
		cmd := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-o", binary, pkg)
		cmd.Stdout, cmd.Stderr = &output, &output
		ownGroup(cmd)
		cmd.Cancel = func() error { return killGroup(cmd) }
		cmd.WaitDelay = time.Second
		b.err = cmd.Run()
		b.took, b.output = time.Since(started), output.String()
		if b.err == nil && !isProgram(binary) {
			b.err = errors.New(pkg + " is not a main package: there is nothing to run")
		}
	}()
	return b
}

// isProgram reports whether go build wrote a program: of a package that is not
// main it writes an archive, or nothing.
func isProgram(name string) bool {
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, len(archive))
	_, err = io.ReadFull(f, head)
	return err == nil && string(head) != archive
}

// archive is how a library begins.
const archive = "!<arch>\n"
