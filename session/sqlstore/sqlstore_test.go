package sqlstore_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/cantil-go/cantil/internal/testkit/servers"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/sqlstore"
	"github.com/cantil-go/cantil/session/storetest"
)

const pragmas = "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)"

func open(t *testing.T, driver, source string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func openSQLite(t *testing.T) *sql.DB {
	return open(t, "sqlite", "file:"+filepath.Join(t.TempDir(), "sessions.db")+pragmas)
}

func created(t *testing.T, store *sqlstore.Store) *sqlstore.Store {
	t.Helper()
	for range 2 { // it does not mind that the table is there
		if err := store.CreateTable(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return store
}

func TestSQLite(t *testing.T) {
	storetest.Run(t, func(t *testing.T) session.Store {
		return created(t, sqlstore.New(openSQLite(t), sqlstore.SQLite))
	})
}

func TestPostgreSQL(t *testing.T) {
	db := open(t, "pgx", servers.Postgres(t))
	for name, options := range map[string][]sqlstore.Option{
		"sessions":       nil,
		"flask_sessions": {sqlstore.FlaskSessions()},
	} {
		t.Run(name, func(t *testing.T) {
			store := created(t, sqlstore.New(db, sqlstore.PostgreSQL, options...))
			storetest.Run(t, func(*testing.T) session.Store { return store })
		})
	}
}

func TestMariaDB(t *testing.T) {
	db := open(t, "mysql", servers.MariaDB(t))
	store := created(t, sqlstore.New(db, sqlstore.MySQL))
	if err := store.Set(t.Context(), "k", make([]byte, 1<<16), time.Hour); err == nil {
		t.Error("a BLOB takes 64 KiB")
	}
	if _, err := db.ExecContext(t.Context(), "ALTER TABLE sessions MODIFY data MEDIUMBLOB"); err != nil { // as the documentation says
		t.Fatal(err)
	}
	storetest.Run(t, func(*testing.T) session.Store { return store })
}

// TestNoExpiry: rows without an expiry, as other programs may leave, have
// expired in the one table and live for ever in the other.
func TestNoExpiry(t *testing.T) {
	postgres, mariadb := open(t, "pgx", servers.Postgres(t)), open(t, "mysql", servers.MariaDB(t))
	for _, c := range []struct {
		name, table string
		db          *sql.DB
		store       *sqlstore.Store
		alive       bool
	}{
		{"sqlite", "sessions", nil, nil, false},
		{"postgresql", "sessions", postgres, sqlstore.New(postgres, sqlstore.PostgreSQL), false},
		{"mariadb", "sessions", mariadb, sqlstore.New(mariadb, sqlstore.MySQL), false},
		{"flask_sessions", "flask_sessions", postgres, sqlstore.New(postgres, sqlstore.PostgreSQL, sqlstore.FlaskSessions()), true},
	} {
		if c.db == nil {
			c.db = openSQLite(t)
			c.store = sqlstore.New(c.db, sqlstore.SQLite)
		}
		created(t, c.store)
		for _, extend := range []bool{false, true} {
			insert(t, c.db, c.table, "k", "data", nil)
			row, found, err := c.store.Get(t.Context(), "k")
			if extend {
				row, found, err = c.store.GetExtend(t.Context(), "k", time.Hour)
			}
			if err != nil || found != c.alive || found && string(row.Data) != "data" {
				t.Errorf("%s, extend %v: %q, %v, %v", c.name, extend, row.Data, found, err)
			}
			if err := c.store.Delete(t.Context(), "k"); err != nil {
				t.Error(err)
			}
		}
		insert(t, c.db, c.table, "null", nil, "2999-01-01 00:00:00")
		if row, found, err := c.store.GetExtend(t.Context(), "null", time.Hour); err != nil || found {
			t.Errorf("%s: no data: %q, %v, %v", c.name, row.Data, found, err)
		}
	}
}

func insert(t *testing.T, db *sql.DB, table, key string, data, expiry any) {
	t.Helper()
	if text, ok := data.(string); ok {
		data = []byte(text)
	}
	text := `INSERT INTO ` + table + ` (session_id, data, expiry) VALUES ($1, $2, $3)`
	if _, ok := db.Driver().(*mysql.MySQLDriver); ok {
		text = strings.NewReplacer("$1", "?", "$2", "?", "$3", "?").Replace(text)
	}
	_, err := db.ExecContext(t.Context(), text, key, data, expiry)
	if err != nil {
		t.Fatal(err)
	}
}

// TestCleanupEvery: it starts at once, comes back, and ends with its context.
func TestCleanupEvery(t *testing.T) {
	db := openSQLite(t)
	store := created(t, sqlstore.New(db, sqlstore.SQLite))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for _, key := range []string{"a", "b"} {
		insert(t, db, "sessions", key, "data", "2001-01-01 00:00:00.000000")
		if key == "a" {
			store.CleanupEvery(ctx, 20*time.Millisecond)
		}
		left := -1
		for began := time.Now(); left != 0 && time.Since(began) < 5*time.Second; time.Sleep(5 * time.Millisecond) {
			if err := db.QueryRow(`SELECT count(*) FROM sessions`).Scan(&left); err != nil {
				t.Fatal(err)
			}
		}
		if left != 0 {
			t.Fatalf("row %s is still there", key)
		}
	}
}

// TestExtendOnceASecond: requests within a second of each other move the expiry
// once.
func TestExtendOnceASecond(t *testing.T) {
	now := time.Unix(2_000_000_000, 0)
	db := openSQLite(t)
	store := created(t, sqlstore.New(db, sqlstore.SQLite, sqlstore.Clock(func() time.Time { return now })))
	if err := store.Set(t.Context(), "k", []byte("data"), time.Hour); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		after time.Duration
		want  string
	}{
		{300 * time.Millisecond, "2033-05-18 04:33:20.000000"},
		{600 * time.Millisecond, "2033-05-18 04:33:20.000000"},
		{200 * time.Millisecond, "2033-05-18 04:33:21.000000"},
		{time.Minute, "2033-05-18 04:34:21.000000"},
		{-time.Minute, "2033-05-18 04:34:21.000000"}, // another program's clock goes wrong
	} {
		now = now.Add(step.after)
		if _, found, err := store.GetExtend(t.Context(), "k", time.Hour); err != nil || !found {
			t.Fatal(found, err)
		}
		var expiry string
		if err := db.QueryRow(`SELECT CAST(expiry AS TEXT) FROM sessions`).Scan(&expiry); err != nil {
			t.Fatal(err)
		}
		if expiry != step.want {
			t.Errorf("after %v: expires %s, want %s", step.after, expiry, step.want)
		}
	}
}
