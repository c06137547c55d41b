package sqlstore

import (
	"strconv"
	"strings"
)

// Dialect is the SQL that a database speaks.
type Dialect int

// The dialects.
const (
	SQLite     Dialect = iota // 3.24 or later
	PostgreSQL                // 9.5 or later
	MySQL                     // 5.7 or later, and MariaDB
)

// layout tells Flask-Session's two tables apart.
type layout int

const (
	sqlAlchemy layout = iota
	flaskSessions
)

// prepare settles the statements. In them $1 is the key; {table} and the other
// names in braces are replaced here.
func (s *Store) prepare() {
	s.get = s.compile(`SELECT data, {alive $2}, FALSE FROM {table} WHERE {key $1}`)
	s.getExtend = s.compile(`SELECT data, {alive $2}, {due $3} FROM {table} WHERE {key $1}`)
	if s.dialect == PostgreSQL {
		s.getExtend = s.compile(`WITH loaded AS (SELECT data, expiry FROM {table} WHERE {key $1}),
			extended AS (UPDATE {table} SET expiry = {time $3} WHERE {key $1} AND {alive $2} AND {due $3})
			SELECT data, {alive $2}, FALSE FROM loaded`)
	}
	s.extend = s.compile(`UPDATE {table} SET expiry = {time $2} WHERE {key $1} AND {due $2}`)
	s.expire = s.compile(`DELETE FROM {table} WHERE {key $1} AND NOT {alive $2}`)

	replace := `ON CONFLICT (session_id) DO UPDATE SET data = excluded.data, expiry = excluded.expiry`
	if s.dialect == MySQL {
		replace = `ON DUPLICATE KEY UPDATE data = VALUES(data), expiry = VALUES(expiry)`
	}
	s.set = s.compile(`INSERT INTO {table} (session_id, data, expiry) VALUES ($1, $2, {time $3}) ` + replace)
	s.swap = s.compile(`UPDATE {table} SET data = $2, expiry = {time $3} WHERE {key $1} AND data = $4`)
	s.swapDelete = s.compile(`DELETE FROM {table} WHERE {key $1} AND data = $2`)
	s.delete = s.compile(`DELETE FROM {table} WHERE {key $1}`)

	// The outer condition is for rows that came to life meanwhile.
	s.cleanup = s.compile(`DELETE FROM {table} WHERE session_id IN
		(SELECT session_id FROM {table} WHERE NOT {alive $1} LIMIT $2) AND NOT {alive $1}`)
	if s.dialect == MySQL { // knows no LIMIT in there, but one out here
		s.cleanup = s.compile(`DELETE FROM {table} WHERE NOT {alive $1} LIMIT $2`)
	}
	for _, text := range schemas[s.dialect][s.layout] {
		s.create = append(s.create, s.replaceNames(text))
	}
}

// statement is SQL with its parameters, numbered from 1 in the order in which
// the text wants them.
type statement struct {
	text  string
	order []int // nil: as they are
}

// args puts the arguments into the order of the text, and leaves out those that
// it does not ask for.
func (st statement) args(args ...any) []any {
	if st.order == nil {
		return args
	}
	ordered := make([]any, len(st.order))
	for i, n := range st.order {
		ordered[i] = args[n-1]
	}
	return ordered
}

// compile replaces the names, and the numbers of parameters by question marks
// where the dialect has those.
func (s *Store) compile(text string) statement {
	text = s.replaceNames(text)
	if s.dialect == PostgreSQL {
		return numbered(text)
	}
	var st statement
	parts := strings.Split(text, "$")
	st.text = parts[0]
	for _, part := range parts[1:] {
		st.order = append(st.order, int(part[0]-'0'))
		st.text += "?" + part[1:]
	}
	return st
}

// numbered has as many arguments as the highest number: get is called with one
// more than it asks for.
func numbered(text string) statement {
	st := statement{text: text}
	for n := 1; strings.Contains(text, "$"+strconv.Itoa(n)); n++ {
		st.order = append(st.order, n)
	}
	return st
}

// replaceNames puts the table and the conditions in.
func (s *Store) replaceNames(text string) string {
	text = strings.ReplaceAll(text, "{table}", s.quote(s.table))
	text = strings.ReplaceAll(text, "{index}", s.quote(s.table[strings.LastIndexByte(s.table, '.')+1:]+"_expiry_idx"))
	for name, condition := range s.conditions() {
		for n := 1; n <= 3; n++ {
			number := "$" + strconv.Itoa(n)
			text = strings.ReplaceAll(text, "{"+name+" "+number+"}", strings.ReplaceAll(condition, "$", number))
		}
	}
	return text
}

// conditions are what the tables and dialects see differently, about a
// parameter $: a key, or a time.
func (s *Store) conditions() map[string]string {
	c := map[string]string{
		"key":   `session_id = $`,
		"time":  `$`,
		"alive": `COALESCE(expiry > $, FALSE)`,
		"due":   `COALESCE(expiry < $, TRUE)`,
	}
	switch {
	case s.dialect == MySQL: // whose text is equal in capitals and small letters; the first finds the index
		c["key"] = `session_id = $ AND CAST(session_id AS BINARY) = CAST($ AS BINARY)`
	case s.layout == flaskSessions: // dates of the server's time zone, as NOW() makes them
		c["time"] = `CAST($ AS TIMESTAMP WITH TIME ZONE)`
		c["alive"] = `COALESCE(expiry > CAST($ AS TIMESTAMP WITH TIME ZONE), TRUE)`
		c["due"] = `COALESCE(expiry < CAST($ AS TIMESTAMP WITH TIME ZONE), TRUE)`
	case s.dialect == PostgreSQL:
		c["time"] = `CAST($ AS TIMESTAMP WITHOUT TIME ZONE)`
		c["alive"] = `COALESCE(expiry > CAST($ AS TIMESTAMP WITHOUT TIME ZONE), FALSE)`
		c["due"] = `COALESCE(expiry < CAST($ AS TIMESTAMP WITHOUT TIME ZONE), TRUE)`
	}
	return c
}

// quote quotes each part of a name.
func (s *Store) quote(name string) string {
	mark := `"`
	if s.dialect == MySQL {
		mark = "`"
	}
	return mark + strings.ReplaceAll(name, ".", mark+"."+mark) + mark
}

// validTable tells whether a name is one or two identifiers.
func validTable(name string) bool {
	parts := strings.Split(name, ".")
	for _, part := range parts {
		if part == "" || len(part) > 63 || '0' <= part[0] && part[0] <= '9' || strings.Trim(part, letters) != "" {
			return false
		}
	}
	return len(parts) <= 2
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
