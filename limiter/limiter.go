package limiter

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cantil-go/cantil"
)

// extension is the Limiter's name in App.Extensions.
const extension = "limiter"

// Limiter is what NewLimiter registered on an application.
type Limiter struct {
	app   *cantil.App
	key   KeyFunc
	given map[string]bool // the keys of the configuration that options stand for

	defaults, application []*limit
	ofDefaults, ofApp     ofAll     // the configuration's
	start                 sync.Once // the first request
	blueprints            map[string][]*limit
	exemptBlueprints      []string
	filters               []func(*cantil.Context) bool
	onBreach              func(*cantil.Context, RequestLimit) any

	storage        Storage
	timeout        time.Duration
	fallback       bool
	fallbackLimits []*limit
	outage         outage

	enabled, headers, swallow, failFirst bool
	strategy, prefix, retryAfter         string
	names                                headerNames
}

// ofAll is what the configuration says of all default limits, or of all of the
// application's.
type ofAll struct {
	perMethod bool
	cost      int // 0: nothing
}

// with returns copies of the limits with it: an option may be given to several
// Limiters.
func (a ofAll) with(limits []*limit) []*limit {
	var all []*limit
	for _, one := range limits {
		own := *one
		own.perMethod = own.perMethod || a.perMethod
		if a.cost > 0 && own.cost == nil {
			own.cost = func(*cantil.Context) int { return a.cost }
		}
		all = append(all, &own)
	}
	return all
}

// headerNames are what the headers are called.
type headerNames struct{ limit, remaining, reset, retryAfter string }

// NewLimiter limits the requests of an application, Limiter(key_func, app=app, …).
// The key is mostly [GetRemoteAddress]. An application has one Limiter; a second
// panics, and so does a mistake in the options or the configuration.
func NewLimiter(app *cantil.App, key KeyFunc, options ...Option) *Limiter {
	if app.Extensions[extension] != nil {
		panic(errors.New("limiter: NewLimiter: the application has a Limiter already"))
	}
	if key == nil {
		panic(errors.New("limiter: NewLimiter: the key function is nil; GetRemoteAddress is the usual one"))
	}
	l := &Limiter{app: app, key: key, given: map[string]bool{}, blueprints: map[string][]*limit{}, timeout: time.Second,
		enabled: true, failFirst: true, strategy: "fixed-window", retryAfter: "delta-seconds",
		names: headerNames{"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After"}}
	for _, option := range options {
		option(l)
	}
	ownStorage := l.storage != nil
	if !ownStorage {
		l.storage = NewMemory(DefaultMemoryKeys)
	}
	l.outage.memory = NewMemory(DefaultMemoryKeys)
	app.ConfigKeys(l.configKeys(ownStorage))
	app.Extensions[extension] = l
	app.BeforeRequestFirst(l.before)
	app.AfterRequestLast(l.after)
	return l
}

// configKeys are the keys of the configuration that no option stands for.
func (l *Limiter) configKeys(ownStorage bool) map[string]any {
	keys := map[string]any{
		"RATELIMIT_ENABLED":                    &l.enabled,
		"RATELIMIT_HEADERS_ENABLED":            &l.headers,
		"RATELIMIT_SWALLOW_ERRORS":             &l.swallow,
		"RATELIMIT_FAIL_ON_FIRST_BREACH":       &l.failFirst,
		"RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": &l.fallback,
		"RATELIMIT_KEY_PREFIX":                 &l.prefix,
		"RATELIMIT_HEADER_LIMIT":               &l.names.limit,
		"RATELIMIT_HEADER_REMAINING":           &l.names.remaining,
		"RATELIMIT_HEADER_RESET":               &l.names.reset,
		"RATELIMIT_HEADER_RETRY_AFTER":         &l.names.retryAfter,
		"RATELIMIT_HEADER_RETRY_AFTER_VALUE":   &l.retryAfter,
		"RATELIMIT_STRATEGY": textKey(func(text string) error {
			l.strategy = text
			return checkStrategy(text)
		}),
		"RATELIMIT_IN_MEMORY_FALLBACK": limitsKey(func(text string) {
			l.fallback, l.fallbackLimits = true, []*limit{newLimit(text, nil)}
		}),
		"RATELIMIT_DEFAULTS_PER_METHOD":    &l.ofDefaults.perMethod,
		"RATELIMIT_DEFAULTS_COST":          &l.ofDefaults.cost,
		"RATELIMIT_APPLICATION_PER_METHOD": &l.ofApp.perMethod,
		"RATELIMIT_APPLICATION_COST":       &l.ofApp.cost,
		"RATELIMIT_DEFAULT":                limitsKey(func(text string) { l.defaults = []*limit{newLimit(text, nil)} }),
		"RATELIMIT_APPLICATION":            limitsKey(func(text string) { l.application = []*limit{applicationLimit(text, nil)} }),
		"RATELIMIT_STORAGE_URI": textKey(func(text string) error {
			if ownStorage || strings.HasPrefix(text, "memory://") {
				return nil
			}
			return errors.New("names a storage: hand it to NewLimiter, limiter.WithStorage(redislimits.New(client))")
		}),
	}
	for key := range l.given {
		delete(keys, key)
	}
	return keys
}

// textKey reads a key that is text. An empty one counts as not set.
func textKey(set func(string) error) func(any) error {
	return func(value any) error {
		text, ok := value.(string)
		if !ok {
			return fmt.Errorf("is %T, not text", value)
		}
		if strings.TrimSpace(text) == "" {
			return nil
		}
		return set(text)
	}
}

func limitsKey(set func(string)) func(any) error {
	return textKey(func(text string) error {
		if _, err := ParseRates(text); err != nil {
			return err
		}
		set(text)
		return nil
	})
}

type (
	limitKey  struct{} // the limits of a route
	exemptKey struct{} // of a route without any
)

// Limit limits one route, @limiter.limit(text):
//
//	app.Post("/login", limiter.Limit("5/minute; 100/day"))(login)
//
// It can be given several times. The route's limits are looked at where the
// innermost of them stands among its decorators. A text that is not a limit
// panics; a route of an application without a Limiter answers 500.
func Limit(text string, options ...LimitOption) cantil.RouteOption {
	return limited(newLimit(text, options))
}

// SharedLimit is a limit that all routes count together that have one of this
// scope, @limiter.shared_limit(text, scope).
func SharedLimit(text, scope string, options ...LimitOption) cantil.RouteOption {
	l := newLimit(text, append(slices.Clone(options), Scope(scope)))
	l.shared = true
	return limited(l)
}

// Exempt takes every limit off a route, @limiter.exempt.
func Exempt() cantil.RouteOption { return cantil.RouteValue(exemptKey{}, true) }

func limited(l *limit) cantil.RouteOption {
	return cantil.RouteOptions(cantil.AddRouteValue(limitKey{}, l), cantil.Decorate(func(view cantil.View) cantil.View {
		return func(c *cantil.Context) any {
			limiter, _ := c.App().Extensions[extension].(*Limiter)
			if limiter == nil {
				panic(errors.New("limiter: a route has a limit, and its application no Limiter: NewLimiter is missing"))
			}
			if rv := limiter.atView(c); rv != nil {
				return rv
			}
			return view(c)
		}
	}))
}
