package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/cantil-go/cantil/session"
)

// Store is a session.Store in a table.
type Store struct {
	db      *sql.DB
	dialect Dialect
	layout  layout
	table   string
	now     func() time.Time
	pause   func(context.Context, time.Duration) error // between two batches of Cleanup
	statements
	hasOwners atomic.Bool // the table of owners is there
}

// Option changes what New does by default.
type Option func(*Store)

// Table is the name of the table, SESSION_SQLALCHEMY_TABLE: "sessions". The
// schema it is in, if any, comes first, with a dot.
func Table(name string) Option {
	if !validTable(name) {
		panic(fmt.Errorf("sqlstore: Table(%q): letters, digits and underscores, and a dot after a schema", name))
	}
	return func(s *Store) { s.table = name }
}

// FlaskSessions is for the table of Flask-Session's own PostgreSQL backend,
// SESSION_TYPE = "postgresql", which is named flask_sessions
// (SESSION_POSTGRESQL_TABLE) unless Table says otherwise.
func FlaskSessions() Option {
	return func(s *Store) { s.layout = flaskSessions }
}

// Clock is the clock by which rows expire: time.Now unless set.
func Clock(now func() time.Time) Option {
	return func(s *Store) { s.now = now }
}

// New returns a Store in a table of db, SESSION_SQLALCHEMY. It does not touch
// the database. A mistake in the options panics.
func New(db *sql.DB, dialect Dialect, options ...Option) *Store {
	if db == nil {
		panic(errors.New("sqlstore: New needs a database"))
	}
	if dialect != SQLite && dialect != PostgreSQL && dialect != MySQL {
		panic(errors.New("sqlstore: New: unknown dialect"))
	}
	s := &Store{db: db, dialect: dialect, now: time.Now, pause: pause}
	for _, option := range options {
		option(s)
	}
	if s.layout == flaskSessions && dialect != PostgreSQL {
		panic(errors.New("sqlstore: FlaskSessions is a table of PostgreSQL"))
	}
	if s.table == "" {
		s.table = map[layout]string{sqlAlchemy: "sessions", flaskSessions: "flask_sessions"}[s.layout]
	}
	st := *statementsOf[s.layout][dialect]
	st.owners = ownersOf[dialect]
	s.statements = st.forTable(s.table, dialect.quoteMark())
	return s
}

// CreateTable makes the table if it is not there, as Flask-Session does when it
// starts, and an index on the expiry, which Flask-Session does not make and
// Cleanup needs, and the table of owners ([session.OwnerStore]), named like the
// other with "_owners". An index that is there already, under whatever name, is enough. To
// index a large table takes its database some seconds, in which nothing is
// written; PostgreSQL's CREATE INDEX CONCURRENTLY, by hand and before, does not
// have requests wait.
func (s *Store) CreateTable(ctx context.Context) error {
	for _, statement := range slices.Concat(s.create, s.owners.create) {
		if _, err := s.db.ExecContext(ctx, statement); err != nil {
			return failed("create the table", err)
		}
	}
	s.hasOwners.Store(true)
	return failed("create the index", s.createIndex(ctx))
}

// createIndex does not mind that another program is faster.
func (s *Store) createIndex(ctx context.Context) error {
	there, err := s.hasIndex(ctx)
	if there || err != nil {
		return err
	}
	_, err = s.db.ExecContext(ctx, s.index)
	if err != nil {
		if there, _ := s.hasIndex(ctx); there {
			return nil
		}
	}
	return err
}

func (s *Store) hasIndex(ctx context.Context) (bool, error) {
	var n int
	err := s.db.QueryRowContext(ctx, s.indexed).Scan(&n)
	return n > 0, err
}

// Get implements [session.Store] by SELECT.
func (s *Store) Get(ctx context.Context, key string) (session.Row, bool, error) {
	row, alive, _, err := s.load(ctx, s.get, values{keyParam: key, nowParam: s.until(0)})
	if err == nil && row.Data != nil && !alive {
		err = s.removeExpired(ctx, key)
	}
	return row, alive, failed("get", err)
}

// GetExtend implements [session.Extender].
func (s *Store) GetExtend(ctx context.Context, key string, ttl time.Duration) (session.Row, bool, error) {
	v := values{keyParam: key, nowParam: s.until(0), untilParam: s.until(ttl)}
	row, alive, due, err := s.load(ctx, s.getExtend, v)
	switch {
	case err != nil || row.Data == nil:
	case !alive:
		err = s.removeExpired(ctx, key)
	case due:
		_, err = s.exec(ctx, s.extend, v)
	}
	return row, alive, failed("get", err)
}

// load gets a row, also one that has expired, and reports whether it is alive
// and whether its expiry is still to be moved.
func (s *Store) load(ctx context.Context, st statement, v values) (row session.Row, alive, due bool, err error) {
	err = s.db.QueryRowContext(ctx, st.text, st.args(v)...).Scan(&row.Data, &alive, &due)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	if row.Data == nil { // none, or NULL, which is no session either
		alive = false
	}
	return row, alive, due, err
}

// removeExpired deletes a row when it is found to have expired, as
// Flask-Session does, unless it came to life again.
func (s *Store) removeExpired(ctx context.Context, key string) error {
	_, err := s.exec(ctx, s.expire, values{keyParam: key, nowParam: s.until(0)})
	return err
}

// Set implements [session.Store] by INSERT, or UPDATE where there is a row.
func (s *Store) Set(ctx context.Context, key string, data []byte, ttl time.Duration) error {
	_, err := s.exec(ctx, s.set, values{keyParam: key, dataParam: data, untilParam: s.until(ttl)})
	return failed("set", err)
}

// Swap implements [session.Store] by an UPDATE or a DELETE of the row that
// still has the loaded data.
func (s *Store) Swap(ctx context.Context, key string, loaded session.Row, data []byte, ttl time.Duration) (bool, error) {
	if data == nil {
		n, err := s.exec(ctx, s.swapDelete, values{keyParam: key, loadedParam: loaded.Data})
		return n > 0, failed("swap", err)
	}
	n, err := s.exec(ctx, s.swap, values{keyParam: key, dataParam: data, untilParam: s.until(ttl), loadedParam: loaded.Data})
	if n == 0 && err == nil && s.dialect == MySQL {
		return s.alreadyThere(ctx, key, loaded.Data, data)
	}
	return n > 0, failed("swap", err)
}

// alreadyThere reports whether an UPDATE affected no row because it had nothing
// to change: MySQL counts only what changed, unless the client asks otherwise.
func (s *Store) alreadyThere(ctx context.Context, key string, loaded, data []byte) (bool, error) {
	if string(loaded) != string(data) {
		return false, nil
	}
	row, _, err := s.Get(ctx, key)
	return row.Data != nil && string(row.Data) == string(data), err
}

// Delete implements [session.Store] by DELETE.
func (s *Store) Delete(ctx context.Context, key string) error {
	_, err := s.exec(ctx, s.delete, values{keyParam: key})
	return failed("delete", err)
}

// exec runs a statement and returns how many rows it affected.
func (s *Store) exec(ctx context.Context, st statement, v values) (int64, error) {
	result, err := s.db.ExecContext(ctx, st.text, st.args(v)...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// until is the time in ttl from now, in whole seconds, as the table has it.
func (s *Store) until(ttl time.Duration) string {
	layout := "2006-01-02 15:04:05.000000"
	if s.layout == flaskSessions {
		layout += "+00"
	}
	return s.now().Add(ttl).UTC().Truncate(time.Second).Format(layout)
}

func failed(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("sqlstore: %s: %w", doing, err)
}
