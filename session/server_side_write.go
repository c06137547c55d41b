package session

import (
	"context"
	"fmt"
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
	*ServerSide
	ctx context.Context
	cfg *Config
	s   *Session
	now time.Time
}

// saveRow brings the changes of a session to the store.
func (ss *ServerSide) saveRow(ctx context.Context, cfg *Config, s *Session, now time.Time) (outcome, error) {
	w := rowSave{ServerSide: ss, ctx: ctx, cfg: cfg, s: s, now: now}
	switch r := s.row; {
	case r.loadedID != "" && cfg.ended(s, now): // while the request ran
		return deleted, w.logout()
	case r.loadedID == "" && s.empty():
		return deleted, nil // it never was there; the cookie goes
	case r.loadedID == "":
		return stored, w.set(r.currentID())
	case r.cleared && s.empty(): // a logout, whatever others have written
		return deleted, w.logout()
	case r.id != r.loadedID && !s.empty():
		return w.moveAlone()
	}
	return w.replace()
}

// logout deletes the row at once: nobody's turn has to be waited for, since all
// who save the session find that it is gone.
func (w *rowSave) logout() error {
	id := w.s.row.loadedID
	w.hot.markGone(id, w.now)
	return w.delete(id)
}

// moveAlone moves the session to its new id in a turn of its own.
func (w *rowSave) moveAlone() (outcome, error) {
	r := w.s.row
	sh, h, err := w.enterAlone(w.ctx, r.loadedID)
	if err != nil {
		return lost, unavailable("wait for other requests of the session", err)
	}
	defer w.endTurn(sh, h)
	switch {
	case h.deleted:
		return w.startOver()
	case h.outdated(r.loaded):
		if err := w.rebase(h.known); err != nil {
			return lost, err
		}
	}
	did, err := w.move(h)
	h.knows, h.known = false, Row{}
	h.reload = err != nil
	return did, err
}

// move stores the session under its new id, and deletes the old row on
// condition that it did not change. In this order a failure half way leaves the
// visitor with the old session.
func (w *rowSave) move(h *hot) (outcome, error) {
	r := w.s.row
	for conflicts := 0; conflicts <= maxConflicts; conflicts++ {
		if err := w.set(r.id); err != nil {
			return lost, err
		}
		w.hot.markGone(r.loadedID, w.now)
		result, err := w.store.swapGet(w.ctx, w.prefix+r.loadedID, r.loaded, nil, 0)
		if err != nil {
			return lost, unavailable("save", err)
		}
		if h.deleted = result.swapped; result.swapped {
			return stored, nil
		}
		found, err := w.reload(result, conflicts)
		if err != nil {
			return lost, err
		}
		if !found {
			h.deleted = true
			return w.startOver()
		}
	}
	return lost, unavailable("save", errTooManyWriters)
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

// reload puts this request's changes on top of the row as it is now, and
// reports whether it is still there. The saves of this program take turns;
// those of others do not know of that, so a row that has to be asked for again
// and again is asked for after a random time.
func (w *rowSave) reload(result swapResult, conflicts int) (bool, error) {
	switch {
	case result.current != nil: // to be tried at once: it gets no newer by waiting
		return true, w.rebase(*result.current)
	case result.complete:
		return false, nil
	case conflicts > 0:
		pause(w.ctx, longestPause(conflicts))
	}
	fresh, found, err := w.store.get(w.ctx, w.prefix+w.s.row.loadedID)
	if err != nil || !found {
		return false, unavailable("load again", err)
	}
	return true, w.rebase(fresh)
}

func (w *rowSave) rebase(fresh Row) error {
	if err := w.s.rebase(fresh, w.decode); err != nil {
		return fmt.Errorf("session: another program wrote something else than a session: %w", err)
	}
	return nil
}

// lifetime is how long what is stored lives.
func (w *rowSave) lifetime() time.Duration { return w.cfg.lifeFrom(w.s, w.now) }

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
	return unavailable("save", w.store.set(w.ctx, w.prefix+id, data, w.lifetime()))
}

func (w *rowSave) delete(id string) error {
	return unavailable("delete", w.store.delete(w.ctx, w.prefix+id))
}
