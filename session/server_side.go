package session

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/cantil-go/cantil/session/codec"
)

// serverSide keeps sessions in a Store and only their ids in the cookies.
type serverSide struct {
	store      guarded
	prefix     string
	transient  bool // new sessions are not permanent
	signed     bool
	idLength   int // random bytes
	serializer codec.Serializer
	timeout    time.Duration

	queues queues
	pickle sync.Once // pickled rows are reported once
}

// NewServerSide returns an Interface that keeps sessions in store, on the rows
// that Flask-Session 0.8 reads and writes, so that programs of both kinds
// share one login:
//
//	app.SessionInterface = session.NewServerSide(redisstore.New(client))
//
// A visitor for whom nothing was set has no row, no cookie, and costs no call
// of the store. A request that only reads makes one call, which loads the row
// and extends its life if Config.RefreshEachRequest says so; one that changes
// something makes a second one. Unlike Flask-Session, which writes every
// session whole with every request, nothing is lost when requests of one
// visitor overlap: a row is replaced only if it is the one that was loaded, and
// otherwise this request's changes, key by key, are done again on the new
// one. A session that was deleted meanwhile stays deleted: logging out wins.
//
// An id that the store does not know is never taken over from a cookie. A row
// that cannot be decoded is an empty session under a new id, with a warning in
// the log; pickles are among those and are never run.
//
// Calls of the store that fail or take too long end the request with an error
// that wraps [ErrUnavailable].
func NewServerSide(store Store, options ...ServerSideOption) Interface {
	if store == nil {
		panic("session: NewServerSide needs a store")
	}
	v := &serverSide{
		store:      guarded{store},
		prefix:     "session:",
		idLength:   32,
		serializer: codec.Msgpack,
		timeout:    3 * time.Second,
	}
	for _, option := range options {
		option(v)
	}
	return v
}

// Open loads the session whose id the cookie holds.
func (v *serverSide) Open(ctx context.Context, cfg *Config, cookie []byte, _ time.Time) (*Session, error) {
	if v.signed && cfg.SecretKey == "" {
		return nil, nil
	}
	id, ok := v.readID(cfg, cookie)
	if !ok {
		return v.begin(), nil
	}
	ctx, cancel := context.WithTimeout(ctx, v.timeout)
	defer cancel()
	loaded, found, err := v.load(ctx, cfg, id)
	if err != nil {
		return nil, unavailable("load", err)
	}
	if !found {
		return v.begin(), nil
	}
	s, err := v.decode(loaded)
	if err != nil {
		v.reportBroken(cfg, loaded, err)
		return v.begin(), nil
	}
	s.row = &row{newID: v.newID, id: id, loadedID: id, loaded: loaded}
	return s, nil
}

// begin returns a new session.
func (v *serverSide) begin() *Session {
	s := New()
	s.row = &row{newID: v.newID}
	if !v.transient {
		s.data.set(permanentKey, true)
	}
	return s
}

// load gets the row, and extends its life if each request is to do that.
func (v *serverSide) load(ctx context.Context, cfg *Config, id string) (Row, bool, error) {
	key := v.prefix + id
	if !cfg.RefreshEachRequest {
		return v.store.get(ctx, key)
	}
	return v.store.getExtend(ctx, key, cfg.Lifetime)
}

// decode reads a row by the serializer that wrote it.
func (v *serverSide) decode(r Row) (*Session, error) {
	payload := string(r.Data) // the one copy, which all strings of the session share
	if isForeign(v.serializer) {
		return Decode(payload, v.serializer)
	}
	return Decode(payload, codec.Detect(payload))
}

// Save writes the row if the session changed, and says what becomes of the
// cookie.
func (v *serverSide) Save(ctx context.Context, cfg *Config, s *Session, dst []byte, _ time.Time) ([]byte, Action, error) {
	if s.row == nil {
		return dst, KeepCookie, errors.New("session: NewServerSide was given a session that it did not open")
	}
	if v.signed && cfg.SecretKey == "" {
		return dst, KeepCookie, ErrNoSecretKey
	}
	id := s.row.loadedID
	if s.modified {
		ctx, cancel := context.WithTimeout(ctx, v.timeout)
		defer cancel()
		fate, err := v.write(ctx, cfg, s)
		switch {
		case err != nil:
			return dst, KeepCookie, err
		case fate == deleted:
			return dst, DeleteCookie, nil
		case fate == lost:
			cfg.Logger.Info("session: changes dropped, the session was deleted meanwhile")
			return dst, KeepCookie, nil
		}
		id = s.row.id
	}
	if id == "" || s.empty() || !cfg.shouldSetCookie(s) {
		return dst, KeepCookie, nil
	}
	return v.appendID(dst, cfg, id), SetCookie, nil
}

// reportBroken logs a row that is no session. Pickles are what Flask-Session
// wrote before 0.6: there may be many, so they are logged once.
func (v *serverSide) reportBroken(cfg *Config, r Row, err error) {
	if !isPickle(r.Data) {
		cfg.Logger.Warn("session: stored data cannot be decoded", slog.Any("error", err))
		return
	}
	v.pickle.Do(func() {
		cfg.Logger.Warn("session: pickled sessions are in the store; they are not read, and not logged again")
	})
}

// isPickle tells by its first bytes and its last whether data is Python's
// pickle of protocol 2 or later.
func isPickle(data []byte) bool {
	n := len(data)
	return n > 2 && data[0] == 0x80 && 2 <= data[1] && data[1] <= 5 && data[n-1] == '.'
}

// unavailable says of a failure of the store what it was about; nil stays nil.
func unavailable(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %s: %w", ErrUnavailable, doing, err)
}
