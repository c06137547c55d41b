package rows

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"

	"github.com/cantil-go/cantil/internal/urls"
)

func listSQLite(ctx context.Context, file string, o Options, yield func(Row) error) error {
	if _, err := os.Stat(file); err != nil { // or SQLite would speak of a table that is missing
		return err
	}
	absolute, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	path := filepath.ToSlash(absolute)
	if !strings.HasPrefix(path, "/") { // C:/…
		path = "/" + path
	}
	source := url.URL{Scheme: "file", Path: path, RawQuery: "mode=ro"}
	return listSQL(ctx, "sqlite", source.String(), `"`, "?", o, yield)
}

func listPostgres(ctx context.Context, address string, o Options, yield func(Row) error) error {
	return listSQL(ctx, "pgx", address, `"`, "$", o, yield)
}

func listMySQL(ctx context.Context, address string, o Options, yield func(Row) error) error {
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("the address of the database: %w", urls.Reason(err))
	}
	config := mysql.NewConfig()
	config.User = u.User.Username()
	config.Passwd, _ = u.User.Password()
	if config.Passwd == "" {
		config.Passwd = os.Getenv("MYSQL_PWD")
	}
	config.Net, config.Addr, config.DBName, config.ParseTime = "tcp", u.Host, strings.TrimPrefix(u.Path, "/"), true
	if socket := u.Query().Get("unix_socket"); socket != "" {
		config.Net, config.Addr = "unix", socket
	} else if u.Port() == "" {
		config.Addr = u.Host + ":3306"
	}
	return listSQL(ctx, "mysql", config.FormatDSN(), "`", "?", o, yield)
}

// tableName is one identifier, or two with a dot between them.
var tableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,62}(\.[A-Za-z_][A-Za-z0-9_]{0,62})?$`)

// listSQL reads Flask-Session's table, whose name was checked.
func listSQL(ctx context.Context, driver, source, mark, placeholder string, o Options, yield func(Row) error) error {
	db, err := sql.Open(driver, source)
	if err != nil {
		return fmt.Errorf("%s: %w", driver, err)
	}
	defer db.Close()
	first, second := placeholder, placeholder
	if placeholder == "$" {
		first, second = "$1", "$2"
	}
	rows, err := db.QueryContext(ctx, fmt.Sprintf(
		"SELECT session_id, data, expiry FROM %s WHERE session_id LIKE %s ESCAPE '!' ORDER BY session_id LIMIT %s",
		mark+strings.ReplaceAll(o.Table, ".", mark+"."+mark)+mark, first, second),
		likeEscaper.Replace(o.Prefix)+"%", o.Limit+1)
	if err != nil {
		return fmt.Errorf("%s: %w", driver, err)
	}
	defer rows.Close()
	for rows.Next() {
		var key string
		var data []byte
		var expiry any
		if err := rows.Scan(&key, &data, &expiry); err != nil {
			return fmt.Errorf("%s: %w", driver, err)
		}
		if err := yield(newRow(key, data, timeOf(expiry))); err != nil {
			return err
		}
	}
	return rows.Err()
}

var likeEscaper = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")

// timeOf reads an expiry, which the table keeps in UTC.
func timeOf(v any) time.Time {
	switch v := v.(type) {
	case time.Time:
		return time.Date(v.Year(), v.Month(), v.Day(), v.Hour(), v.Minute(), v.Second(), 0, time.UTC)
	case []byte:
		return timeOf(string(v))
	case string:
		for _, layout := range []string{"2006-01-02 15:04:05", time.RFC3339} {
			if t, err := time.Parse(layout, v); err == nil {
				return t.UTC()
			}
		}
	}
	return time.Time{}
}
