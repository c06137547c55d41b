package limiter

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cantil-go/cantil"
)

// KeyFunc names whom a limit counts, key_func: an address, a user's id. For "" the
// limit is left out, and the log says so.
type KeyFunc func(c *cantil.Context) string

// GetRemoteAddress counts by the visitor's address, get_remote_address.
func GetRemoteAddress(c *cantil.Context) string {
	if address := c.RemoteAddr(); address != "" {
		return address
	}
	return "127.0.0.1"
}

// limit is a text with what is to be known of its limits.
type limit struct {
	rates      []Rate
	text       func(*cantil.Context) string // instead of rates
	key        KeyFunc
	scope      string
	shared     bool
	perMethod  bool
	methods    []string
	message    string
	exemptWhen func(*cantil.Context) bool
	override   bool
	deductWhen func(*cantil.Context, *cantil.Response) bool
	cost       func(*cantil.Context) int // nil: one
}

// costs is as how many requests one counts.
func (l *limit) costs(c *cantil.Context) int {
	if l.cost == nil {
		return 1
	}
	return max(0, l.cost(c))
}

// LimitOption is an option of one limit.
type LimitOption func(*limit)

// newLimit panics for a text that is not a limit.
func newLimit(text string, options []LimitOption) *limit {
	l := &limit{rates: mustParse(text), override: true}
	for _, option := range options {
		option(l)
	}
	return l
}

// Key counts by another key than the Limiter's, key_func.
func Key(key KeyFunc) LimitOption { return func(l *limit) { l.key = key } }

// PerMethod counts each method of the request by itself, per_method.
func PerMethod() LimitOption { return func(l *limit) { l.perMethod = true } }

// Methods are the only ones that the limit is for, methods.
func Methods(methods ...string) LimitOption { return func(l *limit) { l.methods = methods } }

// ErrorMessage is what the page of the 429 says, error_message: the limit.
func ErrorMessage(message string) LimitOption { return func(l *limit) { l.message = message } }

// ExemptWhen leaves the limit out for the requests for which f is true,
// exempt_when.
func ExemptWhen(f func(*cantil.Context) bool) LimitOption {
	return func(l *limit) { l.exemptWhen = f }
}

// OverrideDefaults set to false has the default limits count beside this one,
// override_defaults.
func OverrideDefaults(override bool) LimitOption { return func(l *limit) { l.override = override } }

// DeductWhen counts the request only if f is true for the response,
// deduct_when: failed logins alone, as an example.
func DeductWhen(f func(*cantil.Context, *cantil.Response) bool) LimitOption {
	return func(l *limit) { l.deductWhen = f }
}

// Cost is as how many requests one counts, cost.
func Cost(f func(*cantil.Context) int) LimitOption { return func(l *limit) { l.cost = f } }

// Scope counts apart from other limits of the endpoint, scope.
func Scope(scope string) LimitOption { return func(l *limit) { l.scope = scope } }

// Dynamic asks f for the text of the limit at each request, as Flask-Limiter does
// with a function in its place; "" is no limit, and leaves the default ones. A text
// that is not a limit panics then: the request is a 500.
func Dynamic(f func(*cantil.Context) string) LimitOption { return func(l *limit) { l.text = f } }

// Option is an option of NewLimiter.
type Option func(*Limiter)

// DefaultLimits are for each route without limits of its own, default_limits and
// RATELIMIT_DEFAULT. It can be given several times. RATELIMIT_DEFAULTS_PER_METHOD
// and RATELIMIT_DEFAULTS_COST are for all of them.
func DefaultLimits(text string, options ...LimitOption) Option {
	added := newLimit(text, options)
	return func(l *Limiter) {
		l.given["RATELIMIT_DEFAULT"] = true
		l.defaults = append(l.defaults, added)
	}
}

// ApplicationLimits count all routes together, application_limits and
// RATELIMIT_APPLICATION, with RATELIMIT_APPLICATION_PER_METHOD and
// RATELIMIT_APPLICATION_COST.
func ApplicationLimits(text string, options ...LimitOption) Option {
	added := applicationLimit(text, options)
	return func(l *Limiter) {
		l.given["RATELIMIT_APPLICATION"] = true
		l.application = append(l.application, added)
	}
}

func applicationLimit(text string, options []LimitOption) *limit {
	added := newLimit(text, append([]LimitOption{Scope("global")}, options...))
	added.shared = true
	return added
}

// BlueprintLimits are for each route of the blueprint of that name, and of those
// nested in it that have none, limiter.limit(…)(bp). Nested ones are called
// "outer.inner".
func BlueprintLimits(name, text string, options ...LimitOption) Option {
	added := newLimit(text, options)
	return func(l *Limiter) { l.blueprints[name] = append(l.blueprints[name], added) }
}

// ExemptBlueprint takes the limits off the routes of a blueprint but those that a
// route has of its own, limiter.exempt(bp).
func ExemptBlueprint(name string) Option {
	return func(l *Limiter) { l.exemptBlueprints = append(l.exemptBlueprints, name) }
}

// RequestFilter takes every limit off the requests for which f is true,
// @limiter.request_filter.
func RequestFilter(f func(*cantil.Context) bool) Option {
	return func(l *Limiter) { l.filters = append(l.filters, f) }
}

// WithStorage keeps the counts in s, storage_uri: in memory unless given.
func WithStorage(s Storage) Option { return func(l *Limiter) { l.storage = s } }

// StorageTimeout is how long a storage may take to answer: one second. Not one
// of Flask-Limiter's options.
func StorageTimeout(d time.Duration) Option { return func(l *Limiter) { l.timeout = d } }

// Strategy is "fixed-window", the default, or "moving-window", strategy and
// RATELIMIT_STRATEGY. Another one panics.
func Strategy(name string) Option {
	if err := checkStrategy(name); err != nil {
		panic(fmt.Errorf("limiter: Strategy %w", err))
	}
	return given("RATELIMIT_STRATEGY", func(l *Limiter) { l.strategy = name })
}

func checkStrategy(name string) error {
	if !slices.Contains([]string{"fixed-window", "moving-window"}, name) {
		return fmt.Errorf("%q is neither fixed-window nor moving-window", name)
	}
	return nil
}

// HeadersEnabled adds X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset
// and Retry-After to the answers, headers_enabled and RATELIMIT_HEADERS_ENABLED:
// false.
func HeadersEnabled(on bool) Option {
	return given("RATELIMIT_HEADERS_ENABLED", func(l *Limiter) { l.headers = on })
}

// RetryAfter writes that header as "delta-seconds", the default, or as
// "http-date", retry_after and RATELIMIT_HEADER_RETRY_AFTER_VALUE.
func RetryAfter(form string) Option {
	return given("RATELIMIT_HEADER_RETRY_AFTER_VALUE", func(l *Limiter) { l.retryAfter = form })
}

// KeyPrefix comes before each key, key_prefix and RATELIMIT_KEY_PREFIX.
func KeyPrefix(prefix string) Option {
	return given("RATELIMIT_KEY_PREFIX", func(l *Limiter) { l.prefix = prefix })
}

// SwallowErrors lets requests through while the storage fails, swallow_errors and
// RATELIMIT_SWALLOW_ERRORS: false.
func SwallowErrors(swallow bool) Option {
	return given("RATELIMIT_SWALLOW_ERRORS", func(l *Limiter) { l.swallow = swallow })
}

// InMemoryFallback counts in memory while the storage fails, by the limits of the
// text or, if it is empty, by the same as ever, in_memory_fallback,
// RATELIMIT_IN_MEMORY_FALLBACK and RATELIMIT_IN_MEMORY_FALLBACK_ENABLED.
func InMemoryFallback(text string) Option {
	var limits []*limit
	if strings.TrimSpace(text) != "" {
		limits = []*limit{newLimit(text, nil)}
	}
	return func(l *Limiter) {
		l.given["RATELIMIT_IN_MEMORY_FALLBACK"], l.given["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = true, true
		l.fallback, l.fallbackLimits = true, limits
	}
}

// FailOnFirstBreach set to false counts the other limits of the request too when
// one was hit, fail_on_first_breach and RATELIMIT_FAIL_ON_FIRST_BREACH.
func FailOnFirstBreach(fail bool) Option {
	return given("RATELIMIT_FAIL_ON_FIRST_BREACH", func(l *Limiter) { l.failFirst = fail })
}

// OnBreach registers f to be called for each limit that was hit, on_breach. What
// it returns, unless it is nil, is the answer, as a view's would be.
func OnBreach(f func(*cantil.Context, RequestLimit) any) Option {
	return func(l *Limiter) { l.onBreach = f }
}

// Enabled set to false limits nothing, enabled and RATELIMIT_ENABLED.
func Enabled(enabled bool) Option {
	return given("RATELIMIT_ENABLED", func(l *Limiter) { l.enabled = enabled })
}

// given is an option over which the key of the configuration has no say.
func given(key string, set func(*Limiter)) Option {
	return func(l *Limiter) {
		l.given[key] = true
		set(l)
	}
}
