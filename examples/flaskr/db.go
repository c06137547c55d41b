package main

import (
	"database/sql"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// openDB opens the database: database/sql keeps the connections that get_db and
// close_db open and close for each request.
//

func openDB(path string) *sql.DB {
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
	check(err)
	return db
}

func initDB(db *sql.DB) {
	schema, err := files.ReadFile("schema.sql")
	check(err)
	execute(db, string(schema))
}

// check panics, as sqlite3 raises: the request ends in a 500 and the log names
// the error.
func check(err error) {
	if err != nil {
		panic(err)
	}
}

// execute runs a statement and returns how many rows it changed.
func execute(db *sql.DB, query string, args ...any) int64 {
	result, err := db.Exec(query, args...)
	check(err)
	n, err := result.RowsAffected()
	check(err)
	return n
}

// fetchall returns the rows of a query. fields are where a row goes.
func fetchall[T any](db *sql.DB, fields func(*T) []any, query string, args ...any) (all []T) {
	rows, err := db.Query(query, args...)
	check(err)
	defer rows.Close()
	for rows.Next() {
		var row T
		check(rows.Scan(fields(&row)...))
		all = append(all, row)
	}
	check(rows.Err())
	return all
}

// fetchone returns the first row of a query, or nil.
func fetchone[T any](db *sql.DB, fields func(*T) []any, query string, args ...any) *T {
	if all := fetchall(db, fields, query, args...); len(all) > 0 {
		return &all[0]
	}
	return nil
}
