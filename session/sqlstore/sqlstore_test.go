package sqlstore_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/cantil-go/cantil/internal/testservers"
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
	db := open(t, "pgx", testservers.Postgres(t))
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
