package servers

import (
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// MariaDB starts a MariaDB server and returns the data source name of an empty
// database, as Go's MySQL driver wants it.
func MariaDB(t testing.TB) string {
	t.Helper()
	install := find(t, "mariadb-install-db", "mariadb-server")
	program := find(t, "/usr/sbin/mariadbd", "mariadb-server") // not on everybody's PATH
	folder, err := os.MkdirTemp("", "cantil-mariadb-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	credential := unprivileged(t, "mysql", "mariadb-server", folder)
	data, setup := filepath.Join(folder, "data"), filepath.Join(folder, "setup.sql")
	const statements = "CREATE DATABASE IF NOT EXISTS cantil CHARACTER SET utf8mb4;\n" +
		"CREATE USER IF NOT EXISTS cantil@'%';\nGRANT ALL ON cantil.* TO cantil@'%';\n"
	if err := os.WriteFile(setup, []byte(statements), 0o644); err != nil {
		t.Fatal(err)
	}
	createMariaDB(t, install, folder, data, credential)
	p := start(t, greets, func(port int) []string {
		return append([]string{program, "--no-defaults", "--datadir=" + data, "--socket=" + filepath.Join(folder, "s"),
			"--bind-address=127.0.0.1", "--port=" + strconv.Itoa(port), "--skip-name-resolve", "--skip-log-bin",
			"--innodb-flush-log-at-trx-commit=0", "--max-connections=200", "--init-file=" + setup}, small...)
	}, func(p *Process) { p.dir, p.credential = folder, credential })
	return "cantil@tcp(" + p.Addr + ")/cantil"
}

// small keeps a server that lives for one test within a small machine: little
// memory, a log of 8 MiB instead of 96, and none of the kernel's queues for
// asynchronous writes, of which a machine has few.
var small = []string{"--innodb-use-native-aio=0", "--innodb-buffer-pool-size=32M", "--innodb-log-file-size=8M"}

// createMariaDB makes the system tables in the folder data. That fails now and
// then on a busy machine, so it is tried three times, each from nothing.
func createMariaDB(t testing.TB, install, folder, data string, as *credential) {
	t.Helper()
	arguments := append([]string{"--no-defaults", "--datadir=" + data,
		"--auth-root-authentication-method=normal", "--skip-test-db"}, small...)
	for attempt := 1; ; attempt++ {
		create := exec.Command(install, arguments...)
		create.Dir, create.SysProcAttr = folder, childAttributes(as)
		out, err := create.CombinedOutput()
		if err == nil {
			return
		}
		if attempt == 3 {
			t.Fatalf("mariadb-install-db: %v\n%s", err, out)
		}
		t.Logf("mariadb-install-db, attempt %d: %v\n%s", attempt, err, out)
		if err := os.RemoveAll(data); err != nil {
			t.Fatal(err)
		}
	}
}

// greets waits for the first packet, which the server sends unasked: its protocol
// has the number 10.
func greets(conn net.Conn) error {
	packet := make([]byte, 5)
	if _, err := io.ReadFull(conn, packet); err != nil {
		return err
	}
	if packet[4] != 10 {
		return errors.New("not the greeting of a MariaDB server")
	}
	return nil
}
