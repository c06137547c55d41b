package cantil

import (
	"io/fs"
	"log/slog"
	"time"

	"github.com/cantil-go/cantil/render"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
)

// Config is what an application can be told before it serves its first request;
// each field names Flask's config key. [App] embeds it: app.SecretKey = "…".
// They are to be set before it serves: a change afterwards may count or may not, and
// is a data race.
type Config struct {
	// SecretKey signs the session cookie, SECRET_KEY: text or raw bytes. Without
	// it sessions in cookies are empty and cannot be written. session.GenerateKey makes one.
	// One below 16 bytes is warned of at start, unless Debug or Testing is on.
	SecretKey string
	// SecretKeyFallbacks are older keys that still verify and never sign, the
	// newest last, SECRET_KEY_FALLBACKS. An empty one would let anybody sign: it
	// panics at start.
	SecretKeyFallbacks []string

	// PermanentSessionLifetime is how long a permanent session's cookie lives and
	// how old any session's cookie may be, PERMANENT_SESSION_LIFETIME: 31 days.
	PermanentSessionLifetime time.Duration
	// SessionAbsoluteLifetime ends a session that long after it was first
	// written, however busy the visitor, SESSION_ABSOLUTE_LIFETIME: 0, never.
	// Flask has no such key: session.Config says how programs of both kinds share
	// such a session. A negative one panics at start.
	SessionAbsoluteLifetime time.Duration
	// SessionCookieMustFit ends a request in a 500 that makes the session's cookie
	// larger than MaxCookieSize, or than the 4093 bytes that browsers keep where
	// that is 0, SESSION_COOKIE_MUST_FIT:
	// false, a warning in the log, as in Flask. Without it the page goes out, and
	// the browser keeps the session before. session.NewOverflow needs neither.
	SessionCookieMustFit bool
	// SessionCookieName is SESSION_COOKIE_NAME: "session". One that no browser
	// sends back panics at start, as do a "__Secure-" or "__Host-" name without
	// the attributes that browsers demand of it.
	SessionCookieName string
	// SessionCookieDomain is SESSION_COOKIE_DOMAIN: none, the host alone.
	SessionCookieDomain string
	// SessionCookiePath is SESSION_COOKIE_PATH: ApplicationRoot.
	SessionCookiePath string
	// SessionCookieHTTPOnly hides the cookie from JavaScript,
	// SESSION_COOKIE_HTTPONLY: true.
	SessionCookieHTTPOnly bool
	// SessionCookieSecure keeps the cookie to HTTPS, SESSION_COOKIE_SECURE:
	// false.
	SessionCookieSecure bool
	// SessionCookieSameSite is "Lax", "Strict", "None" or "" for no attribute at
	// all, SESSION_COOKIE_SAMESITE: "". "None" and "" are different things.
	SessionCookieSameSite string
	// SessionCookiePartitioned keeps a cookie per embedding site and forces
	// Secure, SESSION_COOKIE_PARTITIONED: false.
	SessionCookiePartitioned bool
	// SessionRefreshEachRequest sends a permanent session's cookie again with
	// every response, SESSION_REFRESH_EACH_REQUEST: true.
	SessionRefreshEachRequest bool
	// SessionClockSkew is how far ahead of this server's clock a session may
	// have been signed, SESSION_CLOCK_SKEW: 5 s. Flask has no such key and
	// tolerates nothing: where two servers share a login, a second's difference
	// loses it. Tokens of package itsdangerous are never given any.
	SessionClockSkew time.Duration
	// SessionSerializer writes the session: codec.Msgpack unless set. What
	// either of package codec's serializers wrote is read. While an unmodified
	// Flask reads the same cookie it must be codec.TaggedJSON: Flask answers
	// 500 to a msgpack payload that is signed with its own key.
	SessionSerializer codec.Serializer
	// SessionInterface opens and saves the sessions, app.session_interface:
	// session.SecureCookie unless set.
	SessionInterface session.Interface

	// MaxContentLength is the largest request body in bytes, MAX_CONTENT_LENGTH:
	// 16 MiB; 0, Flask's None, is no limit. Reading a larger one answers 413.
	MaxContentLength int
	// MaxBodyMemory is how many bytes of request bodies all requests together
	// may hold in memory, MAX_BODY_MEMORY: 256 MiB; 0 is no bound. Flask has
	// none. What is read when they are full is a 503 with Retry-After. Bodies
	// that are not read and files above 500 KiB, which are on the disk, do not
	// count.
	MaxBodyMemory int
	// MaxFormMemorySize is the largest urlencoded form in bytes, and the largest
	// field of a multipart form that is no file, MAX_FORM_MEMORY_SIZE: 500,000; 0,
	// Flask's None, is no limit.
	MaxFormMemorySize int
	// MaxFormParts is the largest number of parts of a multipart form,
	// MAX_FORM_PARTS: 1,000; 0, Flask's None, is no limit.
	MaxFormParts int

	// MaxConns is how many connections a server that Run starts has at once; more
	// wait until one ends. 0 unless set: no limit but the system's, at which they
	// wait too. Not one of Flask's keys.
	MaxConns int

	// RequestTimeout is how long after it was received a request's
	// [Context.Context] ends, so that a query does: 0, no limit. Not one of
	// Flask's keys.
	RequestTimeout time.Duration

	// TrapBadRequestErrors makes a 400 an error like any other, as for a key
	// that a form lacks: without a handler it is logged and answered with a
	// 500, TRAP_BAD_REQUEST_ERRORS: false, which in Debug means that only a key
	// that is missing is one.
	TrapBadRequestErrors bool
	// TrapHTTPExceptions does so with every HTTP error, TRAP_HTTP_EXCEPTIONS:
	// false.
	TrapHTTPExceptions bool

	// PropagateExceptions lets an error that no handler takes panic out of a
	// TestClient's call instead of becoming a 500, PROPAGATE_EXCEPTIONS: nil,
	// as Testing says. Over a connection it never does: a server goes on.
	PropagateExceptions *bool
	// MaxCookieSize is the length in bytes of a Set-Cookie line above which a
	// warning says that browsers may drop it, MAX_COOKIE_SIZE: 4093; 0 never
	// warns.
	MaxCookieSize int
	// ProvideAutomaticOptions answers OPTIONS for every rule that does not say
	// otherwise, PROVIDE_AUTOMATIC_OPTIONS: true.
	ProvideAutomaticOptions bool

	// ApplicationRoot is the path under which the application is mounted,
	// APPLICATION_ROOT: "/".
	ApplicationRoot string
	// PreferredURLScheme is the scheme of URLs built outside a request,
	// PREFERRED_URL_SCHEME: "http".
	PreferredURLScheme string
	// ServerName is the host of URLs built outside a request, SERVER_NAME.
	ServerName string
	// SubdomainMatching makes rules of a subdomain ([Subdomain]) match requests
	// to it, below ServerName: subdomain_matching=False.
	SubdomainMatching bool
	// HostMatching makes every rule match requests to its [Host] alone:
	// host_matching=False. StaticHost is that of the static files, static_host=.
	HostMatching bool
	StaticHost   string
	// TrustedHosts are the hosts that requests may name, TRUSTED_HOSTS;
	// ".x.org" allows subdomains too. Ports do not count, and names outside
	// ASCII stand for their IDNA form. Empty allows all; another host is a 400.
	// An empty entry, or one with a slash or a space, panics at start.
	TrustedHosts []string

	// TemplateFolder holds the templates, template_folder, below RootPath:
	// "templates".
	TemplateFolder string
	// StaticFolder is served at StaticURLPath, static_folder, below RootPath:
	// "static". Empty serves none.
	StaticFolder string
	// TemplateFS holds the templates instead of the disk, as from go:embed: in
	// TemplateFolder, or at its root if it has no such folder.
	TemplateFS fs.FS
	// TemplateEngine renders the templates: Jinja's unless set; render.HTML is
	// html/template's.
	TemplateEngine render.Engine
	// TemplatesAutoReload reads changed templates again, TEMPLATES_AUTO_RELOAD:
	// nil, only with Debug.
	TemplatesAutoReload *bool
	// StaticURLPath is where the static files are, static_url_path: "" for a
	// slash and the last part of StaticFolder, /static; "/" for the root.
	StaticURLPath string
	// StaticFS holds the static files instead of the disk: in StaticFolder, or at
	// its root if it has no such folder.
	StaticFS fs.FS
	// StaticPrecompressed answers for a static file with the one beside it whose
	// name has .br, .zst or .gz in addition, if the client takes that coding and
	// the file is not older: app.js.br for app.js. Not one of Flask's keys: false.
	StaticPrecompressed bool
	// SendFileMaxAge is how long browsers may use static files without asking
	// again, SEND_FILE_MAX_AGE_DEFAULT: 0, they ask each time.
	SendFileMaxAge time.Duration
	// UseXSendfile leaves the sending of files on the disk to the server in front,
	// USE_X_SENDFILE: the answer is empty and X-Sendfile names the file, as
	// Apache's mod_xsendfile and lighttpd read it; nginx does with a map to
	// X-Accel-Redirect. Its Content-Length is 0, where Flask's is the file's. false.
	UseXSendfile bool

	// JSONSortKeys sorts the keys of JSON answers, app.json.sort_keys: true.
	JSONSortKeys bool
	// JSONASCII escapes characters outside ASCII in JSON answers,
	// app.json.ensure_ascii: true.
	JSONASCII bool

	// JSONCompact leaves out spaces and line ends in JSON answers,
	// app.json.compact: nil, unless Debug is on.
	JSONCompact *bool
	// JSONMimetype is the Content-Type of JSON answers, app.json.mimetype:
	// "application/json".
	JSONMimetype string
	// JSONProvider writes and reads JSON instead of the application's own way,
	// app.json: nil. The three settings above are its business then.
	JSONProvider JSONProvider

	// Extra are custom keys, app.config['NAME'] = value: templates see them
	// as config.NAME.
	Extra map[string]any

	// Debug shows errors with their stack in the browser, reads changed
	// templates again and logs every request, DEBUG: false. Never
	// where others can reach the server: the page shows the program's inside.
	// It is shown to this machine alone, by a name or an address of the loopback.
	Debug bool
	// DebugRemote shows the page to other machines too, a phone in the same
	// network or the host of a container, DEBUG_REMOTE: false. Not one of
	// Flask's keys.
	DebugRemote bool
	// AccessLog logs every request at level Info, ACCESS_LOG: false: status,
	// bytes, milliseconds, endpoint, client, what became of the session (none,
	// read, saved, deleted, refused or failed, and why), and X-Request-ID or a
	// random text in its place, which the lines of errors have too. Handlers
	// of [App.Mount] have no line. Not one of Flask's keys.
	AccessLog bool
	// Testing lets an unhandled error panic out of a TestClient's call instead
	// of becoming a 500, unless PropagateExceptions says otherwise, TESTING:
	// false.
	Testing bool
	// Logger receives the application's log, app.logger: slog.Default().
	Logger *slog.Logger
	// Now is the clock by which cookies are signed and expire: time.Now.
	Now func() time.Time
}

// JSONProvider writes JSON answers and reads JSON requests, Flask's JSONProvider.
// It is used by several goroutines at once.
type JSONProvider interface {
	// Dumps writes v as JSON: dumps(obj).
	Dumps(v any) ([]byte, error)
	// Loads reads JSON into the variable that v points to: loads(s). An error
	// is answered with a 400.
	Loads(text []byte, v any) error
}

// defaultConfig is Flask's default_config with limits where Flask has none.
func defaultConfig() Config {
	return Config{
		PermanentSessionLifetime:  31 * 24 * time.Hour,
		SessionCookieName:         "session",
		SessionCookieHTTPOnly:     true,
		SessionRefreshEachRequest: true,
		SessionClockSkew:          5 * time.Second,
		SessionSerializer:         codec.Msgpack,
		SessionInterface:          session.SecureCookie{},
		MaxContentLength:          16 << 20,
		MaxBodyMemory:             256 << 20,
		MaxFormMemorySize:         500_000,
		MaxFormParts:              1_000,
		MaxCookieSize:             4093,
		ProvideAutomaticOptions:   true,
		ApplicationRoot:           "/",
		PreferredURLScheme:        "http",
		TemplateFolder:            "templates",
		StaticFolder:              "static",
		JSONSortKeys:              true,
		JSONASCII:                 true,
		JSONMimetype:              "application/json",
		Now:                       time.Now,
	}
}

// sessionCookiePath is Flask's get_cookie_path.
func (c *Config) sessionCookiePath() string {
	if c.SessionCookiePath != "" {
		return c.SessionCookiePath
	}
	return c.ApplicationRoot
}
