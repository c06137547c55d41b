package session

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// createdKey is the key under which a session keeps when it was first written,
// in whole seconds since 1970, where Config.AbsoluteLifetime is set.
const createdKey = "_created"

// errAbsolute is why a cookie is refused, for the log.
var errAbsolute = errors.New("over its absolute lifetime")

// admit is the last step of opening a session: it reports whether the session's
// time is not over yet, and notes what Save needs. One without a first write
// (Flask's, or from before there was a limit), or with one that is yet to come,
// counts from now on, and is written to say so.
func (c *Config) admit(s *Session, now time.Time) bool {
	if c.AbsoluteLifetime <= 0 || s.null {
		return true
	}
	s.ends = true
	if s.empty() {
		return true
	}
	created, ok := s.created()
	if ok && c.over(created, now) {
		return false
	}
	if !ok || created.After(now.Add(c.ClockSkew)) {
		s.resend = true
	}
	return true
}

// created is when the session was first written, if it says so.
func (s *Session) created() (time.Time, bool) {
	v, _ := s.data.get(createdKey)
	switch v := v.(type) {
	case int:
		return time.Unix(int64(v), 0), true
	case int64: // set in this request
		return time.Unix(v, 0), true
	}
	return time.Time{}, false
}

func (c *Config) over(created, now time.Time) bool {
	return !now.Before(created.Add(c.AbsoluteLifetime))
}

// stamp is the first step of writing a session that ends: one that does not say
// when it was first written says now.
func (c *Config) stamp(s *Session, now time.Time) {
	if !s.ends || s.empty() {
		return
	}
	if created, ok := s.created(); !ok || created.After(now.Add(c.ClockSkew)) {
		s.row.touch(createdKey)
		s.data.set(createdKey, now.Unix())
	}
}

// lifeFrom is how long what is written at now lives: Lifetime, or what is left
// until the absolute end.
func (c *Config) lifeFrom(s *Session, now time.Time) time.Duration {
	if s.ends {
		if created, ok := s.created(); ok {
			return min(c.Lifetime, created.Add(c.AbsoluteLifetime).Sub(now))
		}
	}
	return c.Lifetime
}

// ExpirationTime is when the browser is to forget the cookie of a session that is
// sent at now, Flask's get_expiration_time: the zero time, with the browser's own
// session, unless the session is permanent.
func (c *Config) ExpirationTime(s *Session, now time.Time) time.Time {
	if !s.Permanent() {
		return time.Time{}
	}
	return now.Add(c.lifeFrom(s, now))
}

// ended reports whether a session's time is over.
func (c *Config) ended(s *Session, now time.Time) bool {
	if !s.ends {
		return false
	}
	created, ok := s.created()
	return ok && c.over(created, now)
}

// neverIdle reports whether a session's absolute end comes before an unused one's
// end: then a row is written once with the time until then, and extended never.
func (c *Config) neverIdle() bool {
	return 0 < c.AbsoluteLifetime && c.AbsoluteLifetime <= c.Lifetime
}

// shorten takes back what loading a row has extended it beyond its absolute end.
func (ss *ServerSide) shorten(ctx context.Context, cfg *Config, s *Session, now time.Time) error {
	left := cfg.lifeFrom(s, now)
	if left >= cfg.Lifetime || !cfg.RefreshEachRequest || cfg.neverIdle() {
		return nil
	}
	key, loaded := ss.prefix+s.row.loadedID, s.row.loaded
	if loaded.Version != 0 { // which a swap would change
		_, _, err := ss.store.getExtend(ctx, key, left)
		return err
	}
	_, err := ss.store.swapGet(ctx, key, loaded, loaded.Data, left) // or another request has written it
	return err
}

// discard removes the row of a session that is over. It is refused whether or not
// that succeeds.
func (ss *ServerSide) discard(ctx context.Context, cfg *Config, id string, now time.Time) {
	ss.hot.markGone(id, now)
	if err := ss.store.delete(ctx, ss.prefix+id); err != nil {
		cfg.Logger.Warn("session: a session over its absolute lifetime was not removed", slog.Any("error", err))
	}
}

// isOnlyOwn reports whether the payload holds nothing but what a session keeps
// about itself: the time of the first write, and in a store "_permanent".
func (p *payload) isOnlyOwn(inStore bool) bool {
	if len(p.text) > longestOwn {
		return false
	}
	p.split()
	for i := range p.fields {
		key := p.fields[i].Key
		if key != createdKey && (key != permanentKey || !inStore) {
			return false
		}
	}
	return true
}

// longestOwn is above the length of any payload of these two keys, as
// longestAlone is of one.
const longestOwn = 80
