package testkit

import (
	"strconv"
	"strings"
)

// SessionRows returns statements that insert n rows, a million at most, into the
// table of Flask-Session's SQLAlchemy backend: half of them have expired, the
// others end in 2099, and one in a hundred has no expiry. Then the database takes
// stock. dialect is "sqlite", "postgresql" or "mysql".
func SessionRows(dialect, table string, n int) []string {
	names := strings.NewReplacer("{table}", table, "{n}", strconv.Itoa(n))
	var texts []string
	for _, text := range sessionRows[dialect] {
		texts = append(texts, names.Replace(text))
	}
	return texts
}

var sessionRows = map[string][]string{
	"sqlite": {`
		WITH RECURSIVE numbers AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM numbers WHERE n < {n})
		INSERT INTO {table} (session_id, data, expiry)
		SELECT 'session:' || n, CAST('data' AS BLOB), CASE
			WHEN n % 100 = 1 THEN NULL
			WHEN n % 2 = 0 THEN datetime('2001-01-01', n || ' seconds')
			ELSE datetime('2099-01-01', n || ' seconds') END
		FROM numbers`,
		`ANALYZE`},
	"postgresql": {`
		INSERT INTO {table} (session_id, data, expiry)
		SELECT 'session:' || n, 'data', CASE
			WHEN n % 100 = 1 THEN NULL
			WHEN n % 2 = 0 THEN TIMESTAMP '2001-01-01' + n * INTERVAL '1 second'
			ELSE TIMESTAMP '2099-01-01' + n * INTERVAL '1 second' END
		FROM generate_series(1, {n}) AS n`,
		`ANALYZE {table}`},
	"mysql": {`
		INSERT INTO {table} (session_id, data, expiry)
		WITH RECURSIVE digits AS (SELECT 0 AS d UNION ALL SELECT d + 1 FROM digits WHERE d < 99),
		numbers AS (SELECT 1 + a.d + 100 * b.d + 10000 * c.d AS n FROM digits AS a, digits AS b, digits AS c)
		SELECT CONCAT('session:', n), 'data', CASE
			WHEN n % 100 = 1 THEN NULL
			WHEN n % 2 = 0 THEN TIMESTAMPADD(SECOND, n, '2001-01-01')
			ELSE TIMESTAMPADD(SECOND, n, '2099-01-01') END
		FROM numbers WHERE n <= {n}`,
		`ANALYZE TABLE {table}`},
}
