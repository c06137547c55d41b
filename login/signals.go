package login

import "github.com/cantil-go/cantil"

// signals are the functions that watch. They are connected before the first
// request, and called in their order; a panic in one is the request's.
type signals struct {
	loggedIn, loggedOut, fromCookie, fromRequest   []func(*cantil.Context, User)
	confirmed, refused, refreshNeeded, protectedBy []func(*cantil.Context)
}

// UserLoggedIn connects f to the signal user_logged_in: it is called by
// LoginUser, for a log of who signs in, or to count it.
func (lm *LoginManager) UserLoggedIn(f func(c *cantil.Context, user User)) {
	lm.loggedIn = append(lm.loggedIn, f)
}

// UserLoggedOut connects f to the signal user_logged_out: it is called by
// LogoutUser, with the anonymous user where the user could not be loaded.
func (lm *LoginManager) UserLoggedOut(f func(c *cantil.Context, user User)) {
	lm.loggedOut = append(lm.loggedOut, f)
}

// UserLoadedFromCookie connects f to the signal user_loaded_from_cookie: a
// remember cookie has signed the user in.
func (lm *LoginManager) UserLoadedFromCookie(f func(c *cantil.Context, user User)) {
	lm.fromCookie = append(lm.fromCookie, f)
}

// UserLoadedFromRequest connects f to the signal user_loaded_from_request: the
// RequestLoader has found the user.
func (lm *LoginManager) UserLoadedFromRequest(f func(c *cantil.Context, user User)) {
	lm.fromRequest = append(lm.fromRequest, f)
}

// UserLoginConfirmed connects f to the signal user_login_confirmed, of
// ConfirmLogin.
func (lm *LoginManager) UserLoginConfirmed(f func(c *cantil.Context)) {
	lm.confirmed = append(lm.confirmed, f)
}

// UserUnauthorized connects f to the signal user_unauthorized, of Unauthorized.
func (lm *LoginManager) UserUnauthorized(f func(c *cantil.Context)) {
	lm.refused = append(lm.refused, f)
}

// UserNeedsRefresh connects f to the signal user_needs_refresh, of NeedsRefresh.
func (lm *LoginManager) UserNeedsRefresh(f func(c *cantil.Context)) {
	lm.refreshNeeded = append(lm.refreshNeeded, f)
}

// SessionProtected connects f to the signal session_protected: a session came
// from another browser or address than it was made for.
func (lm *LoginManager) SessionProtected(f func(c *cantil.Context)) {
	lm.protectedBy = append(lm.protectedBy, f)
}

// send tells the functions of a signal about the request.
func send(functions []func(*cantil.Context), c *cantil.Context) {
	for _, f := range functions {
		f(c)
	}
}

// sendUser tells the functions of a signal about a user, if there is one.
func sendUser(functions []func(*cantil.Context, User), c *cantil.Context, user User) User {
	if user != nil {
		for _, f := range functions {
			f(c, user)
		}
	}
	return user
}
