package sqlstore

import (
	"context"
	"time"

	"github.com/cantil-go/cantil/session"
)

// ownerStatements are those of the table of owners, beside that of the rows and
// named like it with "_owners", which Flask-Session does not know. Its times are
// microseconds since 1970.
type ownerStatements struct {
	create  []string
	set     statement // adds an entry, or replaces it but for created
	list    statement // → session_id, created, seen, label
	remove  statement
	cleanup statement
}

// ownersOf are the statements of each dialect. Keys and labels are bytes where
// the database would compare or change texts.
var ownersOf = map[Dialect]ownerStatements{
	SQLite: {
		create: []string{`
			CREATE TABLE IF NOT EXISTS {owners} (
				owner VARCHAR(255) NOT NULL,
				session_id VARCHAR(255) NOT NULL,
				created BIGINT NOT NULL,
				seen BIGINT NOT NULL,
				expiry BIGINT NOT NULL,
				label BLOB NOT NULL,
				PRIMARY KEY (owner, session_id)
			)`, `
			CREATE INDEX IF NOT EXISTS {schema}{ownersIndex} ON {ownersPlain} (expiry)`},
		set: statement{`
			INSERT INTO {owners} (owner, session_id, created, seen, expiry, label)
			VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (owner, session_id) DO UPDATE
			SET seen = excluded.seen, expiry = excluded.expiry, label = excluded.label`,
			params{ownerParam, keyParam, createdParam, seenParam, untilParam, labelParam}},
		list: statement{`
			SELECT session_id, created, seen, label
			FROM {owners}
			WHERE owner = ? AND expiry > ?`,
			params{ownerParam, nowParam}},
		remove: statement{`
			DELETE FROM {owners}
			WHERE owner = ? AND session_id = ?`,
			params{ownerParam, keyParam}},
		cleanup: statement{`
			DELETE FROM {owners}
			WHERE rowid IN (
				SELECT rowid
				FROM {owners}
				WHERE expiry <= ?
				ORDER BY expiry
				LIMIT ?
			)`,
			params{nowParam, limitParam}},
	},
	PostgreSQL: {
		create: []string{`
			CREATE TABLE IF NOT EXISTS {owners} (
				owner VARCHAR(255) NOT NULL,
				session_id VARCHAR(255) NOT NULL,
				created BIGINT NOT NULL,
				seen BIGINT NOT NULL,
				expiry BIGINT NOT NULL,
				label BYTEA NOT NULL,
				PRIMARY KEY (owner, session_id)
			)`, `
			CREATE INDEX IF NOT EXISTS {ownersIndex} ON {owners} (expiry)`},
		set: statement{`
			INSERT INTO {owners} (owner, session_id, created, seen, expiry, label)
			VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (owner, session_id) DO UPDATE
			SET seen = excluded.seen, expiry = excluded.expiry, label = excluded.label`,
			params{ownerParam, keyParam, createdParam, seenParam, untilParam, labelParam}},
		list: statement{`
			SELECT session_id, created, seen, label
			FROM {owners}
			WHERE owner = $1 AND expiry > $2`,
			params{ownerParam, nowParam}},
		remove: statement{`
			DELETE FROM {owners}
			WHERE owner = $1 AND session_id = $2`,
			params{ownerParam, keyParam}},
		cleanup: statement{`
			DELETE FROM {owners}
			WHERE ctid = ANY (ARRAY(
				SELECT ctid
				FROM {owners}
				WHERE expiry <= $1
				ORDER BY expiry
				LIMIT $2
				FOR UPDATE SKIP LOCKED
			))`,
			params{nowParam, limitParam}},
	},
	MySQL: {
		create: []string{`
			CREATE TABLE IF NOT EXISTS {owners} (
				owner VARBINARY(255) NOT NULL,
				session_id VARBINARY(255) NOT NULL,
				created BIGINT NOT NULL,
				seen BIGINT NOT NULL,
				expiry BIGINT NOT NULL,
				label VARBINARY(1000) NOT NULL,
				PRIMARY KEY (owner, session_id),
				INDEX {ownersIndex} (expiry)
			)`},
		set: statement{`
			INSERT INTO {owners} (owner, session_id, created, seen, expiry, label)
			VALUES (?, ?, ?, ?, ?, ?)
			ON DUPLICATE KEY UPDATE
			seen = VALUES(seen), expiry = VALUES(expiry), label = VALUES(label)`,
			params{ownerParam, keyParam, createdParam, seenParam, untilParam, labelParam}},
		list: statement{`
			SELECT session_id, created, seen, label
			FROM {owners}
			WHERE owner = ? AND expiry > ?`,
			params{ownerParam, nowParam}},
		remove: statement{`
			DELETE FROM {owners}
			WHERE owner = ? AND session_id = ?`,
			params{ownerParam, keyParam}},
		cleanup: statement{`
			DELETE FROM {owners}
			WHERE expiry <= ?
			ORDER BY expiry
			LIMIT ?`,
			params{nowParam, limitParam}},
	},
}

// SetOwned implements [session.OwnerStore].
func (s *Store) SetOwned(ctx context.Context, owner string, e session.OwnedRow, ttl time.Duration) error {
	now := s.now()
	_, err := s.exec(ctx, s.owners.set, values{
		ownerParam: owner, keyParam: e.Key, createdParam: e.Created.UnixMicro(), seenParam: e.Seen.UnixMicro(),
		untilParam: now.Add(ttl).UnixMicro(), labelParam: []byte(e.Label),
	})
	if err == nil {
		s.hasOwners.Store(true)
	}
	return failed("set the owner", err)
}

// Owned implements [session.OwnerStore].
func (s *Store) Owned(ctx context.Context, owner string) ([]session.OwnedRow, error) {
	st := s.owners.list
	rows, err := s.db.QueryContext(ctx, st.text, st.args(values{ownerParam: owner, nowParam: s.now().UnixMicro()})...)
	if err != nil {
		return nil, failed("list", err)
	}
	defer rows.Close()
	var entries []session.OwnedRow
	for rows.Next() {
		var key string
		var created, seen int64
		var label []byte
		if err := rows.Scan(&key, &created, &seen, &label); err != nil {
			return nil, failed("list", err)
		}
		entries = append(entries, session.OwnedRow{
			Key: key, Created: time.UnixMicro(created), Seen: time.UnixMicro(seen), Label: string(label)})
	}
	return entries, failed("list", rows.Err())
}

// RemoveOwned implements [session.OwnerStore].
func (s *Store) RemoveOwned(ctx context.Context, owner string, keys ...string) error {
	for _, key := range keys {
		if _, err := s.exec(ctx, s.owners.remove, values{ownerParam: owner, keyParam: key}); err != nil {
			return failed("remove from the list", err)
		}
	}
	return nil
}
