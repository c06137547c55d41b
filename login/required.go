package login

import (
	"net/http"

	"github.com/cantil-go/cantil"
)

// LoginRequired lets only users into a view, @login_required; to others
// [LoginManager.Unauthorized] answers. Below the route, as in Flask, it is the
// option
//
//	app.Get("/conta", cantil.Decorate(login.LoginRequired))(conta)
//
// OPTIONS passes: what a browser asks before a request to another origin brings
// no cookie.
func LoginRequired(view cantil.View) cantil.View {
	return func(c *cantil.Context) any {
		if lm := of(c); !lm.exempt(c) && !authenticated(CurrentUser(c)) {
			return lm.Unauthorized(c)
		}
		return view(c)
	}
}

// FreshLoginRequired lets only users into a view who have given their password
// in this session, @fresh_login_required: to a user who was remembered, or whose
// session came from another browser, [LoginManager.NeedsRefresh] answers. It is
// for what a stolen cookie must not do, such as to change the password.
func FreshLoginRequired(view cantil.View) cantil.View {
	return func(c *cantil.Context) any {
		lm := of(c)
		switch {
		case lm.exempt(c):
		case !authenticated(CurrentUser(c)):
			return lm.Unauthorized(c)
		case !LoginFresh(c):
			return lm.NeedsRefresh(c)
		}
		return view(c)
	}
}

// exempt reports whether the request needs no user.
func (lm *LoginManager) exempt(c *cantil.Context) bool {
	return lm.LoginDisabled || c.Method() == http.MethodOptions
}

// UnauthorizedHandler sets what answers in the place of Unauthorized,
// unauthorized_handler: a 401 in JSON for an API.
func (lm *LoginManager) UnauthorizedHandler(f func(c *cantil.Context) any) { lm.unauthorized = f }

// NeedsRefreshHandler sets what answers in the place of NeedsRefresh,
// needs_refresh_handler.
func (lm *LoginManager) NeedsRefreshHandler(f func(c *cantil.Context) any) { lm.needsRefresh = f }

// Unauthorized is the answer to a visitor who is not signed in, unauthorized():
// the UnauthorizedHandler's, or else a redirect to the login view with a flashed
// message, or else a 401. A view or a hook returns it.
func (lm *LoginManager) Unauthorized(c *cantil.Context) any {
	send(lm.refused, c)
	if lm.unauthorized != nil {
		return lm.unauthorized(c)
	}
	view, ok := lm.BlueprintLoginViews[c.Blueprint()]
	if !ok {
		view = lm.LoginView
	}
	return lm.sendTo(c, view, lm.LoginMessage, lm.LoginMessageCategory)
}

// NeedsRefresh is the answer to a user whose login is not fresh,
// needs_refresh(): the NeedsRefreshHandler's, or else a redirect to the refresh
// view with a flashed message, or else a 401.
func (lm *LoginManager) NeedsRefresh(c *cantil.Context) any {
	send(lm.refreshNeeded, c)
	if lm.needsRefresh != nil {
		return lm.needsRefresh(c)
	}
	return lm.sendTo(c, lm.RefreshView, lm.NeedsRefreshMessage, lm.NeedsRefreshMessageCategory)
}

// sendTo redirects to a page that leads back to this one.
func (lm *LoginManager) sendTo(c *cantil.Context, view, message, category string) any {
	if view == "" {
		return cantil.Abort(http.StatusUnauthorized)
	}
	if message != "" {
		if lm.LocalizeCallback != nil {
			message = lm.LocalizeCallback(c, message)
		}
		c.Flash(message, category)
	}
	if !lm.UseSessionForNext {
		return c.Redirect(LoginURL(c, view, c.URL()))
	}
	s := c.Session()
	s.Set(keyID, lm.Identifier(c))
	s.Set(keyNext, MakeNextParam(expandView(c, view), c.URL()))
	return c.Redirect(LoginURL(c, view))
}
