package limiter

import (
	"cmp"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cantil-go/cantil"
)

// RequestLimit is how a limit stands for a request.
type RequestLimit struct {
	Limit     Rate
	Key       string // whom and what it counts: "LIMITER/127.0.0.1/index/10/1/minute"
	Breached  bool
	Shared    bool      // several endpoints count together
	Remaining int       // how many requests are left
	ResetAt   time.Time // when there will be more, to the second

	message string // for the page of the 429
}

// RateLimitExceeded is the error of a request above a limit. It wraps a 429
// [cantil.HTTPError], so that handlers for that status see it.
type RateLimitExceeded struct {
	Limit RequestLimit
	http  *cantil.HTTPError
}

// Error implements error.
func (e *RateLimitExceeded) Error() string { return "limiter: more than " + e.Limit.Limit.String() }

// Unwrap returns the 429.
func (e *RateLimitExceeded) Unwrap() error { return e.http }

// state is what the Limiter knows of a request.
type state struct {
	passed     int // decorators of limits
	limits     []RequestLimit
	from       int // of limits, the first of the last evaluation: of the route's, after those of all routes
	current    int // of limits, the one that the headers tell of; -1: none
	conditions []condition
}

// condition is a limit that counts the request once its response is known.
type condition struct {
	limit *limit
	query Query
	at    int // in state.limits
}

type stateKey struct{}

func stateOf(c *cantil.Context) *state {
	s, _ := c.RequestCtx().UserValue(stateKey{}).(*state)
	if s == nil {
		s = &state{current: -1}
		c.RequestCtx().SetUserValue(stateKey{}, s)
	}
	return s
}

// begin begins an evaluation: what an earlier one found is not told of any more.
func (s *state) begin() { s.from, s.current = len(s.limits), -1 }

// CurrentLimits are the limits that the request was held to, the one with the
// shortest unit first, current_limits. For a route with limits of its own they are
// these, without those of the application.
func (l *Limiter) CurrentLimits(c *cantil.Context) []RequestLimit {
	s := stateOf(c)
	return slices.Clone(s.limits[s.from:])
}

// CurrentLimit is the one that was hit or, of several that were not, the first
// that is not shared, current_limit. It is false for a request without limits.
func (l *Limiter) CurrentLimit(c *cantil.Context) (RequestLimit, bool) {
	if s := stateOf(c); s.current >= 0 {
		return s.limits[s.current], true
	}
	return RequestLimit{}, false
}

// one is a rate with the limit that it is of.
type one struct {
	*limit
	rate Rate
}

// asked is how the storage is asked, or what stands in for it.
type asked func(c *cantil.Context, q Query, look bool) (Window, bool, error)

// evaluate counts the request for each limit. It returns nil if all have room,
// otherwise the answer. again says that there is an evaluation at the view too.
func (l *Limiter) evaluate(c *cantil.Context, limits []*limit, again bool) any {
	all := l.rates(c, limits)
	if len(all) == 0 {
		if s, _ := c.RequestCtx().UserValue(stateKey{}).(*state); s != nil {
			s.begin()
		}
		return nil
	}
	s := stateOf(c)
	s.begin()
	rv, err := l.countAll(c, s, all, l.ask)
	switch {
	case err == nil:
		return rv
	case l.fallback:
		if l.fallbackLimits != nil {
			if again { // that one counts them
				return nil
			}
			all = l.rates(c, l.fallbackLimits)
		}
		rv, _ = l.countAll(c, s, all, l.askMemory)
		return rv
	case l.swallow:
		return nil
	}
	return &cantil.HTTPError{Code: http.StatusServiceUnavailable, Err: err}
}

// countAll counts the request for each rate until one has no room. After an error
// it is as if it had not begun.
func (l *Limiter) countAll(c *cantil.Context, s *state, all []one, ask asked) (rv any, err error) {
	began, conditions := len(s.limits), len(s.conditions)
	for _, one := range all {
		q, ok := l.query(c, one)
		if !ok {
			continue
		}
		window, ok, err := ask(c, q, one.deductWhen != nil)
		if err != nil {
			s.limits, s.conditions = s.limits[:began], s.conditions[:conditions]
			return nil, err
		}
		s.limits = append(s.limits, standing(one, q, window, ok))
		if one.deductWhen != nil {
			s.conditions = append(s.conditions, condition{one.limit, q, len(s.limits) - 1})
		}
		if !ok && l.failFirst {
			break
		}
	}
	s.choose()
	return l.breach(c, s.limits[began:]), nil
}

// rates are the limits' rates that are for the request, the shortest unit first.
func (l *Limiter) rates(c *cantil.Context, limits []*limit) []one {
	var all []one
	for _, limit := range resolved(c, limits) {
		if limit.exemptWhen != nil && limit.exemptWhen(c) || !limit.takes(c.Method()) {
			continue
		}
		for _, rate := range limit.rates {
			all = append(all, one{limit, rate})
		}
	}
	slices.SortStableFunc(all, func(a, b one) int {
		return cmp.Compare(units[a.rate.Granularity], units[b.rate.Granularity])
	})
	return all
}

// query is what the storage is asked; ok is false if a key function names nobody.
func (l *Limiter) query(c *cantil.Context, one one) (q Query, ok bool) {
	keyFunc := l.key
	if one.key != nil {
		keyFunc = one.key
	}
	scope := c.Endpoint()
	switch {
	case one.shared && one.scope != "":
		scope = one.scope
	case one.scope != "":
		scope += ":" + one.scope
	}
	if one.perMethod {
		scope += ":" + strings.ToUpper(c.Method())
	}
	key := keyFunc(c)
	if key == "" || scope == "" {
		l.log().Error("limiter: a limit was left out: its key is empty", slog.String("limit", one.rate.String()), slog.String("path", c.Path()))
		return q, false
	}
	identifiers := []string{key, scope}
	if l.prefix != "" {
		identifiers = []string{l.prefix, key, scope}
	}
	return Query{Key: one.rate.key(identifiers...), Rate: one.rate, Cost: one.costs(c), Moving: l.strategy == "moving-window", Now: l.app.Now()}, true
}

func standing(one one, q Query, w Window, ok bool) RequestLimit {
	return RequestLimit{Limit: one.rate, Key: q.Key, Breached: !ok, Shared: one.shared, Remaining: max(0, one.rate.Amount-w.Count),
		ResetAt: time.Unix(w.Reset.Unix()+1, 0), message: one.message}
}

// choose picks the limit that the headers tell of.
func (s *state) choose() {
	s.current = -1
	for i := s.from; i < len(s.limits); i++ {
		switch chosen := s.current; {
		case s.limits[i].Breached:
			s.current = i
		case chosen >= 0 && s.limits[chosen].Breached:
		case chosen < 0 || s.limits[chosen].Shared && !s.limits[i].Shared:
			s.current = i
		}
	}
}

// breach is the answer if one of the limits was hit, nil otherwise.
func (l *Limiter) breach(c *cantil.Context, limits []RequestLimit) any {
	var answer any
	var first *RequestLimit
	for i := range limits {
		if !limits[i].Breached {
			continue
		}
		if first == nil {
			first = &limits[i]
		}
		if l.onBreach != nil {
			if rv := l.onBreach(c, limits[i]); rv != nil {
				answer = rv
			}
		}
	}
	if first == nil || answer != nil {
		return answer
	}
	return &RateLimitExceeded{*first, &cantil.HTTPError{Code: http.StatusTooManyRequests,
		Description: cmp.Or(first.message, first.Limit.String())}}
}

// after counts what waited for the response, and sets the headers.
func (l *Limiter) after(c *cantil.Context, r *cantil.Response) {
	s, _ := c.RequestCtx().UserValue(stateKey{}).(*state)
	if s == nil {
		return
	}
	for _, condition := range s.conditions {
		if !condition.limit.deductWhen(c, r) {
			continue
		}
		q := condition.query
		q.Now = l.app.Now() // the view may have taken longer than the window
		window, _, err := l.ask(c, q, false)
		if err != nil && l.fallback {
			window, _, err = l.askMemory(c, q, false)
		}
		if err != nil {
			l.log().Error("limiter: a request was not counted", slog.Any("error", err))
			continue
		}
		s.limits[condition.at].Remaining = max(0, condition.query.Rate.Amount-window.Count)
		s.limits[condition.at].ResetAt = time.Unix(window.Reset.Unix()+1, 0)
	}
	s.conditions = nil // a second response is for the same request
	if l.headers && s.current >= 0 {
		l.setHeaders(s.limits[s.current], r.Header())
	}
}

func (l *Limiter) setHeaders(limit RequestLimit, h *cantil.Header) {
	h.Set(l.names.limit, strconv.Itoa(limit.Limit.Amount))
	h.Set(l.names.remaining, strconv.Itoa(limit.Remaining))
	h.Set(l.names.reset, strconv.FormatInt(limit.ResetAt.Unix(), 10))
	now := l.app.Now()
	reset := limit.ResetAt
	if said, ok := retryTime(h.Get(l.names.retryAfter), now); ok && said.After(reset) {
		reset = said
	}
	if l.retryAfter == "http-date" {
		h.Set(l.names.retryAfter, reset.UTC().Format(http.TimeFormat))
		return
	}
	h.Set(l.names.retryAfter, strconv.FormatInt(int64(reset.Sub(now)/time.Second), 10))
}

// retryTime is when a Retry-After that a view set says to come again.
func retryTime(value string, now time.Time) (time.Time, bool) {
	if seconds, err := strconv.Atoi(value); err == nil {
		return now.Add(time.Duration(seconds) * time.Second), true
	}
	at, err := http.ParseTime(value)
	return at, err == nil
}
