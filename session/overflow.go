package session

import (
	"context"
	"encoding/base64"
	"errors"
	"log/slog"
	"slices"
	"time"
)

// Overflow keeps a session in the cookie while it fits and in a store when it
// does not. [NewOverflow] returns one.
type Overflow struct {
	// Cookie keeps what fits: SecureCookie{} unless set before use.
	// [EncryptedCookie] is the other one.
	Cookie Interface

	side *ServerSide
}

// NewOverflow returns an Interface for sessions that are small as a rule: they
// live in the cookie as Flask's do, and cost no store. One whose Set-Cookie line
// would be above 4093 bytes, and would be dropped by browsers, goes to the store
// of side, with its id in the cookie, and comes back when it fits again.
//
//	app.SessionInterface = session.NewOverflow(session.NewServerSide(store))
//
// In the cookie the rules are those of cookies: new sessions are not permanent,
// and of two tabs that change the session at once the later answer wins. In the
// store they are those of [NewServerSide]: overlapping requests lose no key.
//
// Nor do they on the way. A session goes to the store under an id that no request
// knows yet. On its way back the row lives on for a minute: a request that still
// comes with the id finds it, changes it like any other, and answers with the
// whole session, the changes of both in it. A logout in that minute deletes the
// cookie, and cannot know the row.
//
// Cookies of SecureCookie and of side are read too, so that an application can
// change over with nobody logged out, and back. Flask cannot read what is in the
// store. Sessions have no owner, since one in the cookie cannot be ended. A nil
// side panics.
func NewOverflow(side *ServerSide) *Overflow {
	if side == nil {
		panic(errors.New("session: NewOverflow needs an interface with a store"))
	}
	return &Overflow{Cookie: SecureCookie{}, side: side}
}

// InStore implements [Stored]: a session may be.
func (*Overflow) InStore() bool { return true }

const (
	// defaultRoom is Config.CookieRoom unless set.
	defaultRoom = 3900
	// expiresRoom is the length of an Expires.
	expiresRoom = len("; Expires=Wed, 18 May 2033 03:33:20 GMT")
	// overlap is how long a row lives on after its session has gone to the cookie:
	// longer than the answer takes to the browser.
	overlap = time.Minute
)

// shortestSealed is the length of the shortest encrypted cookie.
var shortestSealed = base64.RawURLEncoding.EncodedLen(sealedMin)

// Open reads the session or its id from the cookie.
func (o *Overflow) Open(ctx context.Context, cfg *Config, cookie []byte, now time.Time) (*Session, error) {
	if cfg.SecretKey == "" {
		return nil, nil
	}
	id, ok := o.side.readID(cfg, cookie)
	if !ok {
		return o.Cookie.Open(ctx, cfg, cookie, now)
	}
	if s := o.openShort(ctx, cfg, cookie, now); s != nil {
		return s, nil
	}
	s, err := o.side.openID(ctx, cfg, id, now)
	if err != nil {
		return nil, err
	}
	if s.isNew {
		return begin(cfg), nil
	}
	s.row.side, s.row.owner = nil, "" // has none
	return s, nil
}

// openShort opens an encrypted cookie, which can be as short as an id and has its
// alphabet. It is nil if the cookie is none.
func (o *Overflow) openShort(ctx context.Context, cfg *Config, cookie []byte, now time.Time) *Session {
	if _, ok := o.Cookie.(EncryptedCookie); !ok || len(cookie) < shortestSealed {
		return nil
	}
	if s, err := o.Cookie.Open(ctx, cfg, cookie, now); err == nil && s != nil && !s.isNew {
		return s
	}
	return nil
}

// Save stores the session where it fits.
func (o *Overflow) Save(ctx context.Context, cfg *Config, s *Session, dst []byte, now time.Time) ([]byte, Action, error) {
	if s.row != nil {
		return o.saveStored(ctx, cfg, s, dst, now)
	}
	start := len(dst)
	dst, action, err := o.Cookie.Save(ctx, cfg, s, dst, now)
	if err != nil || action != SetCookie || len(dst)-start <= cfg.room(s) {
		return dst, action, err
	}
	s.row = &row{newID: o.side.newID}
	ctx, cancel := context.WithTimeout(ctx, o.side.timeout)
	defer cancel()
	if _, err := o.side.saveRow(ctx, cfg, s, now); err != nil {
		s.row = nil
		return dst[:start], KeepCookie, err
	}
	return o.side.appendID(dst[:start], cfg, s.row.id), SetCookie, nil
}

// room is how many bytes the value of a session's cookie may have.
func (c *Config) room(s *Session) int {
	room := c.CookieRoom
	if room == 0 {
		room = defaultRoom
	}
	if s.Permanent() {
		room -= expiresRoom
	}
	return room
}

// saveStored saves a session that came from the store, and takes it back into the
// cookie if it fits. If another request writes it at the same moment, that one or
// the next one does.
func (o *Overflow) saveStored(ctx context.Context, cfg *Config, s *Session, dst []byte, now time.Time) ([]byte, Action, error) {
	start := len(dst)
	dst, action, err := o.side.Save(ctx, cfg, s, dst, now)
	switch {
	case err != nil, action == DeleteCookie, s.modified && action == KeepCookie: // failed or gone
		return dst, action, err
	case s.row.id == "", !o.mayFit(ctx, cfg, s, now):
		return dst, action, nil
	}
	value, ok, err := o.takeBack(ctx, cfg, s, now)
	switch {
	case err != nil: // it is saved: the next request looks again
		cfg.Logger.Warn("session: a session stays in the store", slog.Any("error", err))
	case ok:
		return append(dst[:start], value...), SetCookie, nil
	}
	return dst, action, nil
}

// mayFit is asked of the session as this request has it. One that was only read
// is not encoded to find out, unless it fits for certain: it is in the store
// because it did not.
func (o *Overflow) mayFit(ctx context.Context, cfg *Config, s *Session, now time.Time) bool {
	if !s.modified {
		return base64.RawURLEncoding.EncodedLen(len(s.row.loaded.Data)+sealedMin) < cfg.room(s)
	}
	value, err := o.encode(ctx, cfg, s, now)
	return err == nil && len(value) <= cfg.room(s)
}

// encode returns the session as a cookie, changed or not.
func (o *Overflow) encode(ctx context.Context, cfg *Config, s *Session, now time.Time) ([]byte, error) {
	copied := Session{modified: true, ends: s.ends}
	copied.data.source, copied.data.text, copied.data.permanent = s.data.source, s.data.text, s.data.permanent
	copied.data.fields = slices.Clone(s.data.fields)
	value, _, err := o.Cookie.Save(ctx, cfg, &copied, nil, now)
	return value, err
}

// takeBack returns the cookie of the session as its row has it by now, the
// changes of other requests in it, and has the row end soon. It reports false if
// that does not fit, or changes while it is looked at.
func (o *Overflow) takeBack(ctx context.Context, cfg *Config, s *Session, now time.Time) ([]byte, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, o.side.timeout)
	defer cancel()
	key := o.side.prefix + s.row.id
	fresh, found, err := o.side.store.get(ctx, key)
	if err != nil || !found {
		return nil, false, unavailable("take back", err)
	}
	current, err := o.side.decode(fresh)
	if err != nil {
		return nil, false, nil
	}
	current.ends = s.ends
	value, err := o.encode(ctx, cfg, current, now)
	if err != nil || len(value) == 0 || len(value) > cfg.room(current) {
		return nil, false, err
	}
	result, err := o.side.store.swapGet(ctx, key, fresh, fresh.Data, min(overlap, cfg.lifeFrom(current, now)))
	return value, result.swapped, unavailable("take back", err)
}
