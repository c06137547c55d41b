package session

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"
)

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
