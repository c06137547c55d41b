package servers

import (
	"bytes"
	"errors"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"

	"github.com/cantil-go/cantil/internal/testkit"
)

// Postgres starts a PostgreSQL with the database, the user and no password
// "postgres", and returns the URL of it. It refuses to run as root: then it
// runs as the user postgres, whom its package makes.
func Postgres(t testing.TB) string {
	t.Helper()
	url, _ := PostgresProcess(t)
	return url
}

// PostgresProcess is Postgres for a test that stops the server: it returns the
// process too.
func PostgresProcess(t testing.TB) (url string, p *Process) {
	t.Helper()
	bin := postgresBin(t)
	folder, err := os.MkdirTemp("", "cantil-postgres-")
	if err != nil {
		t.Fatal(err)
	}
	credential := unprivileged(t, "postgres", "postgresql", folder)
	t.Cleanup(func() { os.RemoveAll(folder) })
	data := filepath.Join(folder, "data")

	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
	initdb.Dir = folder
	initdb.SysProcAttr = childAttributes(credential)
	if out, err := initdb.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	p = start(t, ready(filepath.Join(data, "postmaster.pid")), func(port int) []string {
		return []string{filepath.Join(bin, "postgres"), "-D", data, "-p", strconv.Itoa(port), "-k", folder,
			"-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=200"}
	}, func(p *Process) { p.dir, p.credential, p.stop = folder, credential, syscall.SIGQUIT }) // which takes its shared memory along
	return "postgres://postgres@" + p.Addr + "/postgres?sslmode=disable", p
}

// ready looks into the file where PostgreSQL says so: it takes connections
// before, and refuses them.
func ready(file string) func(net.Conn) error {
	return func(net.Conn) error {
		text, err := os.ReadFile(file)
		if err == nil && !bytes.Contains(text, []byte("ready")) {
			err = errors.New("starting up")
		}
		return err
	}
}

// postgresBin finds the folder with initdb: on Debian it is not on the PATH.
func postgresBin(t testing.TB) string {
	t.Helper()
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path)
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		testkit.Missing(t, "postgresql")
	}
	return filepath.Dir(slices.Max(found))
}

// unprivileged returns the user that a package made for its server, which will not
// run as root, and gives folder to that user. If the tests do not run as root it
// is nil.
func unprivileged(t testing.TB, name, pkg, folder string) *credential {
	t.Helper()
	if os.Geteuid() != 0 {
		return nil
	}
	u, err := user.Lookup(name)
	if err != nil {
		testkit.Missing(t, pkg)
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	if err := os.Chown(folder, uid, gid); err != nil {
		t.Fatal(err)
	}
	return newCredential(uid, gid)
}
