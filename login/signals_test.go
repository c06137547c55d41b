package login

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/cantil-go/cantil"
)

// TestSignals: each is sent where Flask-Login sends it, and nowhere else.
func TestSignals(t *testing.T) {
	site := newTestSite()
	var sent []string
	user := func(name string) func(*cantil.Context, User) {
		return func(_ *cantil.Context, u User) { sent = append(sent, name+" "+u.GetID()) }
	}
	plain := func(name string) func(*cantil.Context) {
		return func(*cantil.Context) { sent = append(sent, name) }
	}
	lm := site.lm
	lm.UserLoggedIn(user("in"))
	lm.UserLoggedOut(user("out"))
	lm.UserLoadedFromCookie(user("cookie"))
	lm.UserLoadedFromRequest(user("request"))
	lm.UserLoginConfirmed(plain("confirmed"))
	lm.UserUnauthorized(plain("unauthorized"))
	lm.UserNeedsRefresh(plain("stale"))
	lm.SessionProtected(plain("protected"))
	lm.RequestLoader(func(c *cantil.Context) (User, error) {
		if c.Args().Get("key") != "x" {
			return nil, nil
		}
		return site.users["2"], nil
	})
	site.Get("/confirm", cantil.Endpoint("confirm"))(func(c *cantil.Context) any {
		ConfirmLogin(c)
		return "ok"
	})
	client := site.TestClient()
	agent := cantil.RequestHeader("User-Agent", "another")
	var remember string
	for _, step := range []struct {
		path    string
		options []cantil.RequestOption
		want    string
	}{
		{"/me", nil, "unauthorized"},
		{"/me?key=x", nil, "request 2"},
		{"/in/1?remember", nil, "in 1"},
		{"/me", nil, ""},
		{"/fresh", []cantil.RequestOption{agent}, "protected, stale"},
		{"/confirm", nil, "confirmed"},
		{"/out", nil, "out 1"},
		{"/out", nil, "out "},
		{"/plain", nil, ""},
	} {
		sent = nil
		r := client.Get(step.path, step.options...)
		if strings.HasPrefix(step.path, "/in") {
			remember = remembered(t, r)
		}
		if got := strings.Join(sent, ", "); got != step.want {
			t.Errorf("%s: %q, want %q", step.path, got, step.want)
		}
	}
	sent = nil
	restarted(site, "remember_token", remember).Get("/me")
	if !slices.Equal(sent, []string{"cookie 1"}) {
		t.Errorf("remembered: %q", sent)
	}
	sent, site.fails = nil, errors.New("no database")
	r := restarted(site, "remember_token", remember).Get("/out")
	if !slices.Equal(sent, []string{"out "}) || r.Status != 200 {
		t.Errorf("a logout without the database: %d, %q", r.Status, sent)
	}
}
