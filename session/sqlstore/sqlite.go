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
	index: `
		CREATE INDEX IF NOT EXISTS {schema}{index} ON {plain} (expiry)`,
	indexed: `
		SELECT COUNT(*)
		FROM pragma_index_list({plainText}, {schemaText}) AS made
		JOIN pragma_index_info(made.name, {schemaText}) AS part
		WHERE part.seqno = 0 AND part.name = 'expiry'`,
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
	// No other writer comes between: the condition need not be asked again.
	cleanup: statement{`
		DELETE FROM {table}
		WHERE id IN (
			SELECT id
			FROM {table}
			WHERE expiry <= ?
			ORDER BY expiry
			LIMIT ?
		)`,
		params{nowParam, limitParam}},
	cleanupUndated: statement{`
		DELETE FROM {table}
		WHERE id IN (
			SELECT id
			FROM {table}
			WHERE expiry IS NULL
			LIMIT ?
		)`,
		params{limitParam}},
}
