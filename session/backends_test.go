package session_test

import (
	"context"
	"database/sql"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bradfitz/gomemcache/memcache"
	_ "github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/redis/go-redis/v9"
	_ "modernc.org/sqlite"

	"github.com/cantil-go/cantil/internal/testkit/servers"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/memcachestore"
	"github.com/cantil-go/cantil/session/redisstore"
	"github.com/cantil-go/cantil/session/sqlstore"
)

// backend is a real server with a store on it, and a way around the store.
type backend struct {
	name  string
	store func(t *testing.T, now func() time.Time, table string) session.Store
	rows  func(t *testing.T, table string) map[string]rawRow
	put   func(t *testing.T, table, key string, value []byte, now time.Time, ttl time.Duration)
	clear func(t *testing.T)
}

// rawRow is a row as the server has it.
type rawRow struct {
	value  string
	ttl    time.Duration // left; Redis alone says it
	expiry string        // of SQL, as text
}

// openers start a backend by its name.
var openers = map[string]func(*testing.T) backend{
	"redis":      openRedis,
	"memcached":  openMemcached,
	"sqlite":     openSQLite,
	"postgresql": openPostgreSQL,
	"mariadb":    openMariaDB,
}

// eachBackend runs a test on each of them.
func eachBackend(t *testing.T, test func(t *testing.T, b backend)) {
	for _, name := range []string{"redis", "memcached", "sqlite", "postgresql", "mariadb"} {
		t.Run(name, func(t *testing.T) { test(t, openers[name](t)) })
	}
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// quiet keeps go-redis from logging each refused connection of the outages.
type quiet struct{}

func (quiet) Printf(context.Context, string, ...any) {}

func init() { redis.SetLogger(quiet{}) }

func redisClient(t *testing.T, addr string) *redis.Client {
	client := redis.NewClient(&redis.Options{Addr: addr, PoolSize: 64, ContextTimeoutEnabled: true})
	t.Cleanup(func() { client.Close() })
	return client
}

func openRedis(t *testing.T) backend {
	client := redisClient(t, servers.Redis(t).Addr)
	return backend{
		name:  "redis",
		store: func(*testing.T, func() time.Time, string) session.Store { return redisstore.New(client) },
		rows: func(t *testing.T, _ string) map[string]rawRow {
			rows := map[string]rawRow{}
			for _, key := range client.Keys(t.Context(), "*").Val() {
				rows[key] = rawRow{value: client.Get(t.Context(), key).Val(), ttl: client.PTTL(t.Context(), key).Val()}
			}
			return rows
		},
		put: func(t *testing.T, _, key string, value []byte, _ time.Time, ttl time.Duration) {
			noError(t, client.Set(t.Context(), key, value, ttl).Err())
		},
		clear: func(t *testing.T) { noError(t, client.FlushAll(t.Context()).Err()) },
	}
}

func openMemcached(t *testing.T) backend {
	client := memcache.New(servers.Memcached(t).Addr)
	client.MaxIdleConns, client.Timeout = 64, 2*time.Second
	t.Cleanup(func() { client.Close() })
	store := watch(memcachestore.New(client)) // memcached's own list of keys has gaps
	rows := func(t *testing.T, _ string) map[string]rawRow {
		rows := map[string]rawRow{}
		for _, key := range slices.Sorted(maps.Keys(store.keys)) {
			if item, err := client.Get(key); err == nil {
				rows[key] = rawRow{value: string(item.Value)}
			}
		}
		return rows
	}
	return backend{
		name:  "memcached",
		store: func(*testing.T, func() time.Time, string) session.Store { return store },
		rows:  rows,
		put: func(t *testing.T, _, key string, value []byte, _ time.Time, ttl time.Duration) {
			store.note("put", key, true)
			noError(t, client.Set(&memcache.Item{Key: key, Value: value, Expiration: int32(min(ttl, 24*time.Hour) / time.Second)}))
		},
		clear: func(t *testing.T) {
			for key := range rows(t, "") {
				noError(t, client.Delete(key))
			}
			clear(store.keys)
		},
	}
}

func openSQLite(t *testing.T) backend {
	const pragmas = "?_pragma=busy_timeout(20000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_txlock=immediate"
	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "sessions.db")+pragmas)
	noError(t, err)
	db.SetMaxOpenConns(4)
	return sqlBackend(t, "sqlite", db, sqlstore.SQLite)
}

func openPostgreSQL(t *testing.T) backend {
	return sqlBackend(t, "postgresql", openPool(t, "pgx", servers.Postgres(t)), sqlstore.PostgreSQL)
}

func openMariaDB(t *testing.T) backend {
	return sqlBackend(t, "mariadb", openPool(t, "mysql", servers.MariaDB(t)), sqlstore.MySQL)
}

// openPool has a connection for each of the requests at once.
func openPool(t *testing.T, driver, source string) *sql.DB {
	db, err := sql.Open(driver, source)
	noError(t, err)
	db.SetMaxOpenConns(64)
	db.SetMaxIdleConns(64)
	return db
}

func sqlBackend(t *testing.T, name string, db *sql.DB, dialect sqlstore.Dialect) backend {
	t.Cleanup(func() { db.Close() })
	exec := func(t *testing.T, text string, args ...any) {
		if dialect == sqlstore.MySQL {
			text = strings.NewReplacer("$1", "?", "$2", "?", "$3", "?").Replace(text)
		}
		_, err := db.ExecContext(t.Context(), text, args...)
		noError(t, err)
	}
	tables := map[string]bool{}
	return backend{
		name: name,
		store: func(t *testing.T, now func() time.Time, table string) session.Store {
			tables[table] = true
			store := sqlstore.New(db, dialect, sqlstore.Table(table), sqlstore.Clock(now))
			noError(t, store.CreateTable(t.Context()))
			return store
		},
		rows: func(t *testing.T, table string) map[string]rawRow { return sqlRows(t, db, dialect, table) },
		put: func(t *testing.T, table, key string, value []byte, now time.Time, ttl time.Duration) {
			exec(t, `DELETE FROM `+table+` WHERE session_id = $1`, key)
			exec(t, `INSERT INTO `+table+` (session_id, data, expiry) VALUES ($1, $2, $3)`,
				key, value, now.Add(ttl).UTC().Format("2006-01-02 15:04:05.000000"))
		},
		clear: func(t *testing.T) {
			for table := range tables {
				exec(t, `DELETE FROM `+table)
			}
		},
	}
}

func sqlRows(t *testing.T, db *sql.DB, dialect sqlstore.Dialect, table string) map[string]rawRow {
	text := "TEXT"
	if dialect == sqlstore.MySQL {
		text = "CHAR"
	}
	found, err := db.QueryContext(t.Context(), `SELECT session_id, data, CAST(expiry AS `+text+`) FROM `+table)
	noError(t, err)
	defer found.Close()
	rows := map[string]rawRow{}
	for found.Next() {
		var key, expiry string
		var data []byte
		noError(t, found.Scan(&key, &data, &expiry))
		rows[key] = rawRow{value: string(data), expiry: expiry}
	}
	noError(t, found.Err())
	return rows
}
