// Package limiter bounds how often a visitor may ask, as Flask-Limiter does: its
// limits, its options and its RATELIMIT_* keys, and with package redislimits its
// counters too, so that a Flask program and a Go program count together.
//
//	package main
//
//	import (
//		"log"
//
//		"github.com/cantil-go/cantil"
//		"github.com/cantil-go/cantil/limiter"
//	)
//
//	func main() {
//		app := cantil.New()
//		limiter.NewLimiter(app, limiter.GetRemoteAddress, // Limiter(get_remote_address, app=app, default_limits=[…])
//			limiter.DefaultLimits("200 per day; 50 per hour"), limiter.HeadersEnabled(true))
//		app.Get("/")(index)
//		app.Post("/login", limiter.Limit("5/minute"))(login) // @limiter.limit("5/minute")
//		app.Get("/ping", limiter.Exempt())(ping)             // @limiter.exempt
//		if err := app.Run("localhost:5000"); err != nil {
//			log.Fatal(err)
//		}
//	}
//
//	func index(*cantil.Context) any { return "Olá" }
//	func login(*cantil.Context) any { return "…" }
//	func ping(*cantil.Context) any  { return "pong" }
//
// # Limits
//
// A text holds one limit or more, between "," ";" or "|": "10/minute", "10 per
// minute", "100 per 2 hours; 1000/day". The units are second, minute, hour, day,
// month (30 days) and year (360 days).
//
// Each limit counts by the key, mostly the visitor's address, and by the endpoint,
// unless it is shared: an application limit, or [SharedLimit]. Behind a proxy the
// address is the proxy's until App.ProxyFix says otherwise. A limit of a route
// takes the place of the defaults, a blueprint's too; application limits always
// count. What is over a limit is a [*RateLimitExceeded], a 429, through the error
// handlers; the functions before it do not run twice, and the view not at all.
// Application and default limits are looked at before the application's own
// before_request functions, those of a route after them, where the view would be
// called. Static files and addresses that lead nowhere are not limited.
//
// # Windows
//
// The strategy "fixed-window" counts from the first request on until the window
// is over, requests that are refused too. "moving-window" keeps the time of each
// request that was let through: no minute ever has more than the limit's.
// Flask-Limiter's "sliding-window-counter" is not here.
//
// # Where the counts are
//
// In memory unless [WithStorage] says otherwise: then each process counts by
// itself. The memory has a bound, [NewMemory]: an attacker who has more addresses
// than fit makes the limiter forget counts, and never more than that.
//
// A storage that fails, or does not answer within [StorageTimeout], refuses: the
// request is a 503. [SwallowErrors] lets it through instead, and
// [InMemoryFallback] counts in memory until the storage is back. Both ask again
// after a second, then two, up to 32, and the log says so each time.
//
// # What is not here
//
// Meta limits, on_breach of a single limit, a storage by URI and memcached; keys
// whose values are functions or Python's, such as RATELIMIT_KEY_FUNC. What
// [OnBreach] returns is the answer; error handlers do not see it.
package limiter
