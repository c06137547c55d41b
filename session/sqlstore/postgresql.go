package sqlstore

// postgreSQL is Flask-Session's table of SESSION_TYPE = "sqlalchemy" in
// PostgreSQL. A row without an expiry has expired.
var postgreSQL = statements{
	create: []string{`
		CREATE TABLE IF NOT EXISTS {table} (
			id SERIAL NOT NULL,
			session_id VARCHAR(255),
			data BYTEA,
			expiry TIMESTAMP WITHOUT TIME ZONE,
			PRIMARY KEY (id),
			UNIQUE (session_id)
		)`},
	index:   postgreSQLIndex,
	indexed: postgreSQLIndexed,
	get: statement{`
		SELECT data, COALESCE(expiry > CAST($2 AS TIMESTAMP WITHOUT TIME ZONE), FALSE), FALSE
		FROM {table}
		WHERE session_id = $1`,
		params{keyParam, nowParam}},
	// Loads the row and moves its expiry in one round trip.
	getExtend: statement{`
		WITH loaded AS (
			SELECT data, expiry
			FROM {table}
			WHERE session_id = $1
		), extended AS (
			UPDATE {table}
			SET expiry = CAST($3 AS TIMESTAMP WITHOUT TIME ZONE)
			WHERE session_id = $1
			AND COALESCE(expiry > CAST($2 AS TIMESTAMP WITHOUT TIME ZONE), FALSE)
			AND COALESCE(expiry < CAST($3 AS TIMESTAMP WITHOUT TIME ZONE), TRUE)
		)
		SELECT data, COALESCE(expiry > CAST($2 AS TIMESTAMP WITHOUT TIME ZONE), FALSE), FALSE
		FROM loaded`,
		params{keyParam, nowParam, untilParam}},
	expire: statement{`
		DELETE FROM {table}
		WHERE session_id = $1
		AND NOT COALESCE(expiry > CAST($2 AS TIMESTAMP WITHOUT TIME ZONE), FALSE)`,
		params{keyParam, nowParam}},
	set: statement{`
		INSERT INTO {table} (session_id, data, expiry)
		VALUES ($1, $2, CAST($3 AS TIMESTAMP WITHOUT TIME ZONE))
		ON CONFLICT (session_id) DO UPDATE
		SET data = excluded.data, expiry = excluded.expiry`,
		params{keyParam, dataParam, untilParam}},
	swap: statement{`
		UPDATE {table}
		SET data = $2, expiry = CAST($3 AS TIMESTAMP WITHOUT TIME ZONE)
		WHERE session_id = $1 AND data = $4`,
		params{keyParam, dataParam, untilParam, loadedParam}},
	swapDelete: statement{`
		DELETE FROM {table}
		WHERE session_id = $1 AND data = $2`,
		params{keyParam, loadedParam}},
	delete: statement{`
		DELETE FROM {table}
		WHERE session_id = $1`,
		params{keyParam}},
	// Rows that a request is about to extend are left to it. The array is
	// computed once, which a list behind IN need not be.
	cleanup: statement{`
		DELETE FROM {table}
		WHERE id = ANY (ARRAY(
			SELECT id
			FROM {table}
			WHERE expiry <= CAST($1 AS TIMESTAMP WITHOUT TIME ZONE)
			ORDER BY expiry
			LIMIT $2
			FOR UPDATE SKIP LOCKED
		))`,
		params{nowParam, limitParam}},
	cleanupUndated: statement{`
		DELETE FROM {table}
		WHERE id = ANY (ARRAY(
			SELECT id
			FROM {table}
			WHERE expiry IS NULL
			LIMIT $1
			FOR UPDATE SKIP LOCKED
		))`,
		params{limitParam}},
}

// The index of both tables, and how many there are already that begin with the
// expiry, whatever their names.
const (
	postgreSQLIndex = `
		CREATE INDEX IF NOT EXISTS {index} ON {table} (expiry)`
	postgreSQLIndexed = `
		SELECT COUNT(*)
		FROM pg_index
		JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
		WHERE indrelid = CAST({tableText} AS regclass) AND attname = 'expiry' AND indisvalid`
)
