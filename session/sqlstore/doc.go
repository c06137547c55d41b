// Package sqlstore keeps sessions in a table of an SQL database, on the rows
// that Flask-Session reads and writes: of its SQLAlchemy backend unless told
// otherwise, of its PostgreSQL backend with [FlaskSessions].
//
//	db, err := sql.Open("pgx", "postgres://…")       // the driver is the program's choice
//	store := sqlstore.New(db, sqlstore.PostgreSQL)
//	err = store.CreateTable(ctx)                     // or by hand, below
//	store.CleanupEvery(ctx, time.Hour)               // expired rows stay until they are removed
//	app.SessionInterface = session.NewServerSide(store)
//
// # The tables
//
// This is the table of SESSION_TYPE = "sqlalchemy", as SQLAlchemy makes it and
// as CreateTable does. Dates are in UTC. A row without an expiry has expired.
//
//	CREATE TABLE sessions (            -- SQLite
//		id INTEGER NOT NULL,
//		session_id VARCHAR(255),
//		data BLOB,
//		expiry DATETIME,
//		PRIMARY KEY (id),
//		UNIQUE (session_id)
//	)
//
// In PostgreSQL id is SERIAL, data BYTEA and expiry TIMESTAMP WITHOUT TIME
// ZONE; in MySQL and MariaDB id is INTEGER AUTO_INCREMENT; their BLOB holds 64
// KiB, and in their strict mode, the default, to save a session above is an
// error: ALTER TABLE sessions MODIFY data MEDIUMBLOB. The table of SESSION_TYPE
// = "postgresql" is another one, whose dates are in the time zone of the server
// and where a row without an expiry lives for ever:
//
//	CREATE TABLE flask_sessions (
//		session_id VARCHAR(255) NOT NULL PRIMARY KEY,
//		created TIMESTAMP WITHOUT TIME ZONE DEFAULT (NOW() AT TIME ZONE 'utc'),
//		data BYTEA,
//		expiry TIMESTAMP WITHOUT TIME ZONE
//	)
//
// CreateTable also makes an index that Flask-Session does not make, and which
// changes nothing for it, so that expired rows are found without looking at the
// others: CREATE INDEX sessions_expiry ON sessions (expiry). Without that, as
// where CreateTable is never called, Cleanup reads the whole table for each
// batch. Removing 500,000 expired rows of 1,000,000 takes a few seconds; after
// each batch of 500 CleanupEvery waits as long as that took, so that requests
// come in between. In PostgreSQL it also passes over rows that a request is
// about to extend.
//
// # The table of owners
//
// For session.OwnerStore there is a table of our own, named like the other with
// "_owners". CreateTable makes it, beside a table that Flask-Session has made
// too.
//
// # Round trips
//
// On PostgreSQL one statement loads a row and extends its life. SQLite, which
// is no trip away, and MySQL, which cannot return what it updates, are asked a
// second time when the expiry moves. Expiries are whole seconds, so that the
// requests of one visitor within a second write once. A save is one conditional
// UPDATE (on MySQL a second look if nothing changed).
//
// # SQLite
//
// SQLite takes one writer at a time. Have the others wait, and readers not wait
// at all, by the options of the driver; those of modernc.org/sqlite are
//
//	file:sessions.db?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)
package sqlstore
