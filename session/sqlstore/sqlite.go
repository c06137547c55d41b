package sqlstore

// sqlite is Flask-Session's table of SESSION_TYPE = "sqlalchemy" in SQLite. A
// row without an expiry has expired.
var sqlite = statements{
	create: []string{`
		CREATE TABLE IF NOT EXISTS {table} (
			id INTEGER NOT NULL,
			session_id VARCHAR(255),
			data BLOB,
			expiry DATETIME,
			PRIMARY KEY (id),
			UNIQUE (session_id)
		)`},
	get: statement{`
		SELECT data, COALESCE(expiry > ?, FALSE), FALSE
		FROM {table}
		WHERE session_id = ?`,
		params{nowParam, keyParam}},
	getExtend: statement{`
		SELECT data, COALESCE(expiry > ?, FALSE), COALESCE(expiry < ?, TRUE)
		FROM {table}
		WHERE session_id = ?`,
		params{nowParam, untilParam, keyParam}},
	extend: statement{`
		UPDATE {table}
		SET expiry = ?
		WHERE session_id = ?
		AND COALESCE(expiry < ?, TRUE)`,
		params{untilParam, keyParam, untilParam}},
	expire: statement{`
		DELETE FROM {table}
		WHERE session_id = ?
		AND NOT COALESCE(expiry > ?, FALSE)`,
		params{keyParam, nowParam}},
	set: statement{`
		INSERT INTO {table} (session_id, data, expiry)
		VALUES (?, ?, ?)
		ON CONFLICT (session_id) DO UPDATE
		SET data = excluded.data, expiry = excluded.expiry`,
		params{keyParam, dataParam, untilParam}},
	swap: statement{`
		UPDATE {table}
		SET data = ?, expiry = ?
		WHERE session_id = ?
		AND data = ?`,
		params{dataParam, untilParam, keyParam, loadedParam}},
	swapDelete: statement{`
		DELETE FROM {table}
		WHERE session_id = ?
		AND data = ?`,
		params{keyParam, loadedParam}},
	delete: statement{`
		DELETE FROM {table}
		WHERE session_id = ?`,
		params{keyParam}},
	// The outer condition spares rows that came to life meanwhile.
	cleanup: statement{`
		DELETE FROM {table}
		WHERE session_id IN (
			SELECT session_id
			FROM {table}
			WHERE NOT COALESCE(expiry > ?, FALSE)
			LIMIT ?
		)
		AND NOT COALESCE(expiry > ?, FALSE)`,
		params{nowParam, limitParam, nowParam}},
}
