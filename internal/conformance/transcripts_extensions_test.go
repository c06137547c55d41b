package conformance

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/csrf"
	"github.com/cantil-go/cantil/login"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/itsdangerous"
)

// setExtension sets what the extensions call a key of the configuration, and reports whether the program's extensions
// have such a key.
func setExtension(app *cantil.App, key string, raw json.RawMessage) (known bool, err error) {
	fields := map[string]any{}
	if lm, ok := app.Extensions["login_manager"].(*login.LoginManager); ok {
		fields = map[string]any{
			"REMEMBER_COOKIE_NAME": &lm.RememberCookieName, "REMEMBER_COOKIE_DOMAIN": &lm.RememberCookieDomain,
			"REMEMBER_COOKIE_PATH": &lm.RememberCookiePath, "REMEMBER_COOKIE_SECURE": &lm.RememberCookieSecure,
			"REMEMBER_COOKIE_HTTPONLY": &lm.RememberCookieHTTPOnly, "REMEMBER_COOKIE_SAMESITE": &lm.RememberCookieSameSite,
			"REMEMBER_COOKIE_REFRESH_EACH_REQUEST": &lm.RememberCookieRefreshEachRequest, "SESSION_PROTECTION": &lm.SessionProtection,
			"USE_SESSION_FOR_NEXT": &lm.UseSessionForNext, "FORCE_HOST_FOR_REDIRECTS": &lm.ForceHostForRedirects,
			"LOGIN_DISABLED": &lm.LoginDisabled,
		}
		if key == "REMEMBER_COOKIE_DURATION" {
			return true, setSeconds(&lm.RememberCookieDuration, raw)
		}
	}
	if p, ok := app.Extensions["csrf"].(*csrf.CSRFProtect); ok {
		fields = map[string]any{
			"WTF_CSRF_ENABLED": &p.Enabled, "WTF_CSRF_CHECK_DEFAULT": &p.CheckDefault, "WTF_CSRF_METHODS": &p.Methods,
			"WTF_CSRF_FIELD_NAME": &p.FieldName, "WTF_CSRF_HEADERS": &p.Headers, "WTF_CSRF_META_NAME": &p.MetaName,
			"WTF_CSRF_SSL_STRICT": &p.SSLStrict,
		}
		switch {
		case key == "WTF_CSRF_SECRET_KEY":
			return true, setSecret(&p.SecretKey, raw)
		case key == "WTF_CSRF_TIME_LIMIT" && string(raw) == "null":
			p.TimeLimit = csrf.NoTimeLimit
			return true, nil
		case key == "WTF_CSRF_TIME_LIMIT":
			return true, setSeconds(&p.TimeLimit, raw)
		}
	}
	field := fields[key]
	if field == nil {
		return false, nil
	}
	if text, ok := field.(*string); ok && (string(raw) == "false" || string(raw) == "null") {
		*text = ""
		return true, nil
	}
	return true, json.Unmarshal(raw, field)
}

// A drawing says what of an answer the program drew.
type drawing struct {
	Key   string  // in the session
	Value string  // what Flask drew
	Token *string // what Flask's page has for it
}

var drawn = regexp.MustCompile(`^[0-9a-f]{40}$`)

// undraw puts what Flask drew in the place of what Cantil drew: in the session's cookie, and in the page.
func (s *step) undraw(app *cantil.App, got *recordedAnswer) error {
	if s.Random == nil {
		return nil
	}
	prefix := app.SessionCookieName + "="
	line := got.cookie(prefix)
	if line < 0 {
		return fmt.Errorf("no session cookie among %q", got.byName()["set-cookie"])
	}
	cookie, attributes := cutCookie(got.headers[line][1], prefix)
	payload, err := openSession(app, cookie)
	if err != nil {
		return err
	}
	held, err := session.Decode(payload, app.SessionSerializer)
	if err != nil {
		return err
	}
	value, _ := held.Get(s.Random.Key).(string)
	if !drawn.MatchString(value) {
		return fmt.Errorf("the session has %q under %s", value, s.Random.Key)
	}
	held.Set(s.Random.Key, s.Random.Value)
	got.headers[line][1] = prefix + sealSession(app, held) + ";" + attributes
	if s.Random.Token == nil {
		return nil
	}
	token, err := csrfToken(app, value)
	if err == nil && !strings.Contains(got.body, token) {
		err = fmt.Errorf("the page lacks the token %s:\n%s", token, got.body)
	}
	got.body = strings.ReplaceAll(got.body, token, *s.Random.Token)
	got.page = strings.ReplaceAll(got.page, token, *s.Random.Token)
	return err
}

var (
	signedToken   = regexp.MustCompile(`\.?[\w-]+\.[\w-]+\.[\w-]{27}`)
	deflatedToken = regexp.MustCompile(`(^|[^\w-])\.[\w-]+\.[\w-]+\.[\w-]{27}`)
)

// readTokens puts what they hold in the place of tokens, if Flask's were deflated: the bytes of those depend on the
// deflate program, and so does whether it pays.
func readTokens(app *cantil.App, want, got *recordedAnswer) {
	if app.Extensions["csrf"] == nil || !deflatedToken.MatchString(want.body) {
		return
	}
	signer := csrfSigner(app)
	read := func(token string) string {
		var held any
		at, err := signer.LoadsTimestamp(token, &held)
		if err != nil {
			return token
		}
		return fmt.Sprintf("<token of %v at %d>", held, at.Unix())
	}
	for _, a := range []*recordedAnswer{want, got} {
		a.drop("Content-Length")
		a.body = signedToken.ReplaceAllStringFunc(a.body, read)
	}
}

// csrfToken is what Flask-WTF makes of a session's value.
func csrfToken(app *cantil.App, value string) (string, error) { return csrfSigner(app).Dumps(value) }

func csrfSigner(app *cantil.App) *itsdangerous.URLSafeTimedSerializer {
	key := app.SecretKey
	if p := app.Extensions["csrf"].(*csrf.CSRFProtect); p.SecretKey != "" {
		key = p.SecretKey
	}
	signer := itsdangerous.NewURLSafeTimedSerializer(key, itsdangerous.Salt("wtf-csrf-token"), itsdangerous.AllowEmptyKey())
	signer.Now = app.Now
	return signer
}
