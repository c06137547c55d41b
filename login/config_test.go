package login

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil"
)

// TestLoadEnv sets every key of Flask-Login's from the environment.
func TestLoadEnv(t *testing.T) {
	for name, value := range map[string]string{
		"SESSION_PROTECTION": "strong", "REMEMBER_COOKIE_NAME": "lembrar", "REMEMBER_COOKIE_DURATION": "604800",
		"REMEMBER_COOKIE_DOMAIN": "example.com", "REMEMBER_COOKIE_PATH": "/conta", "REMEMBER_COOKIE_SECURE": "true",
		"REMEMBER_COOKIE_HTTPONLY": "false", "REMEMBER_COOKIE_SAMESITE": "Lax", "REMEMBER_COOKIE_REFRESH_EACH_REQUEST": "true",
		"USE_SESSION_FOR_NEXT": "true", "FORCE_HOST_FOR_REDIRECTS": "example.com", "LOGIN_DISABLED": "true",
	} {
		t.Setenv("FLASK_"+name, value)
	}
	app := cantil.New()
	lm := NewLoginManager(app)
	app.LoadEnv("FLASK")
	want := *lm
	want.SessionProtection, want.RememberCookieName, want.RememberCookieDuration = "strong", "lembrar", 7*24*time.Hour
	want.RememberCookieDomain, want.RememberCookiePath, want.RememberCookieSecure = "example.com", "/conta", true
	want.RememberCookieHTTPOnly, want.RememberCookieSameSite, want.RememberCookieRefreshEachRequest = false, "Lax", true
	want.UseSessionForNext, want.ForceHostForRedirects, want.LoginDisabled = true, "example.com", true
	want.Identifier, lm.Identifier = nil, nil // functions are not comparable
	if !reflect.DeepEqual(*lm, want) {
		t.Errorf("%+v, want %+v", *lm, want)
	}
}

// TestLoadEnvProtection: an empty variable takes no protection away, and a typo
// is found at the start.
func TestLoadEnvProtection(t *testing.T) {
	for value, want := range map[string]string{"": "basic", "basic": "basic", "strong": "strong", "null": "", "false": "", "Strong": "panic"} {
		t.Run(value, func(t *testing.T) {
			t.Setenv("FLASK_SESSION_PROTECTION", value)
			app := cantil.New()
			lm := NewLoginManager(app)
			defer func() {
				if v := recover(); (v != nil) != (want == "panic") {
					t.Errorf("panic %v", v)
				}
			}()
			app.LoadEnv("FLASK")
			if lm.SessionProtection != want {
				t.Errorf("%q, want %q", lm.SessionProtection, want)
			}
		})
	}
}

// TestRememberCookie has all attributes where they belong, in Werkzeug's order.
func TestRememberCookie(t *testing.T) {
	site := newTestSite()
	lm := site.lm
	lm.RememberCookieName, lm.RememberCookieDomain, lm.RememberCookiePath = "lembrar", "example.com", "/conta"
	lm.RememberCookieSecure, lm.RememberCookieSameSite, lm.RememberCookieDuration = true, "Lax", time.Hour
	client := site.TestClient()
	lines := client.Get("/in/1?remember").HeaderAll("Set-Cookie")
	if want := "; Domain=example.com; Expires=Wed, 01 Jan 2025 01:00:00 GMT; Secure; HttpOnly; Path=/conta; SameSite=Lax"; !strings.HasPrefix(lines[0], "lembrar=1|") || !strings.HasSuffix(lines[0], want) {
		t.Errorf("set: %q", lines[0])
	}
	site.lm.ForgetAlways = true
	lines = client.Get("/out").HeaderAll("Set-Cookie")
	if want := "lembrar=; Domain=example.com; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/conta"; lines[0] != want {
		t.Errorf("deleted: %q", lines[0])
	}
}

// TestTemplates: current_user is the user's own type, with Python's properties,
// in imported macros and under html/template too.
func TestTemplates(t *testing.T) {
	site := newTestSite()
	const macro = "{% macro who() %}{{ current_user.name }}{% endmacro %}"
	for source, want := range map[string]string{
		"{{ current_user.name }} {{ current_user.is_active }}{{ current_user.is_anonymous }}": "&lt;b&gt; TrueFalse",
		"{% if current_user == author %}mine{% endif %}":                                      "mine",
		"{{ current_user.get_id() }}{{ current_user.nothing is defined }}":                    "2False",
		macro + "{{ who() }}": "&lt;b&gt;",
	} {
		endpoint := "/" + strings.Repeat("x", len(source))
		site := newTestSite()
		site.Get(endpoint, cantil.Endpoint("page"))(func(c *cantil.Context) any {
			return c.RenderTemplateString(source, cantil.Map{"author": site.users["2"]})
		})
		wantText(t, TestClient(site.App, site.users["2"], true).Get(endpoint), 200, want)
	}
	site.Get("/anonymous", cantil.Endpoint("anonymous"))(func(c *cantil.Context) any {
		return c.RenderTemplateString("{{ current_user.is_authenticated }} {{ current_user.get_id() }}")
	})
	wantText(t, site.TestClient().Get("/anonymous"), 200, "False None")
	site.AppContext(func(c *cantil.Context) { // a mail, sent in the background
		mail := c.RenderTemplateString("{{ current_user.is_authenticated }} {{ current_user.get_id() }}")
		if got := string(mail.Data()); got != "False None" {
			t.Errorf("outside of a request: %q", got)
		}
	})
}
