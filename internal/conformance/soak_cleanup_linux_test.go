package conformance

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/internal/testkit"
	"github.com/cantil-go/cantil/internal/testkit/servers"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/sqlstore"
)

// sqliteOptions are those that the documentation of sqlstore recommends.
const sqliteOptions = "?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)"

// TestSoakCleanup removes the expired half of a table while visitors read and
// write their sessions in it. All of them are served, nothing of theirs is lost,
// and in the end no expired row is left.
func TestSoakCleanup(t *testing.T) {
	for _, c := range []struct {
		name, driver, source string
		dialect              sqlstore.Dialect
	}{
		{"sqlite", "sqlite", "file:" + filepath.Join(t.TempDir(), "sessions.db") + sqliteOptions, sqlstore.SQLite},
		{"postgresql", "pgx", servers.Postgres(t), sqlstore.PostgreSQL},
		{"mysql", "mysql", servers.MariaDB(t), sqlstore.MySQL},
	} {
		t.Run(c.name, func(t *testing.T) {
			db, err := sql.Open(c.driver, c.source)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			db.SetMaxIdleConns(16)
			store := sqlstore.New(db, c.dialect)
			rows := soakOr(1_000_000, 5_000)
			fillSessions(t, db, store, c.name, rows)
			cleanBesideVisitors(t, db, store, rows/2+rows/100)
		})
	}
}

func fillSessions(t *testing.T, db *sql.DB, store *sqlstore.Store, dialect string, rows int) {
	t.Helper()
	if err := store.CreateTable(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, text := range testkit.SessionRows(dialect, "sessions", rows) {
		if _, err := db.ExecContext(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
}

// cleanBesideVisitors runs CleanupEvery until a count of rows is gone.
func cleanBesideVisitors(t *testing.T, db *sql.DB, store *sqlstore.Store, expired int) {
	app := cantil.New()
	app.SecretKey, app.SessionInterface = "the program under test", session.NewServerSide(store)
	app.Get("/set/<int:n>", cantil.Endpoint("set"))(func(c *cantil.Context) any {
		c.Session().Set("n", c.ParamInt("n"))
		return "set"
	})
	app.Get("/get", cantil.Endpoint("get"))(func(c *cantil.Context) any { return fmt.Sprint(c.Session().Get("n")) })
	const all = 8
	end := make(chan struct{})
	got := make([]cleanupAnswers, all)
	var group sync.WaitGroup
	for i := range all {
		group.Go(func() { got[i].visit(app.TestClient(), end) })
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	began := time.Now()
	store.CleanupEvery(ctx, time.Hour)
	left := -1
	for stop := time.Now().Add(2 * time.Minute); left != 0 && time.Now().Before(stop); time.Sleep(50 * time.Millisecond) {
		if err := db.QueryRow(`SELECT COUNT(*) FROM sessions WHERE expiry <= '2002-01-01 00:00:00' OR expiry IS NULL`).Scan(&left); err != nil {
			t.Fatal(err)
		}
	}
	took := time.Since(began)
	close(end)
	group.Wait()
	var whole cleanupAnswers
	for _, a := range got {
		whole.times, whole.wrong = append(whole.times, a.times...), append(whole.wrong, a.wrong...)
	}
	atMost(t, fmt.Sprintf("cleanup: expired rows left of %d", expired), left, 0)
	atMost(t, "cleanup: visitors' answers that are wrong "+strings.Join(whole.wrong[:min(3, len(whole.wrong))], ", "), len(whole.wrong), 0)
	shows(t, "cleanup: time", took, "60s", "SQLite: 157,000 left after 60s")
	shows(t, fmt.Sprintf("cleanup: %d requests beside it, p99 and slowest", len(whole.times)),
		fmt.Sprint(quantile(whole.times, 0.99), " ", quantile(whole.times, 1)), "50ms", "SQLite: 48 of 56 writes 503 after 3s")
}

// cleanupAnswers are what a visitor was answered.
type cleanupAnswers struct {
	times []time.Duration
	wrong []string
}

// visit writes and reads until end closes, once at least.
func (a *cleanupAnswers) visit(client *cantil.Client, end <-chan struct{}) {
	for n := 0; ; n++ {
		for _, step := range [][2]string{{fmt.Sprint("/set/", n), "set"}, {"/get", fmt.Sprint(n)}} {
			began := time.Now()
			r := client.Get(step[0])
			a.times = append(a.times, time.Since(began))
			if r.Status != 200 || r.Text() != step[1] {
				a.wrong = append(a.wrong, fmt.Sprintf("%s: %d %.60q", step[0], r.Status, r.Text()))
			}
		}
		select {
		case <-end:
			return
		case <-time.After(2 * time.Millisecond):
		}
	}
}
