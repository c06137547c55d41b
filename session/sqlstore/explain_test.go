package sqlstore

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/cantil-go/cantil/internal/testkit"
	"github.com/cantil-go/cantil/internal/testkit/servers"
)

// asked are the statements that look for rows, by their names.
func (st *statements) asked() map[string]statement {
	return map[string]statement{
		"get": st.get, "getExtend": st.getExtend, "extend": st.extend, "expire": st.expire,
		"swap": st.swap, "swapDelete": st.swapDelete, "delete": st.delete,
		"cleanup": st.cleanup, "cleanupUndated": st.cleanupUndated,
		"owners.list": st.owners.list, "owners.remove": st.owners.remove, "owners.cleanup": st.owners.cleanup,
	}
}

// TestIndexesServe asks each database how it would find the rows of each
// statement in a table of some size: by an index, always, and never by looking
// at all of them or by sorting.
func TestIndexesServe(t *testing.T) {
	sqliteFile := "file:" + filepath.Join(t.TempDir(), "sessions.db")
	for _, c := range []struct {
		name, driver, source string
		dialect              Dialect
		options              []Option
	}{
		{"sqlite", "sqlite", sqliteFile, SQLite, nil},
		{"sqlite, main.", "sqlite", sqliteFile, SQLite, []Option{Table("main.others")}},
		{"postgresql", "pgx", servers.Postgres(t), PostgreSQL, nil},
		{"postgresql, public.", "pgx", "", PostgreSQL, []Option{Table("public.others")}},
		{"flask_sessions", "pgx", "", PostgreSQL, []Option{FlaskSessions()}},
		{"mariadb", "mysql", servers.MariaDB(t), MySQL, nil},
		{"mariadb, cantil.", "mysql", "", MySQL, []Option{Table("cantil.others")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := New(openOnce(t, c.driver, c.source), c.dialect, c.options...)
			fill(t, s, 20_000)
			for name, st := range s.asked() {
				if st.text == "" {
					continue
				}
				if fault := s.scans(t, st); fault != "" {
					t.Errorf("%s: %s\n%s", name, st.text, fault)
				}
			}
		})
	}
}

var opened = map[string]*sql.DB{}

// openOnce opens the database of a driver, the one before if source is "".
func openOnce(t *testing.T, driver, source string) *sql.DB {
	t.Helper()
	if source != "" {
		db, err := sql.Open(driver, source)
		if err != nil {
			t.Fatal(err)
		}
		opened[driver] = db
	}
	return opened[driver]
}

// fill makes the table of a store with n rows.
func fill(t *testing.T, s *Store, n int) {
	t.Helper()
	if err := s.CreateTable(t.Context()); err != nil {
		t.Fatal(err)
	}
	name := map[Dialect]string{SQLite: "sqlite", PostgreSQL: "postgresql", MySQL: "mysql"}[s.dialect]
	for _, text := range testkit.SessionRows(name, s.table, n) {
		s.run(t, text)
	}
	key := map[Dialect]string{MySQL: "CONCAT('owner ', id MOD 1000)", PostgreSQL: "'owner ' || length(session_id)", SQLite: "'owner ' || (id % 1000)"}[s.dialect]
	if s.dialect == PostgreSQL && s.layout == sqlAlchemy {
		key = "'owner ' || (id % 1000)"
	}
	end := fmt.Sprintf("CASE WHEN expiry > '2050-01-01 00:00:00' THEN %d ELSE 1 END", time.Now().Add(time.Hour).UnixMicro())
	s.run(t, "INSERT INTO "+s.table+"_owners SELECT "+key+", session_id, 1, 1, "+end+", data FROM "+s.table)
	s.run(t, map[Dialect]string{SQLite: "ANALYZE", PostgreSQL: "ANALYZE " + s.table + "_owners", MySQL: "ANALYZE TABLE " + s.table + "_owners"}[s.dialect])
}

func (s *Store) run(t *testing.T, text string) {
	t.Helper()
	if _, err := s.db.ExecContext(t.Context(), text); err != nil {
		t.Fatal(text, err)
	}
}

// scans returns the plan of a statement if it is not by an index alone.
func (s *Store) scans(t *testing.T, st statement) string {
	t.Helper()
	v := values{keyParam: "session:4321", dataParam: []byte("new"), loadedParam: []byte("data"),
		nowParam: s.until(0), untilParam: s.until(time.Hour), limitParam: batch, ownerParam: "owner 7"}
	if strings.Contains(st.text, "_owners") {
		v[nowParam] = time.Now().UnixMicro()
	}
	explain := "EXPLAIN "
	if s.dialect == SQLite {
		explain = "EXPLAIN QUERY PLAN "
	}
	plan := query(t, s.db, explain+st.text, st.args(v))
	whole := fmt.Sprint(plan)
	if strings.Count(whole, "Index Scan")+strings.Count(whole, "Index Only Scan") > strings.Count(whole, "Index Cond") {
		return "an index is read whole: " + whole // PostgreSQL
	}
	for _, line := range plan {
		text := fmt.Sprint(line)
		for _, fault := range []string{"SCAN", "TEMP B-TREE", "Seq Scan", "Sort", "filesort", "type:ALL", "type:index "} {
			if strings.Contains(text, fault) || s.dialect == MySQL && strings.Contains(text, "key:<nil>") {
				return whole
			}
		}
	}
	if len(plan) == 0 {
		return "no plan"
	}
	return ""
}

// query returns rows as maps of texts.
func query(t *testing.T, db *sql.DB, text string, args []any) []map[string]any {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), text, args...)
	if err != nil {
		t.Fatal(text, err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string]any
	for rows.Next() {
		row, into := make([]any, len(names)), make([]any, len(names))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		entry := map[string]any{}
		for i, name := range names {
			if b, ok := row[i].([]byte); ok {
				row[i] = string(b)
			}
			entry[name] = row[i]
		}
		all = append(all, entry)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestIndexesThatAreThere: an index that somebody made is enough, whatever its
// name, and a table without one gets one.
func TestIndexesThatAreThere(t *testing.T) {
	for _, c := range []struct {
		name, driver, source string
		dialect              Dialect
	}{
		{"sqlite", "sqlite", "file:" + filepath.Join(t.TempDir(), "sessions.db"), SQLite},
		{"postgresql", "pgx", servers.Postgres(t), PostgreSQL},
		{"mariadb", "mysql", servers.MariaDB(t), MySQL},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := openOnce(t, c.driver, c.source)
			longest := strings.Repeat("x", 63)
			for _, s := range []*Store{New(db, c.dialect), New(db, c.dialect, Table(longest))} {
				s.run(t, s.create[0]) // as Flask-Session leaves it
				for _, want := range []bool{false, true, true} {
					if has, err := s.hasIndex(t.Context()); has != want || err != nil {
						t.Fatalf("an index is there: %v, %v; want %v", has, err, want)
					}
					if err := s.CreateTable(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
			}
			byHand := New(db, c.dialect, Table("by_hand"))
			byHand.run(t, byHand.create[0])
			byHand.run(t, "CREATE INDEX mine ON by_hand (expiry, id)")
			if err := byHand.CreateTable(t.Context()); err != nil {
				t.Fatal(err)
			}
			byHand.run(t, byHand.index) // so CreateTable made none of this name
		})
	}
}
