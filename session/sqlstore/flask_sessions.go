package sqlstore

// postgreSQLFlaskSessions is the table of Flask-Session's own PostgreSQL
// backend, SESSION_TYPE = "postgresql". Its dates are in the server's time
// zone, as NOW() makes them, and a row without an expiry lives for ever.
var postgreSQLFlaskSessions = statements{
	create: []string{`
		CREATE TABLE IF NOT EXISTS {table} (
			session_id VARCHAR(255) NOT NULL PRIMARY KEY,
			created TIMESTAMP WITHOUT TIME ZONE DEFAULT (NOW() AT TIME ZONE 'utc'),
			data BYTEA,
			expiry TIMESTAMP WITHOUT TIME ZONE
		)`},
	index:   postgreSQLIndex,
	indexed: postgreSQLIndexed,
	get: statement{`
		SELECT data, COALESCE(expiry > CAST($2 AS TIMESTAMP WITH TIME ZONE), TRUE), FALSE
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
			SET expiry = CAST($3 AS TIMESTAMP WITH TIME ZONE)
			WHERE session_id = $1
			AND COALESCE(expiry > CAST($2 AS TIMESTAMP WITH TIME ZONE), TRUE)
			AND COALESCE(expiry < CAST($3 AS TIMESTAMP WITH TIME ZONE), TRUE)
		)
		SELECT data, COALESCE(expiry > CAST($2 AS TIMESTAMP WITH TIME ZONE), TRUE), FALSE
		FROM loaded`,
		params{keyParam, nowParam, untilParam}},
	expire: statement{`
		DELETE FROM {table}
		WHERE session_id = $1
		AND NOT COALESCE(expiry > CAST($2 AS TIMESTAMP WITH TIME ZONE), TRUE)`,
		params{keyParam, nowParam}},
	set: statement{`
		INSERT INTO {table} (session_id, data, expiry)
		VALUES ($1, $2, CAST($3 AS TIMESTAMP WITH TIME ZONE))
		ON CONFLICT (session_id) DO UPDATE
		SET data = excluded.data, expiry = excluded.expiry`,
		params{keyParam, dataParam, untilParam}},
	swap: statement{`
		UPDATE {table}
		SET data = $2, expiry = CAST($3 AS TIMESTAMP WITH TIME ZONE)
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
	cleanup: statement{`
		DELETE FROM {table}
		WHERE session_id = ANY (ARRAY(
			SELECT session_id
			FROM {table}
			WHERE expiry <= CAST($1 AS TIMESTAMP WITH TIME ZONE)
			ORDER BY expiry
			LIMIT $2
			FOR UPDATE SKIP LOCKED
		))`,
		params{nowParam, limitParam}},
}
