package login

import (
	"cmp"
	"errors"
	"time"

	"github.com/cantil-go/cantil"
)

// LoginManager is how an application signs its users in, Flask-Login's
// LoginManager. Its fields are to be set before the first request; those that
// name a key of Flask's configuration are also set by [cantil.App.LoadEnv] and
// its siblings.
type LoginManager struct {
	// LoginView is where Unauthorized sends visitors, login_view: an endpoint, or
	// a URL that begins with "http://", "https://" or "/". Without one the answer
	// is a 401.
	LoginView string
	// BlueprintLoginViews are the login views of blueprints, by their names:
	// blueprint_login_views. "" is a 401, as None in Flask.
	BlueprintLoginViews map[string]string
	// LoginMessage is flashed with that redirect, login_message, under the
	// category LoginMessageCategory, "message". Empty: nothing is flashed.
	LoginMessage, LoginMessageCategory string

	// RefreshView is where NeedsRefresh sends users whose login is not fresh,
	// refresh_view. Without one the answer is a 401.
	RefreshView string
	// NeedsRefreshMessage is flashed with that redirect, needs_refresh_message,
	// under the category NeedsRefreshMessageCategory, "message".
	NeedsRefreshMessage, NeedsRefreshMessageCategory string

	// LocalizeCallback translates the two messages, localize_callback.
	LocalizeCallback func(c *cantil.Context, message string) string
	// AnonymousUser makes the user of a visitor who is not signed in,
	// anonymous_user: an AnonymousUserMixin unless set.
	AnonymousUser func() User

	// SessionProtection says what becomes of a session that comes from another
	// browser or address than it was made for, SESSION_PROTECTION: with "basic"
	// its login is no longer fresh, with "strong" it is signed out, with "" it
	// stays. "basic" unless set. A permanent session is never signed out:
	// sessions in a store are permanent unless told otherwise.
	SessionProtection string
	// Identifier is what SessionProtection compares, Identifier063 unless set. Both
	// halves of a site need the same one.
	Identifier func(*cantil.Context) string

	// RememberCookieName is the name of the remember cookie,
	// REMEMBER_COOKIE_NAME: "remember_token".
	RememberCookieName string
	// RememberCookieDuration is how long the browser keeps it,
	// REMEMBER_COOKIE_DURATION: 365 days.
	RememberCookieDuration time.Duration
	// RememberCookieDomain lets the hosts below a domain have it too,
	// REMEMBER_COOKIE_DOMAIN: "".
	RememberCookieDomain string
	// RememberCookiePath limits it to a path, REMEMBER_COOKIE_PATH: "/". A
	// logout outside of that path does not see the cookie: see ForgetAlways.
	RememberCookiePath string
	// RememberCookieSecure keeps it to HTTPS, REMEMBER_COOKIE_SECURE: false.
	RememberCookieSecure bool
	// RememberCookieHTTPOnly hides it from scripts, REMEMBER_COOKIE_HTTPONLY:
	// true.
	RememberCookieHTTPOnly bool
	// RememberCookieSameSite is "Lax", "Strict", "None" or "" for no attribute,
	// REMEMBER_COOKIE_SAMESITE: "".
	RememberCookieSameSite string
	// RememberCookieRefreshEachRequest sends the cookie anew with every answer to
	// a user, REMEMBER_COOKIE_REFRESH_EACH_REQUEST: false. As in Flask-Login
	// 0.6.3 it gives one to users who did not ask to be remembered, and writes
	// every session at every request; see RefreshOnlyRemembered.
	RememberCookieRefreshEachRequest bool

	// UseSessionForNext keeps the URL to return to in the session, as "next", and
	// not in the query of the login page, USE_SESSION_FOR_NEXT: false.
	UseSessionForNext bool
	// ForceHostForRedirects is the host of LoginURL's URLs, whatever the request
	// says, FORCE_HOST_FOR_REDIRECTS: "".
	ForceHostForRedirects string
	// LoginDisabled lets every visitor in, for tests, LOGIN_DISABLED: false.
	LoginDisabled bool

	Safer

	userLoader    func(*cantil.Context, string) (User, error)
	requestLoader func(*cantil.Context) (User, error)
	unauthorized  func(*cantil.Context) any
	needsRefresh  func(*cantil.Context) any
	signals
}

// Safer is what Flask-Login leaves undone and a [LoginManager] does if it is
// told to. A Flask half goes on working beside each.
type Safer struct {
	// RememberFallbackKeys takes remember cookies that one of SecretKeyFallbacks
	// signed, and replaces them by ones that last for RememberCookieDuration. Without it a new secret key signs out all users
	// who are remembered. Flask does not read the old ones: the replacement must
	// come first.
	RememberFallbackKeys bool
	// RememberIdentifier writes the Identifier into a session that a remember
	// cookie opened. Without it "strong" protection signs such a visitor out at
	// the next request, and deletes the cookie.
	RememberIdentifier bool
	// RefreshOnlyRemembered makes RememberCookieRefreshEachRequest send the cookie
	// to those who have it, and leave sessions as they are: as Flask-Login's main
	// branch does, since 0.6.3 remembers users who did not ask for it.
	RefreshOnlyRemembered bool
	// ForgetAlways lets LogoutUser delete the remember cookie even if the request
	// did not bring it. Without it a logout outside of RememberCookiePath leaves
	// the user remembered.
	ForgetAlways bool
}

// extension is the name under which the application knows its manager.
const extension = "login_manager"

const defaultCookieName = "remember_token"

// NewLoginManager returns the login manager of an application,
// LoginManager(app), with Flask-Login's defaults. Templates have current_user
// from now on, and every answer says Vary: Cookie, as in Flask. An application
// has one manager; another panics.
func NewLoginManager(app *cantil.App) *LoginManager {
	if app.Extensions[extension] != nil {
		panic(errors.New("login: the application has a LoginManager already"))
	}
	lm := &LoginManager{
		LoginMessage: "Please log in to access this page.", LoginMessageCategory: "message",
		NeedsRefreshMessage: "Please reauthenticate to access this page.", NeedsRefreshMessageCategory: "message",
		SessionProtection: "basic", Identifier: Identifier063,
		RememberCookieName: defaultCookieName, RememberCookieDuration: 365 * 24 * time.Hour, RememberCookiePath: "/",
		RememberCookieHTTPOnly: true,
	}
	app.Extensions[extension] = lm
	app.ConfigKeys(lm.configKeys())
	app.AfterRequestLast(lm.updateRememberCookie)
	app.TemplateContextGlobal("current_user", templateUser)
	app.BeforeRenderTemplate(lm.beforeTemplate)
	return lm
}

// configKeys are the keys of Flask's configuration.
func (lm *LoginManager) configKeys() map[string]any {
	return map[string]any{
		"SESSION_PROTECTION":                   lm.setProtection,
		"REMEMBER_COOKIE_NAME":                 &lm.RememberCookieName,
		"REMEMBER_COOKIE_DURATION":             &lm.RememberCookieDuration,
		"REMEMBER_COOKIE_DOMAIN":               &lm.RememberCookieDomain,
		"REMEMBER_COOKIE_PATH":                 &lm.RememberCookiePath,
		"REMEMBER_COOKIE_SECURE":               &lm.RememberCookieSecure,
		"REMEMBER_COOKIE_HTTPONLY":             &lm.RememberCookieHTTPOnly,
		"REMEMBER_COOKIE_SAMESITE":             &lm.RememberCookieSameSite,
		"REMEMBER_COOKIE_REFRESH_EACH_REQUEST": &lm.RememberCookieRefreshEachRequest,
		"USE_SESSION_FOR_NEXT":                 &lm.UseSessionForNext,
		"FORCE_HOST_FOR_REDIRECTS":             &lm.ForceHostForRedirects,
		"LOGIN_DISABLED":                       &lm.LoginDisabled,
	}
}

// setProtection sets SessionProtection from the environment. Empty is not a
// setting: it must not take the protection away.
func (lm *LoginManager) setProtection(value any) error {
	switch value {
	case "":
	case nil, false:
		lm.SessionProtection = ""
	case "basic", "strong":
		lm.SessionProtection = value.(string)
	default:
		return errors.New("is neither basic nor strong, nor null")
	}
	return nil
}

// cookieName is the remember cookie's, which cannot be empty.
func (lm *LoginManager) cookieName() string { return cmp.Or(lm.RememberCookieName, defaultCookieName) }

// UserLoader sets how a user is found by what GetID gave, user_loader. A nil
// User, or a nil pointer of the program's own type, is "no such user": the
// visitor is not signed in. An error ends the request: in a 500, or as the
// [cantil.HTTPError] that it is or wraps, a 503 for a database that is down.
func (lm *LoginManager) UserLoader(f func(c *cantil.Context, id string) (User, error)) {
	lm.userLoader = f
}

// RequestLoader sets how a user is found by the request itself, an API key for
// one, where neither session nor remember cookie name one: request_loader. The
// results are a UserLoader's.
func (lm *LoginManager) RequestLoader(f func(c *cantil.Context) (User, error)) {
	lm.requestLoader = f
}

// of is the request's login manager.
func of(c *cantil.Context) *LoginManager {
	lm, _ := c.App().Extensions[extension].(*LoginManager)
	if lm == nil {
		panic(errors.New("login: the application has no LoginManager: login.NewLoginManager(app) makes one"))
	}
	return lm
}
