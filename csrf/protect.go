package csrf

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session/itsdangerous"
)

// CSRFProtect guards an application's forms, Flask-WTF's CSRFProtect. Its fields
// are to be set before the first request; [cantil.App.LoadEnv] and its siblings
// set those that name a key of Flask's configuration.
type CSRFProtect struct {
	// Enabled checks requests at all, WTF_CSRF_ENABLED: true. Tests set it to
	// false.
	Enabled bool
	// CheckDefault checks every view that is not exempt, WTF_CSRF_CHECK_DEFAULT:
	// true. Without it only those are checked that call Protect.
	CheckDefault bool
	// SecretKey signs the tokens, WTF_CSRF_SECRET_KEY: the application's unless
	// set.
	SecretKey string
	// Methods are the ones that are checked, WTF_CSRF_METHODS: POST, PUT, PATCH
	// and DELETE, also where it is empty.
	Methods []string
	// FieldName is the token's field in forms and key in the session,
	// WTF_CSRF_FIELD_NAME: "csrf_token".
	FieldName string
	// Headers may hold the token of a request without a form, WTF_CSRF_HEADERS:
	// X-CSRFToken and X-CSRF-Token.
	Headers []string
	// MetaName is the name that csrf_meta_tag gives to the tag,
	// WTF_CSRF_META_NAME: "csrf-token".
	MetaName string
	// TimeLimit is how old a token may be, WTF_CSRF_TIME_LIMIT: an hour. With
	// NoTimeLimit, Flask's None, it lasts as long as the session.
	TimeLimit time.Duration
	// SSLStrict demands of a request over HTTPS that its Referer is of this
	// host, WTF_CSRF_SSL_STRICT: true.
	SSLStrict bool

	// FallbackKeys takes tokens that one of SecretKeyFallbacks signed, which
	// Flask-WTF refuses: without it, forms that are open while the secret key
	// changes fail. It means nothing where SecretKey is set.
	FallbackKeys bool

	exempt     map[string]bool // endpoints
	blueprints map[*cantil.Blueprint]bool

	once       sync.Once // the first token
	serializer *itsdangerous.URLSafeTimedSerializer
}

// NoTimeLimit as a TimeLimit lets a token last as long as its session.
const NoTimeLimit = itsdangerous.NoMaxAge

const (
	extension    = "csrf"
	defaultField = "csrf_token"
	defaultMeta  = "csrf-token"
	salt         = "wtf-csrf-token"
)

var defaultMethods = []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}

// NewCSRFProtect protects an application, CSRFProtect(app), with Flask-WTF's
// defaults: a request that changes something needs a token from now on. The
// check is a before_request function, which runs after those registered before
// it. Templates have csrf_token and csrf_meta_tag. A second one for the same
// application panics.
func NewCSRFProtect(app *cantil.App) *CSRFProtect {
	if app.Extensions[extension] != nil {
		panic(errors.New("csrf: the application has a CSRFProtect already"))
	}
	p := &CSRFProtect{
		Enabled: true, CheckDefault: true, Methods: slices.Clone(defaultMethods), FieldName: defaultField,
		Headers: []string{"X-CSRFToken", "X-CSRF-Token"}, MetaName: defaultMeta, TimeLimit: time.Hour, SSLStrict: true,
		exempt: map[string]bool{}, blueprints: map[*cantil.Blueprint]bool{},
	}
	app.Extensions[extension] = p
	app.ConfigKeys(map[string]any{
		"WTF_CSRF_ENABLED": &p.Enabled, "WTF_CSRF_CHECK_DEFAULT": &p.CheckDefault, "WTF_CSRF_SECRET_KEY": &p.SecretKey,
		"WTF_CSRF_METHODS": &p.Methods, "WTF_CSRF_FIELD_NAME": &p.FieldName, "WTF_CSRF_HEADERS": &p.Headers,
		"WTF_CSRF_META_NAME": &p.MetaName, "WTF_CSRF_TIME_LIMIT": p.setTimeLimit, "WTF_CSRF_SSL_STRICT": &p.SSLStrict,
	})
	app.TemplateContextGlobal("csrf_token", templateToken)
	app.TemplateContextGlobal("csrf_meta_tag", templateMetaTag)
	app.BeforeRequest(p.check)
	return p
}

// setTimeLimit reads a number of seconds; null is no limit.
func (p *CSRFProtect) setTimeLimit(value any) error {
	seconds, isNumber := value.(float64)
	if n, ok := value.(int); ok {
		seconds, isNumber = float64(n), true
	}
	const most = 9e9 // 285 years, about what a Duration holds
	switch {
	case isNumber:
		p.TimeLimit = time.Duration(max(-most, min(seconds, most)) * float64(time.Second))
	case value == nil:
		p.TimeLimit = NoTimeLimit
	case value != "": // empty is not a setting
		return errors.New("is not a number of seconds, nor null")
	}
	return nil
}

func (p *CSRFProtect) field() string { return cmp.Or(p.FieldName, defaultField) }

// checks reports whether requests of a method are to be checked. A list that is
// empty, as a variable of the environment can leave it, protects nothing: the
// default stands for it.
func (p *CSRFProtect) checks(method string) bool {
	if len(p.Methods) == 0 {
		return slices.Contains(defaultMethods, method)
	}
	return slices.ContainsFunc(p.Methods, func(m string) bool { return strings.EqualFold(m, method) })
}

// of is the request's CSRFProtect.
func of(c *cantil.Context) *CSRFProtect {
	p, _ := c.App().Extensions[extension].(*CSRFProtect)
	if p == nil {
		panic(errors.New("csrf: the application has no CSRFProtect: csrf.NewCSRFProtect(app) makes one"))
	}
	return p
}
