package sqlstore

// schemas are the statements that make the tables, as SQLAlchemy compiles
// Flask-Session's model and as its PostgreSQL backend writes them.
var schemas = map[Dialect]map[layout][]string{
	SQLite: {sqlAlchemy: {`CREATE TABLE IF NOT EXISTS {table} (
	id INTEGER NOT NULL, 
	session_id VARCHAR(255), 
	data BLOB, 
	expiry DATETIME, 
	PRIMARY KEY (id), 
	UNIQUE (session_id)
)`}},
	PostgreSQL: {sqlAlchemy: {`CREATE TABLE IF NOT EXISTS {table} (
	id SERIAL NOT NULL, 
	session_id VARCHAR(255), 
	data BYTEA, 
	expiry TIMESTAMP WITHOUT TIME ZONE, 
	PRIMARY KEY (id), 
	UNIQUE (session_id)
)`},
		flaskSessions: {`CREATE TABLE IF NOT EXISTS {table} (
	session_id VARCHAR(255) NOT NULL PRIMARY KEY,
	created TIMESTAMP WITHOUT TIME ZONE DEFAULT (NOW() AT TIME ZONE 'utc'),
	data BYTEA,
	expiry TIMESTAMP WITHOUT TIME ZONE
)`, `CREATE INDEX IF NOT EXISTS {index} ON {table} (expiry)`}},
	MySQL: {sqlAlchemy: {`CREATE TABLE IF NOT EXISTS {table} (
	id INTEGER NOT NULL AUTO_INCREMENT, 
	session_id VARCHAR(255), 
	data BLOB, 
	expiry DATETIME, 
	PRIMARY KEY (id), 
	UNIQUE (session_id)
)`}},
}
