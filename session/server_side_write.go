package session

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// outcome is what became of a session that was to be written.
type outcome int

const (
	stored  outcome = iota
	deleted         // by this request
	lost            // to another request, which deleted it
)

// rowSave is one session on its way to the store.
type rowSave struct {
	*serverSide
	ctx context.Context
	cfg *Config
	s   *Session
	now time.Time

	conflicts int
	leave     func() // lets the next one in the queue go on
}

// saveRow brings the changes of a session to the store.
func (ss *serverSide) saveRow(ctx context.Context, cfg *Config, s *Session, now time.Time) (outcome, error) {
	w := rowSave{serverSide: ss, ctx: ctx, cfg: cfg, s: s, now: now, leave: func() {}}
	defer func() { w.leave() }()
	switch r := s.row; {
	case r.loadedID != "" && cfg.ended(s, now): // while the request ran
		return deleted, w.delete(r.loadedID)
	case r.loadedID == "" && s.empty():
		return deleted, nil // it never was there; the cookie goes
	case r.loadedID == "":
		return stored, w.set(r.currentID())
	case r.cleared && s.empty(): // a logout, whatever others have written
		return deleted, w.delete(r.loadedID)
	case r.id != r.loadedID && !s.empty():
		return w.move()
	}
	return w.replace()
}

// replace swaps the loaded row for the session as it is now, or for nothing if
// it is empty.
func (w *rowSave) replace() (outcome, error) {
	w.s.row.id = w.s.row.loadedID
	for {
		var data []byte
		var err error
		if !w.s.empty() {
			if data, err = w.encode(); err != nil {
				return lost, err
			}
		}
		swapped, err := w.swap(data)
		switch {
		case err != nil:
			return lost, err
		case swapped && data == nil:
			return deleted, nil
		case swapped:
			return stored, nil
		}
		if found, err := w.reload(); err != nil || !found {
			return lost, err
		}
	}
}

// move stores the session under its new id, and deletes the old row on
// condition that it did not change. In this order a failure half way leaves the
// visitor with the old session.
func (w *rowSave) move() (outcome, error) {
	for {
		if err := w.set(w.s.row.id); err != nil {
			return lost, err
		}
		swapped, err := w.swap(nil)
		if err != nil {
			return lost, err
		}
		if swapped {
			return stored, nil
		}
		found, err := w.reload()
		if err != nil {
			return lost, err
		}
		if !found {
			return w.startOver()
		}
	}
}

// startOver leaves under the new id only what this request has set: the session
// that it came from was deleted meanwhile.
func (w *rowSave) startOver() (outcome, error) {
	w.s.replayOn(w.begin(w.cfg))
	if w.s.empty() {
		return lost, w.delete(w.s.row.id)
	}
	return stored, w.set(w.s.row.id)
}

// maxConflicts bounds how often a save is tried again because another one was
// faster. The time for all of that is bounded too.
const maxConflicts = 100

// reload puts this request's changes on top of the row as it is now, and
// reports whether it is still there. From the first conflict on, the saves of
// one session within this program take turns; those of other programs do not
// know of that, so each further conflict waits for a random time.
func (w *rowSave) reload() (bool, error) {
	id := w.s.row.loadedID
	switch w.conflicts++; {
	case w.conflicts == 1:
		leave, err := w.queues.enter(w.ctx, id)
		if err != nil {
			return false, unavailable("wait for other requests of the session", err)
		}
		w.leave = leave
	case w.conflicts > maxConflicts:
		return false, unavailable("save", errors.New("too many requests write this session at once"))
	default:
		time.Sleep(time.Duration(rand.IntN(min(w.conflicts, 20)*500)) * time.Microsecond)
	}
	fresh, found, err := w.store.get(w.ctx, w.prefix+id)
	if err != nil || !found {
		return false, unavailable("load again", err)
	}
	if err := w.s.rebase(fresh, w.decode); err != nil {
		return false, fmt.Errorf("session: another program wrote something else than a session: %w", err)
	}
	return true, nil
}

// encode returns the session as it is to be stored.
func (w *rowSave) encode() ([]byte, error) {
	w.cfg.stamp(w.s, w.now)
	return w.s.AppendTo(nil, w.serializer)
}

// set writes the session under an id that no other request knows yet.
func (w *rowSave) set(id string) error {
	data, err := w.encode()
	if err != nil {
		return err
	}
	return unavailable("save", w.store.set(w.ctx, w.prefix+id, data, w.cfg.lifeFrom(w.s, w.now)))
}

// swap replaces the loaded row, if it still is the same.
func (w *rowSave) swap(data []byte) (bool, error) {
	r := w.s.row
	swapped, err := w.store.swap(w.ctx, w.prefix+r.loadedID, r.loaded, data, w.cfg.lifeFrom(w.s, w.now))
	return swapped, unavailable("save", err)
}

func (w *rowSave) delete(id string) error {
	return unavailable("delete", w.store.delete(w.ctx, w.prefix+id))
}
