package docstest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/cantil-go/cantil/internal/testkit/servers"
)

// builder is buildah with a storage of its own.
type builder struct {
	*testing.T
	program string
	storage []string
}

func (b builder) run(args ...string) (string, error) {
	cmd := exec.CommandContext(b.Context(), b.program, append(b.storage, args...)...)
	cmd.Env = append(os.Environ(), "BUILDAH_ISOLATION=chroot")
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

func (b builder) must(args ...string) string {
	b.Helper()
	out, err := b.run(args...)
	if err != nil {
		b.Fatalf("buildah %q: %v\n%s", args, err, out)
	}
	return out
}

// TestContainer builds the image of the Dockerfile, and runs what is in it where
// nothing else is. No registry can be asked here: the image golang is an empty one,
// in which the Go of this machine and a shell are mounted.
func TestContainer(t *testing.T) {
	buildah, shell := need(t, "buildah", "buildah"), need(t, "busybox", "busybox-static")
	if os.Getuid() != 0 {
		t.Skip("only root may change the root of a process")
	}
	folder, err := os.MkdirTemp("", "container") // whose files belong to others too
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	b := builder{t, buildah, []string{"--storage-driver", "vfs", "--root", filepath.Join(folder, "root"), "--runroot", filepath.Join(folder, "run")}}
	golang := filepath.Join(folder, "golang")
	write := func(name, text string) {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(golang, "ca-certificates.crt"), "")
	write(filepath.Join(golang, "Dockerfile"), "FROM scratch\nCOPY ca-certificates.crt /etc/ssl/certs/\nENV PATH=/usr/local/go/bin:/bin HOME=/root\nWORKDIR /tmp\n")
	image := strings.Fields(read(t, "docs/deploy/Dockerfile")[strings.Index(read(t, "docs/deploy/Dockerfile"), "FROM "):])[1]
	if out, err := b.run("bud", "-t", "docker.io/library/"+image, golang); err != nil {
		t.Skipf("no image can be built here: %v\n%s", err, out)
	}

	goroot, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	b.must("bud", "--pull-never", "-v", strings.TrimSpace(string(goroot))+":/usr/local/go:ro", "-v", shell+":/bin/sh:ro",
		"-t", "loja", "-f", filepath.Join(root, "docs/deploy/Dockerfile"), shop(t))

	if got := b.must("inspect", "--type", "image", "--format", "{{.OCIv1.Config.User}} {{.OCIv1.Config.Entrypoint}}", "loja"); got != "65534:65534 [/loja]" {
		t.Errorf("the image runs %s", got)
	}
	fmt.Println("deploy:", b.must("images", "--noheading", "--format", "an image of {{.Size}}", "loja"))
	inside := b.must("mount", b.must("from", "--pull-never", "loja"))
	if info, err := os.Stat(filepath.Join(inside, "tmp")); err != nil || info.Sys().(*syscall.Stat_t).Uid != 65534 {
		t.Errorf("/tmp is not the program's: %v", err)
	}
	addr := fmt.Sprint("127.0.0.1:", servers.FreePort(t))
	cmd := exec.Command("/loja")
	cmd.Env = []string{"CANTIL_LISTEN=" + addr, "SENHA=x"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: inside, Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	cmd.Dir = "/"
	startProgram(t, cmd)
	shows(t, "http://"+addr+"/", `href="/carrinho"`)
}

// shop is the shop of the examples as a module of its own, with all that it needs.
func shop(t *testing.T) string {
	t.Helper()
	from, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "loja")
	if err := os.CopyFS(folder, os.DirFS(filepath.Join(from, "examples/desafio"))); err != nil {
		t.Fatal(err)
	}
	tests, _ := filepath.Glob(filepath.Join(folder, "*_test.go"))
	for _, test := range tests {
		os.Remove(test)
	}
	module := strings.Replace(read(t, "go.mod"), "module github.com/cantil-go/cantil\n", "module loja\n\nrequire github.com/cantil-go/cantil v0.0.0\n\nreplace github.com/cantil-go/cantil => "+from+"\n", 1)
	for name, text := range map[string]string{"go.mod": module, "go.sum": read(t, "go.sum")} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "go", "mod", "vendor")
	cmd.Dir = folder
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return folder
}
