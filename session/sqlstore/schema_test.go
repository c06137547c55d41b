package sqlstore

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/cantil-go/cantil/internal/testkit/vectors"
)

// plain takes the quotes and the layout out of a statement.
func plain(text string) string {
	text = strings.NewReplacer(`"`, "", "`", "", "IF NOT EXISTS ", "").Replace(text)
	return strings.Join(strings.Fields(text), " ")
}

// TestGoldenSchema: the tables are those that SQLAlchemy makes.
func TestGoldenSchema(t *testing.T) {
	var file struct {
		Schema map[string]struct {
			DDL string `json:"ddl_compiled"`
		}
	}
	vectors.Load(t, "flask-session.json", &file)
	report := vectors.NewReport(t, "flask-session.json schema")
	dialects := map[string]Dialect{"sqlite": SQLite, "postgresql": PostgreSQL, "mysql": MySQL}
	for name, schema := range file.Schema {
		report.Case(name, func() error {
			dialect, ok := dialects[name]
			if !ok {
				return fmt.Errorf("no dialect")
			}
			if got, want := plain(New(new(sql.DB), dialect).create[0]), plain(schema.DDL); got != want {
				return fmt.Errorf("got  %s\nwant %s", got, want)
			}
			return nil
		})
	}
}

// TestMySQL reads the statements: the server among the tests is MariaDB.
func TestMySQL(t *testing.T) {
	s := New(new(sql.DB), MySQL, Table("app.sessions"))
	for _, c := range []struct {
		name, want string
		statement
		args     values
		wantArgs []any
	}{
		{"get", "SELECT data, COALESCE(expiry > ?, FALSE), FALSE FROM `app`.`sessions` " +
			"WHERE session_id = ? AND CAST(session_id AS BINARY) = CAST(? AS BINARY)",
			s.get, values{keyParam: "k", nowParam: "now"}, []any{"now", "k", "k"}},
		{"set", "INSERT INTO `app`.`sessions` (session_id, data, expiry) VALUES (?, ?, ?) " +
			"ON DUPLICATE KEY UPDATE data = VALUES(data), expiry = VALUES(expiry)",
			s.set, values{keyParam: "k", dataParam: "d", untilParam: "until"}, []any{"k", "d", "until"}},
		{"swap", "UPDATE `app`.`sessions` SET data = ?, expiry = ? " +
			"WHERE session_id = ? AND CAST(session_id AS BINARY) = CAST(? AS BINARY) AND data = ?",
			s.swap, values{keyParam: "k", dataParam: "new", untilParam: "until", loadedParam: "old"}, []any{"new", "until", "k", "k", "old"}},
		{"cleanup", "DELETE FROM `app`.`sessions` WHERE expiry <= ? ORDER BY expiry LIMIT ?",
			s.cleanup, values{nowParam: "now", limitParam: 5}, []any{"now", 5}},
	} {
		if got := strings.Join(strings.Fields(c.text), " "); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.want)
		}
		if got := fmt.Sprint(c.statement.args(c.args)); got != fmt.Sprint(c.wantArgs) {
			t.Errorf("%s: arguments %s, want %v", c.name, got, c.wantArgs)
		}
	}
}

func TestTableNames(t *testing.T) {
	for name, want := range map[string]bool{
		"sessions": true, "minhas_sessoes": true, "app.sessions": true, "Sessions2": true,
		"": false, "2s": false, "a.b.c": false, "a b": false, `a"b`: false, "a;": false, "a.": false, "ação": false,
	} {
		func() {
			defer func() {
				err, refused := recover().(error)
				if refused == want || refused && !strings.HasPrefix(err.Error(), "sqlstore: ") {
					t.Errorf("Table(%q): refused %v: %v", name, refused, err)
				}
			}()
			Table(name)
		}()
	}
}
