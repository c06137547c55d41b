package sqlstore

// mySQL is Flask-Session's table of SESSION_TYPE = "sqlalchemy" in MySQL and
// MariaDB, whose text is the same in capitals and in lower case: the plain
// comparison of the key finds the index, the binary one finds the row. A row
// without an expiry has expired.
var mySQL = statements{
	create: []string{`
		CREATE TABLE IF NOT EXISTS {table} (
			id INTEGER NOT NULL AUTO_INCREMENT,
			session_id VARCHAR(255),
			data BLOB,
			expiry DATETIME,
			PRIMARY KEY (id),
			UNIQUE (session_id)
		)`},
	index: `
		CREATE INDEX {index} ON {table} (expiry)`,
	indexed: `
		SELECT COUNT(*)
		FROM information_schema.statistics
		WHERE table_schema = COALESCE({schemaText}, DATABASE()) AND table_name = {plainText}
		AND seq_in_index = 1 AND column_name = 'expiry'`,
	get: statement{`
		SELECT data, COALESCE(expiry > ?, FALSE), FALSE
		FROM {table}
		WHERE session_id = ? AND CAST(session_id AS BINARY) = CAST(? AS BINARY)`,
		params{nowParam, keyParam, keyParam}},
	getExtend: statement{`
		SELECT data, COALESCE(expiry > ?, FALSE), COALESCE(expiry < ?, TRUE)
		FROM {table}
		WHERE session_id = ? AND CAST(session_id AS BINARY) = CAST(? AS BINARY)`,
		params{nowParam, untilParam, keyParam, keyParam}},
	extend: statement{`
		UPDATE {table}
		SET expiry = ?
		WHERE session_id = ? AND CAST(session_id AS BINARY) = CAST(? AS BINARY)
		AND COALESCE(expiry < ?, TRUE)`,
		params{untilParam, keyParam, keyParam, untilParam}},
	expire: statement{`
		DELETE FROM {table}
		WHERE session_id = ? AND CAST(session_id AS BINARY) = CAST(? AS BINARY)
		AND NOT COALESCE(expiry > ?, FALSE)`,
		params{keyParam, keyParam, nowParam}},
	set: statement{`
		INSERT INTO {table} (session_id, data, expiry)
		VALUES (?, ?, ?)
		ON DUPLICATE KEY UPDATE
		data = VALUES(data), expiry = VALUES(expiry)`,
		params{keyParam, dataParam, untilParam}},
	swap: statement{`
		UPDATE {table}
		SET data = ?, expiry = ?
		WHERE session_id = ? AND CAST(session_id AS BINARY) = CAST(? AS BINARY)
		AND data = ?`,
		params{dataParam, untilParam, keyParam, keyParam, loadedParam}},
	swapDelete: statement{`
		DELETE FROM {table}
		WHERE session_id = ? AND CAST(session_id AS BINARY) = CAST(? AS BINARY)
		AND data = ?`,
		params{keyParam, keyParam, loadedParam}},
	delete: statement{`
		DELETE FROM {table}
		WHERE session_id = ? AND CAST(session_id AS BINARY) = CAST(? AS BINARY)`,
		params{keyParam, keyParam}},
	// MySQL knows no LIMIT in a subquery, but one in DELETE.
	cleanup: statement{`
		DELETE FROM {table}
		WHERE expiry <= ?
		ORDER BY expiry
		LIMIT ?`,
		params{nowParam, limitParam}},
	cleanupUndated: statement{`
		DELETE FROM {table}
		WHERE expiry IS NULL
		LIMIT ?`,
		params{limitParam}},
}
