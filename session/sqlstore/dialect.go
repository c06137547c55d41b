package sqlstore

import "strings"

// Dialect is the SQL that a database speaks.
type Dialect int

// The dialects.
const (
	SQLite     Dialect = iota // 3.24 or later
	PostgreSQL                // 9.5 or later
	MySQL                     // 5.7 or later, and MariaDB
)

// layout is which of Flask-Session's two tables a store works on.
type layout int

const (
	sqlAlchemy layout = iota
	flaskSessions
)

// statementsOf are the statements for each table that Flask-Session has in each
// dialect. They stand in sqlite.go, postgresql.go, flask_sessions.go and
// mysql.go, each as the database sees it.
var statementsOf = map[layout]map[Dialect]*statements{
	sqlAlchemy:    {SQLite: &sqlite, PostgreSQL: &postgreSQL, MySQL: &mySQL},
	flaskSessions: {PostgreSQL: &postgreSQLFlaskSessions},
}

// statements are what a store asks of its database. In the texts {table} is the
// name of the table, {plain} the same without its schema, {schema} that with a
// dot if there is one, and {index} the name of the index on expiry. A name that
// ends in Text is a string; that of no schema is NULL.
type statements struct {
	create  []string // the table, if it is not there
	index   string   // makes the index on expiry
	indexed string   // → how many indexes begin with expiry

	get       statement // → data, alive, FALSE
	getExtend statement // → data, alive, whether extend is to follow
	extend    statement // moves the expiry, never back; PostgreSQL's getExtend does it
	expire    statement // deletes a row that has expired

	set        statement // writes a row, whatever was there
	swap       statement // writes a row that still has the loaded data
	swapDelete statement // deletes a row that still has the loaded data
	delete     statement // deletes a row, whatever is there

	// Both delete some rows, by a condition that the index serves.
	cleanup        statement // those that have expired
	cleanupUndated statement // those without an expiry; empty if they live for ever

	owners ownerStatements
}

// statement is SQL and the values for its placeholders, in their order.
type statement struct {
	text   string
	params params
}

type params []param

// param is what a placeholder of a statement is for.
type param int

const (
	keyParam    param = iota // session_id
	dataParam                // the data to write
	loadedParam              // the data that was loaded
	nowParam                 // a row lives if its expiry is later
	untilParam               // the new expiry
	limitParam               // how many rows
	ownerParam               // the name of an owner's list
	createdParam
	seenParam
	labelParam
	paramCount
)

// values holds a value for each kind of placeholder; a statement takes those
// that it has.
type values [paramCount]any

// args are the arguments of a statement's placeholders.
func (st statement) args(v values) []any {
	args := make([]any, len(st.params))
	for i, p := range st.params {
		args[i] = v[p]
	}
	return args
}

// forTable returns the statements with the names of a table in them, which a
// dialect quotes with mark.
func (st statements) forTable(table, mark string) statements {
	names := tableNames(table, mark)
	oneLine := func(text string) string { // as server logs show it
		return strings.Join(strings.Fields(names.Replace(text)), " ")
	}
	lines := func(texts []string) (all []string) {
		for _, text := range texts {
			all = append(all, oneLine(text))
		}
		return all
	}
	st.create, st.index, st.indexed = lines(st.create), oneLine(st.index), oneLine(st.indexed)
	st.owners.create = lines(st.owners.create)
	for _, s := range []*statement{
		&st.get, &st.getExtend, &st.extend, &st.expire,
		&st.set, &st.swap, &st.swapDelete, &st.delete, &st.cleanup, &st.cleanupUndated,
		&st.owners.set, &st.owners.list, &st.owners.remove, &st.owners.cleanup,
	} {
		s.text = oneLine(s.text)
	}
	return st
}

// longestIndexed is how much of a table's name goes into that of its index and of
// the table of owners: PostgreSQL cuts names at 63 bytes.
const longestIndexed = 45

func tableNames(table, mark string) *strings.Replacer {
	quote := func(name string) string { return mark + name + mark }
	schema, plain, found := strings.Cut(table, ".")
	full, before, schemaText := quote(schema)+"."+quote(plain), quote(schema)+".", "'"+schema+"'"
	if !found {
		plain = table
		full, before, schemaText = quote(table), "", "NULL"
	}
	short := plain[:min(len(plain), longestIndexed)]
	return strings.NewReplacer(
		"{table}", full, "{tableText}", "'"+full+"'",
		"{plain}", quote(plain), "{plainText}", "'"+plain+"'",
		"{schema}", before, "{schemaText}", schemaText,
		"{index}", quote(short+"_expiry"),
		"{owners}", before+quote(short+"_owners"), "{ownersPlain}", quote(short+"_owners"),
		"{ownersIndex}", quote(short+"_owners_expiry"))
}

// quoteMark is what a dialect puts around names.
func (d Dialect) quoteMark() string {
	if d == MySQL {
		return "`"
	}
	return `"`
}

// validTable reports whether a name is one identifier, or two with a dot between
// them.
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
