package session

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"
)

// OwnerStore is a [Store] that also keeps which rows belong to an account. It is
// a list beside the rows, which may say too much: who reads it looks at the rows
// too. Owners are at most 228 bytes of printable ASCII without spaces.
type OwnerStore interface {
	// SetOwned adds an entry to the list of owner, or replaces the one of its key,
	// whose Created stays. The entry is forgotten after ttl, and without entries
	// nothing is left of the list.
	SetOwned(ctx context.Context, owner string, entry OwnedRow, ttl time.Duration) error

	// Owned returns the entries of owner that are not forgotten, in any order.
	Owned(ctx context.Context, owner string) ([]OwnedRow, error)

	// RemoveOwned removes the entries of some keys. It is no error if there are
	// none.
	RemoveOwned(ctx context.Context, owner string, keys ...string) error
}

// OwnedRow is an entry of an [OwnerStore]. Times are kept to the microsecond.
type OwnedRow struct {
	Key           string // of the row
	Created, Seen time.Time
	Label         string // any UTF-8
}

// ErrNoOwners is wrapped in the errors of a session with an owner, and of those
// who ask for an account's sessions, where the store cannot list them.
var ErrNoOwners = errors.New("session: the store cannot list the sessions of an owner")

const (
	// seenEvery is how often a session that is in use says so in the list.
	seenEvery = time.Minute
	// seenMost bounds of how many sessions this program knows that they have.
	seenMost = 10_000
	// afterlife is how much longer than its row an entry is kept.
	afterlife = 2 * seenEvery
	// revokeMark is the key of the entry that says since when an owner's sessions
	// are revoked. No row has it.
	revokeMark = "revoked"
	// revokeKept is for how long that is known: longer than a request takes that
	// began before.
	revokeKept = 5 * time.Minute
)

// owners is a ServerSide's part in the lists.
type owners struct {
	store OwnerStore // nil if the store cannot
	mu    sync.Mutex
	seen  map[string]time.Time // when this program has last said so
	moves map[string]string    // from new ids of requests that run to the ids before
}

// ownerID is the name of an owner's list.
func (ss *ServerSide) ownerID(owner string) string { return digest("owner " + ss.prefix + " " + owner) }

// handleOf is the part of a handle that stands for a row.
func handleOf(key string) string { return digest("handle " + key) }

const digestLen = 22

// digest is 132 bits of a hash, which no one can turn back into an id.
func digest(text string) string {
	sum := sha256.Sum256([]byte("cantil session " + text))
	return base64.RawURLEncoding.EncodeToString(sum[:])[:digestLen]
}

func (ss *ServerSide) listKey(id string) string { return ss.prefix + "owner:" + id }

// Owned returns the sessions of an owner, the one that was seen last first.
func (ss *ServerSide) Owned(ctx context.Context, owner string) ([]Owned, error) {
	id := ss.ownerID(owner)
	alive, _, err := ss.alive(ctx, id, owner)
	if err != nil {
		return nil, err
	}
	all := make([]Owned, len(alive))
	for i, e := range alive {
		all[i] = Owned{ID: id + handleOf(e.Key), Created: e.Created, LastSeen: e.Seen, Label: e.Label}
	}
	slices.SortFunc(all, func(a, b Owned) int {
		if c := b.LastSeen.Compare(a.LastSeen); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return all, nil
}

// alive returns the entries whose rows are there and belong to the owner, and the
// keys of the others, which it forgets. An owner of "" stands for whoever the rows say.
func (ss *ServerSide) alive(ctx context.Context, id, owner string) (alive []OwnedRow, dead []string, err error) {
	if ss.owners.store == nil {
		return nil, nil, fmt.Errorf("%w: %T", ErrNoOwners, ss.store.Store)
	}
	entries, err := ss.store.owned(ctx, ss.listKey(id))
	if err != nil {
		return nil, nil, unavailable("list", err)
	}
	for _, e := range entries {
		if e.Key == revokeMark {
			continue
		}
		row, found, err := ss.store.get(ctx, e.Key)
		if err != nil {
			return nil, nil, unavailable("list", err)
		}
		if found && ss.belongs(row, id, owner) {
			alive = append(alive, e)
		} else {
			dead = append(dead, e.Key)
		}
	}
	if len(dead) > 0 {
		err = ss.store.removeOwned(ctx, ss.listKey(id), dead...)
	}
	return alive, dead, unavailable("list", err)
}

func (ss *ServerSide) belongs(row Row, id, owner string) bool {
	s, err := ss.decode(row)
	if err != nil {
		return false
	}
	got := s.text(ownerKey)
	return got != "" && (got == owner || owner == "" && ss.ownerID(got) == id)
}

// Revoke ends the session of an Owned.ID. It is no error if it has ended already.
// Requests of it that are still running save nothing more.
func (ss *ServerSide) Revoke(ctx context.Context, id string) error {
	if len(id) != 2*digestLen {
		return nil
	}
	alive, _, err := ss.alive(ctx, id[:digestLen], "")
	if err != nil {
		return err
	}
	for _, e := range alive {
		if handleOf(e.Key) == id[digestLen:] {
			return ss.end(ctx, id[:digestLen], e.Key)
		}
	}
	return nil
}

// RevokeOwner ends all sessions of an owner and returns how many there were.
// Those in except stay: each is a [Session.ID], as of the session that asks for
// it, or an Owned.ID.
//
//	n, err := side.RevokeOwner(ctx, "42", s.ID()) // all but this one
//
// Requests that are running save nothing more, also those that are about to give
// a session of before another id.
func (ss *ServerSide) RevokeOwner(ctx context.Context, owner string, except ...string) (int, error) {
	id := ss.ownerID(owner)
	if ss.owners.store == nil {
		return 0, fmt.Errorf("%w: %T", ErrNoOwners, ss.store.Store)
	}
	var spared []string
	for _, e := range except {
		if len(e) == 2*digestLen && e[:digestLen] == id {
			spared = append(spared, e[digestLen:])
			continue
		}
		spared = append(spared, handleOf(ss.prefix+e))
		if before := ss.owners.before(e); before != "" {
			spared = append(spared, handleOf(ss.prefix+before))
		}
	}
	// A request that began after the mark may give a session another id before
	// its row is deleted, or is looked at. So it goes on until there is no entry,
	// not even of a row that is gone: then all who come have seen the mark.
	n := 0
	for range maxConflicts {
		ended, empty, err := ss.revokeOnce(ctx, id, owner, spared)
		if n += ended; err != nil || empty {
			return n, err
		}
	}
	return n, unavailable("revoke", errors.New("the sessions get new ids all the time"))
}

// revokeOnce says that the owner's sessions are revoked, and ends those that are
// listed. It reports whether there was nothing but the spared.
func (ss *ServerSide) revokeOnce(ctx context.Context, id, owner string, spared []string) (n int, empty bool, err error) {
	now := time.Now()
	mark := OwnedRow{Key: revokeMark, Created: now, Seen: now, Label: strings.Join(spared, " ")}
	if err := ss.store.setOwned(ctx, ss.listKey(id), mark, revokeKept); err != nil {
		return 0, false, unavailable("revoke", err)
	}
	alive, dead, err := ss.alive(ctx, id, owner)
	if err != nil {
		return 0, false, err
	}
	for _, e := range alive {
		if slices.Contains(spared, handleOf(e.Key)) {
			continue
		}
		if err := ss.end(ctx, id, e.Key); err != nil {
			return n, false, err
		}
		n++
	}
	return n, n == 0 && len(dead) == 0, nil
}

// end deletes a row, and then its entry: what fails half way can be done again.
func (ss *ServerSide) end(ctx context.Context, id, key string) error {
	ss.hot.markGone(strings.TrimPrefix(key, ss.prefix), time.Time{})
	if err := ss.store.delete(ctx, key); err != nil {
		return unavailable("revoke", err)
	}
	return unavailable("revoke", ss.store.removeOwned(ctx, ss.listKey(id), key))
}

// list brings the lists up to date after a session was saved, or only looked at,
// and reports whether the session still is one: it is not if it got its owner or
// its id while the owner's sessions were revoked.
func (ss *ServerSide) list(ctx context.Context, cfg *Config, s *Session, id string, did outcome, now time.Time) (outcome, error) {
	r, owner := s.row, s.row.owner
	switch {
	case ss.owners.store == nil && r.claimed.IsZero():
		return did, nil
	case did != stored:
		owner = ""
	case s.modified:
		owner = s.text(ownerKey)
	}
	if owner == "" && r.owner == "" {
		return did, nil
	}
	if ss.owners.store == nil {
		return did, fmt.Errorf("%w: %T", ErrNoOwners, ss.store.Store)
	}
	ctx, cancel := context.WithTimeout(ctx, ss.timeout)
	defer cancel()
	moved := owner != r.owner || id != r.loadedID
	key := ss.prefix + id
	due := owner != "" && ss.owners.due(key, now)
	if owner != "" && (moved || due || s.text(labelKey) != r.label) {
		if err := ss.addEntry(ctx, cfg, s, owner, now); err != nil {
			return did, err
		}
		if !moved {
			return did, nil
		}
		if gone, err := ss.revoked(ctx, owner, s); gone || err != nil {
			return lost, errors.Join(err, ss.end(ctx, ss.ownerID(owner), key))
		}
	}
	if moved {
		ss.owners.moved(id)
	}
	if moved && r.owner != "" { // the entry of before: if it stays, it says too much
		if err := ss.store.removeOwned(ctx, ss.listKey(ss.ownerID(r.owner)), ss.prefix+r.loadedID); err != nil {
			cfg.Logger.Warn("session: an entry of a session that ended was not removed", slog.Any("error", err))
		}
	}
	return did, nil
}

// addEntry says in the list that a session is there. One with a new id was
// created when that of before was.
func (ss *ServerSide) addEntry(ctx context.Context, cfg *Config, s *Session, owner string, now time.Time) error {
	list := ss.listKey(ss.ownerID(owner))
	e := OwnedRow{Key: ss.prefix + s.row.id, Created: now, Seen: now, Label: s.text(labelKey)}
	if created, ok := s.created(); ok && s.ends {
		e.Created = created
	} else if r := s.row; r.owner == owner && r.id != r.loadedID {
		before, err := ss.store.owned(ctx, list)
		if err != nil {
			return unavailable("list", err)
		}
		for _, b := range before {
			if b.Key == ss.prefix+r.loadedID {
				e.Created = b.Created
			}
		}
	}
	return unavailable("list", ss.store.setOwned(ctx, list, e, cfg.lifeFrom(s, now)+afterlife))
}

// revoked reports whether the owner's sessions were revoked since the session
// got its owner. Its entry is in the list by now: either RevokeOwner saw it, or
// this sees that RevokeOwner began.
func (ss *ServerSide) revoked(ctx context.Context, owner string, s *Session) (bool, error) {
	r := s.row
	since := r.opened
	if owner != r.owner {
		since = r.claimed
	}
	entries, err := ss.store.owned(ctx, ss.listKey(ss.ownerID(owner)))
	if err != nil {
		return false, unavailable("list", err)
	}
	for _, e := range entries {
		if e.Key == revokeMark && e.Seen.After(since) {
			spared := strings.Fields(e.Label)
			return !slices.Contains(spared, handleOf(ss.prefix+r.id)) && !slices.Contains(spared, handleOf(ss.prefix+r.loadedID)), nil
		}
	}
	return false, nil
}

// move notes that a request gives a session a new id.
func (o *owners) move(id, before string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.moves == nil || len(o.moves) >= seenMost {
		o.moves = map[string]string{}
	}
	o.moves[id] = before
}

// moved forgets it.
func (o *owners) moved(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.moves, id)
}

// before is the id under which a session still is that is about to get another.
func (o *owners) before(id string) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.moves[id]
}

// due reports whether the list is to be told that a session is in use.
func (o *owners) due(key string, now time.Time) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if last, ok := o.seen[key]; ok && now.Sub(last).Abs() < seenEvery {
		return false
	}
	if o.seen == nil || len(o.seen) >= seenMost {
		o.seen = map[string]time.Time{}
	}
	o.seen[key] = now
	return true
}
