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

// ServerSide keeps sessions in a Store and only their ids in the cookies. Open
// and Save are here; what the fields below start as and who sets them in
// server_side_options.go; the ids in sid.go; how a changed session replaces its
// row, or meets one that another request replaced, in server_side_write.go; and
// what a session notes for that in row.go.
type ServerSide struct {
	store      guarded
	prefix     string
	transient  bool // new sessions are not permanent
	signed     bool
	idLength   int // random bytes
	serializer codec.Serializer
	timeout    time.Duration

	hot    hotSessions
	owners owners

	counters counters
	pickle   sync.Once // pickled rows are reported once
}

// InStore implements [Stored].
func (*ServerSide) InStore() bool { return true }

// NewServerSide returns an Interface that keeps sessions in store, on the rows
// that Flask-Session 0.8 reads and writes, so that programs of both kinds
// share one login:
//
//	app.SessionInterface = session.NewServerSide(redisstore.New(client))
//
// A visitor for whom nothing was set has no row, no cookie, and costs no call
// of the store. A request that only reads makes one call, which loads the row
// and extends its life if Config.RefreshEachRequest says so; one that changes
// something makes a second one.
//
// Unlike Flask-Session, which writes every session whole with every request, no
// key is lost when requests of one visitor overlap: a row is replaced only if it
// is the one that was loaded, and otherwise this request's changes, key by key,
// are done again on the new one. Of one key the last writer's value counts: two
// requests that read 1 and set 2 leave 2, and two that add to a list leave one
// addition. [Session.Change] is for those; flashed messages use it. A session
// that was deleted meanwhile stays deleted: logging out wins. Requests of one
// session that meet in this program share their calls of the store.
//
// An id that the store does not know is never taken over from a cookie. A row
// that cannot be decoded is an empty session under a new id, with a warning in
// the log; pickles are among those and are never run.
//
// Calls of the store that fail or take too long end the request with an error
// that wraps [ErrUnavailable].
func NewServerSide(store Store, options ...ServerSideOption) *ServerSide {
	if store == nil {
		panic(errors.New("session: NewServerSide needs a store"))
	}
	ss := &ServerSide{
		prefix:     "session:",
		idLength:   32,
		serializer: codec.MsgpackRows,
		timeout:    3 * time.Second,
	}
	ss.store = guarded{store, &ss.counters}
	ss.owners.store, _ = store.(OwnerStore)
	for _, option := range options {
		option(ss)
	}
	return ss
}

// Open loads the session whose id the cookie holds.
func (ss *ServerSide) Open(ctx context.Context, cfg *Config, cookie []byte, now time.Time) (*Session, error) {
	if ss.signed && cfg.SecretKey == "" {
		return nil, nil
	}
	id, ok := ss.readID(cfg, cookie)
	if !ok {
		ss.countRefused(cookie)
		return ss.begin(cfg), nil
	}
	return ss.openID(ctx, cfg, id, now)
}

// openID loads the session of an id.
func (ss *ServerSide) openID(ctx context.Context, cfg *Config, id string, now time.Time) (*Session, error) {
	ctx, cancel := context.WithTimeout(ctx, ss.timeout)
	defer cancel()
	loaded, found, err := ss.loadShared(ctx, cfg, id)
	if err != nil {
		return nil, unavailable("load", err)
	}
	if !found {
		ss.counters.unknownIDs.Add(1)
		return ss.begin(cfg), nil
	}
	s, err := ss.decode(loaded)
	if err != nil {
		ss.reportBroken(cfg, loaded, err)
		return ss.begin(cfg), nil
	}
	s.row = &row{newID: ss.newID, id: id, loadedID: id, loaded: loaded, side: ss}
	if ss.owners.store != nil {
		if s.row.owner = s.text(ownerKey); s.row.owner != "" {
			s.row.label, s.row.opened = s.text(labelKey), time.Now()
		}
	}
	if !cfg.admit(s, now) {
		ss.counters.expired.Add(1)
		ss.discard(ctx, cfg, id, now)
		return ss.begin(cfg), nil
	}
	if err := ss.shorten(ctx, cfg, s, now); err != nil {
		return nil, unavailable("load", err)
	}
	return s, nil
}

// begin returns a new session.
func (ss *ServerSide) begin(cfg *Config) *Session {
	s := begin(cfg)
	s.row = &row{newID: ss.newID, side: ss}
	if !ss.transient {
		s.data.set(permanentKey, true)
	}
	return s
}

// load gets the row, and extends its life if each request is to do that.
func (ss *ServerSide) load(ctx context.Context, cfg *Config, id string) (Row, bool, error) {
	key := ss.prefix + id
	if !cfg.RefreshEachRequest || cfg.neverIdle() {
		return ss.store.get(ctx, key)
	}
	return ss.store.getExtend(ctx, key, cfg.Lifetime)
}

// decode reads a row by the serializer that wrote it.
func (ss *ServerSide) decode(r Row) (*Session, error) {
	payload := string(r.Data) // the one copy, which all strings of the session share
	return Decode(payload, readerOf(payload, ss.serializer))
}

// Save writes the row if the session changed, and returns what the response
// does with the cookie.
func (ss *ServerSide) Save(ctx context.Context, cfg *Config, s *Session, dst []byte, now time.Time) ([]byte, Action, error) {
	if s.row == nil {
		return dst, KeepCookie, errors.New("session: NewServerSide was given a session that it did not open")
	}
	if ss.signed && cfg.SecretKey == "" {
		return dst, KeepCookie, ErrNoSecretKey
	}
	id, did := s.row.loadedID, stored
	var err error
	if s.modified || s.resend {
		ctx, cancel := context.WithTimeout(ctx, ss.timeout)
		defer cancel()
		did, err = ss.saveRow(ctx, cfg, s, now)
		id = s.row.id
	}
	if err == nil && s.row.side != nil {
		did, err = ss.list(ctx, cfg, s, id, did, now)
	}
	switch {
	case err != nil:
		return dst, KeepCookie, err
	case did == deleted:
		return dst, DeleteCookie, nil
	case did == lost:
		ss.counters.dropped.Add(1)
		if s.row.loadedID != "" {
			ss.hot.markGone(s.row.loadedID, now)
		}
		cfg.Logger.Info("session: changes dropped, the session was deleted meanwhile")
		return dst, KeepCookie, nil
	}
	if id == "" || s.empty() || !cfg.shouldSetCookie(s) || ss.hot.isGone(id) {
		return dst, KeepCookie, nil
	}
	return ss.appendID(dst, cfg, id), SetCookie, nil
}

// countRefused counts a cookie that holds no id.
func (ss *ServerSide) countRefused(cookie []byte) {
	switch {
	case len(cookie) == 0:
	case ss.signed:
		ss.counters.badSignature.Add(1)
	default:
		ss.counters.malformed.Add(1)
	}
}

// reportBroken logs a row that holds no session. Pickles are what Flask-Session
// wrote before 0.7: there may be many, so they are logged once.
func (ss *ServerSide) reportBroken(cfg *Config, r Row, err error) {
	ss.counters.undecodable.Add(1)
	if !isPickle(r.Data) {
		cfg.Logger.Warn("session: stored data cannot be decoded", slog.Any("error", err))
		return
	}
	ss.pickle.Do(func() {
		cfg.Logger.Warn("session: pickled sessions are in the store; they are not read, and not logged again")
	})
}

// isPickle reports, by the first bytes and the last, whether data is Python's
// pickle of protocol 2 or later.
func isPickle(data []byte) bool {
	n := len(data)
	return n > 2 && data[0] == 0x80 && 2 <= data[1] && data[1] <= 5 && data[n-1] == '.'
}

// unavailable wraps a failure of the store with what it was about; nil stays
// nil.
func unavailable(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %s: %w", ErrUnavailable, doing, err)
}
