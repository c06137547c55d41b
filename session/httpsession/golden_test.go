package httpsession_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/fasthttpadaptor"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/internal/testkit/vectors"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
	"github.com/cantil-go/cantil/session/httpsession"
	"github.com/cantil-go/cantil/session/itsdangerous"
)

// conversation is one that was held with apps/session_ops.py in Flask.
type conversation struct {
	ID, App      string
	Config       map[string]json.RawMessage
	JSONProvider map[string]bool `json:"json_provider"`
	Serializer   string          `json:"session_serializer"`
	Steps        []struct {
		Now     int64
		Request struct {
			Method, Target string
			Headers        [][2]string
		}
		Response struct {
			Status  int
			Headers [][2]string
			Body    struct{ Text string }
		}
	}
}

// TestGoldenConversations holds them with a net/http server, and with one of
// fasthttp alone by App.Sessions: the same cookies to the byte, the same Vary, the
// same answers of the views.
func TestGoldenConversations(t *testing.T) {
	var file struct{ Transcripts []conversation }
	vectors.Load(t, "http-transcripts.json", &file)
	for server, start := range map[string]func(*testing.T, *httpsession.Config) site{"net/http": overHTTP, "fasthttp": overFasthttp} {
		report := vectors.NewReport(t, "http-transcripts.json, session_ops.py over "+server)
		ran := 0
		for _, c := range file.Transcripts {
			if c.App != "apps/session_ops.py" {
				continue
			}
			ran++
			report.Case(c.ID, func() error { return c.hold(t, start) })
		}
		if ran < 80 {
			t.Errorf("%d conversations: the vectors are not what they were", ran)
		}
	}
}

func overHTTP(t *testing.T, cfg *httpsession.Config) site {
	views := operations(func(r *http.Request) *session.Session { return httpsession.FromContext(r.Context()) })
	server := httptest.NewServer(httpsession.New(session.SecureCookie{}, cfg)(recovered(views)))
	t.Cleanup(server.Close)
	return site{t, server.URL}
}

// overFasthttp has the same configuration as an App.
func overFasthttp(t *testing.T, cfg *httpsession.Config) site {
	app := cantil.New()
	app.SecretKey, app.SecretKeyFallbacks = cfg.SecretKey, cfg.SecretKeyFallbacks
	app.PermanentSessionLifetime, app.SessionRefreshEachRequest = cfg.Lifetime, cfg.RefreshEachRequest
	app.SessionSerializer, app.SessionClockSkew = cfg.Serializer, cfg.ClockSkew
	app.SessionCookieName, app.SessionCookieDomain, app.SessionCookiePath = cfg.CookieName, cfg.CookieDomain, cfg.CookiePath
	app.SessionCookieHTTPOnly, app.SessionCookieSecure = cfg.CookieHTTPOnly, cfg.CookieSecure
	app.SessionCookieSameSite, app.SessionCookiePartitioned = cfg.CookieSameSite, cfg.CookiePartitioned
	app.Logger, app.Now = cfg.Logger, cfg.Now
	views := operations(func(r *http.Request) *session.Session {
		return cantil.SessionOf(r.Context().(*fasthttp.RequestCtx))
	})
	server := &fasthttp.Server{Handler: app.Sessions(fasthttpadaptor.NewFastHTTPHandler(recovered(views))), ReadBufferSize: 16 << 10}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(ln)
	t.Cleanup(func() { ln.Close() })
	return site{t, "http://" + ln.Addr().String()}
}

func (c *conversation) hold(t *testing.T, start func(*testing.T, *httpsession.Config) site) error {
	now := t0
	cfg, err := c.config()
	if err != nil {
		return err
	}
	cfg.Now = func() time.Time { return now }
	server := start(t, cfg)
	for i, step := range c.Steps {
		now = time.Unix(step.Now, 0)
		var lines []string
		for _, h := range step.Request.Headers {
			if h[0] == "Cookie" {
				lines = append(lines, h[1])
			}
		}
		got, body := server.do(step.Request.Method, step.Request.Target, lines...)
		if undecodable(cfg, lines) { // a new session and a warning; Flask answers 500, or takes pairs for a mapping
			if got.StatusCode != 200 || len(got.Header["Set-Cookie"]) > 0 {
				return fmt.Errorf("step %d: a cookie that is no session: %d, %v", i, got.StatusCode, got.Header)
			}
			return nil
		}
		if got.StatusCode != step.Response.Status {
			return fmt.Errorf("step %d, %s: status %d, want %d", i, step.Request.Target, got.StatusCode, step.Response.Status)
		}
		for _, name := range []string{"Set-Cookie", "Vary"} {
			var want []string
			for _, h := range step.Response.Headers {
				if h[0] == name {
					want = append(want, h[1])
				}
			}
			if !slices.Equal(got.Header[name], want) {
				return fmt.Errorf("step %d, %s: %s %q, want %q", i, step.Request.Target, name, got.Header[name], want)
			}
		}
		attrs := step.Request.Target == "/attrs" // session.new is True as documented, False in Flask
		if step.Response.Status == 200 && !attrs && body != step.Response.Body.Text {
			return fmt.Errorf("step %d, %s: %q, want %q", i, step.Request.Target, body, step.Response.Body.Text)
		}
	}
	return nil
}

// config reads Flask's keys; a key that is not known is an error.
func (c *conversation) config() (*httpsession.Config, error) {
	cfg := httpsession.NewConfig("sua_chave_secreta")
	cfg.ClockSkew = 0 // as Flask
	cfg.Logger = slog.New(slog.DiscardHandler)
	if c.Serializer == "tagged-json" {
		var options []codec.Option
		if on, set := c.JSONProvider["sort_keys"]; set {
			options = append(options, codec.SortKeys(on))
		}
		if on, set := c.JSONProvider["ensure_ascii"]; set {
			options = append(options, codec.EnsureASCII(on))
		}
		cfg.Serializer = codec.NewTaggedJSON(options...)
	}
	var err error
	for key, raw := range c.Config {
		var field any
		switch key {
		case "SECRET_KEY":
			cfg.SecretKey = secret(raw)
			continue
		case "SECRET_KEY_FALLBACKS":
			var keys []json.RawMessage
			err = errors.Join(err, json.Unmarshal(raw, &keys))
			for _, key := range keys {
				cfg.SecretKeyFallbacks = append(cfg.SecretKeyFallbacks, secret(key))
			}
			continue
		case "SESSION_COOKIE_NAME":
			field = &cfg.CookieName
		case "SESSION_COOKIE_DOMAIN":
			field = &cfg.CookieDomain
		case "SESSION_COOKIE_PATH", "APPLICATION_ROOT":
			field = &cfg.CookiePath
		case "SESSION_COOKIE_HTTPONLY":
			field = &cfg.CookieHTTPOnly
		case "SESSION_COOKIE_SECURE":
			field = &cfg.CookieSecure
		case "SESSION_COOKIE_SAMESITE":
			field = &cfg.CookieSameSite
		case "SESSION_COOKIE_PARTITIONED":
			field = &cfg.CookiePartitioned
		case "SESSION_REFRESH_EACH_REQUEST":
			field = &cfg.RefreshEachRequest
		case "PERMANENT_SESSION_LIFETIME":
			var seconds float64
			err = errors.Join(err, json.Unmarshal(raw, &seconds))
			cfg.Lifetime = time.Duration(seconds * float64(time.Second))
			continue
		default:
			return nil, fmt.Errorf("unknown key %s", key)
		}
		if _, isText := field.(*string); isText && (string(raw) == "false" || string(raw) == "null") {
			continue // SESSION_COOKIE_DOMAIN = False, SAMESITE = None
		}
		err = errors.Join(err, json.Unmarshal(raw, field))
	}
	if _, ok := c.Config["SESSION_COOKIE_PATH"]; ok { // it takes precedence over APPLICATION_ROOT
		err = errors.Join(err, json.Unmarshal(c.Config["SESSION_COOKIE_PATH"], &cfg.CookiePath))
	}
	return cfg, err
}

// secret reads a key: text, bytes in hexadecimal, or null.
func secret(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	var key vectors.Secret
	if err := json.Unmarshal(raw, &key); err != nil {
		panic(err)
	}
	return string(key)
}

// undecodable reports whether the request's cookie has a good signature and a
// payload that is no session.
func undecodable(cfg *httpsession.Config, lines []string) bool {
	_, cookie, _ := strings.Cut(strings.Join(lines, ";"), cfg.CookieName+"=")
	cookie, _, _ = strings.Cut(cookie, ";")
	signer := itsdangerous.NewURLSafeTimedSerializer(cfg.SecretKey, itsdangerous.Salt("cookie-session"),
		itsdangerous.KeyDerivation("hmac"), itsdangerous.AllowEmptyKey())
	payload, _, err := signer.AppendLoads(nil, []byte(cookie), itsdangerous.NoMaxAge, t0)
	if err != nil {
		return false
	}
	_, err = session.Decode(string(payload), codec.Detect(string(payload)))
	return err != nil || cfg.Serializer != codec.Msgpack && codec.Detect(string(payload)) == codec.Msgpack
}

// recovered makes a 500 of a panic, as every framework has it.
func recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if v := recover(); v != nil {
				http.Error(w, fmt.Sprint(v), 500)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// operations is apps/session_ops.py.
func operations(of func(*http.Request) *session.Session) http.Handler {
	mux := http.NewServeMux()
	view := func(pattern string, f func(s func() *session.Session, r *http.Request) any) {
		mux.HandleFunc("GET "+pattern, func(w http.ResponseWriter, r *http.Request) {
			v := f(func() *session.Session { return of(r) }, r)
			fmt.Fprint(w, python(v))
		})
	}
	type get = func() *session.Session
	do := func(pattern string, f func(s *session.Session, key, value string)) {
		view(pattern, func(s get, r *http.Request) any {
			f(s(), r.PathValue("key"), r.PathValue("value"))
			return "ok"
		})
	}
	view("/untouched", func(get, *http.Request) any { return "ok" })
	view("/name-only", func(get, *http.Request) any { return "ok" })
	view("/bool", func(s get, _ *http.Request) any { return map[bool]string{true: "cheia", false: "vazia"}[s().Len() > 0] })
	view("/get/{key}", func(s get, r *http.Request) any { return s().Get(r.PathValue("key")) })
	view("/get/{key}/{value}", func(s get, r *http.Request) any { return s().Get(r.PathValue("key"), r.PathValue("value")) })
	view("/getitem/{key}", func(s get, r *http.Request) any { return s().Must(r.PathValue("key")) })
	view("/in/{key}", func(s get, r *http.Request) any {
		return map[bool]string{true: "sim", false: "não"}[s().Has(r.PathValue("key"))]
	})
	view("/len", func(s get, _ *http.Request) any { return s().Len() })
	view("/keys", func(s get, _ *http.Request) any { return strings.Join(s().Keys(), ",") })
	view("/iter", func(s get, _ *http.Request) any { return strings.Join(s().Keys(), ",") })
	view("/values", func(s get, _ *http.Request) any {
		return joined(s(), func(_ string, v any) string { return python(v) })
	})
	view("/items", func(s get, _ *http.Request) any {
		return joined(s(), func(k string, v any) string { return k + "=" + python(v) })
	})
	view("/attrs", func(s get, _ *http.Request) any { return s().New() })
	do("/set/{key}/{value}", func(s *session.Session, key, value string) { s.Set(key, value) })
	do("/set-int/{key}/{value}", func(s *session.Session, key, value string) {
		n, _ := strconv.Atoi(value)
		s.Set(key, n)
	})
	do("/set-unmodified/{key}/{value}", func(s *session.Session, key, value string) {
		s.Set(key, value)
		s.SetModified(false)
	})
	do("/mark-modified", func(s *session.Session, _, _ string) { s.SetModified(true) })
	do("/del/{key}", func(s *session.Session, key, _ string) { s.Delete(key) })
	view("/pop/{key}", func(s get, r *http.Request) any { return s().Pop(r.PathValue("key")) })
	view("/pop/{key}/{value}", func(s get, r *http.Request) any { return s().Pop(r.PathValue("key"), r.PathValue("value")) })
	view("/popitem", func(s get, _ *http.Request) any {
		key, value := s().PopItem()
		return key + "=" + python(value)
	})
	view("/setdefault/{key}/{value}", func(s get, r *http.Request) any {
		return s().SetDefault(r.PathValue("key"), r.PathValue("value"))
	})
	view("/update", func(s get, r *http.Request) any {
		for pair := range strings.SplitSeq(r.URL.RawQuery, "&") {
			key, value, _ := strings.Cut(pair, "=")
			s().Set(key, value)
		}
		return "ok"
	})
	do("/update-nothing", func(s *session.Session, _, _ string) { s.Update(nil) })
	do("/clear", func(s *session.Session, _, _ string) { s.Clear() })
	do("/clear-set/{key}/{value}", func(s *session.Session, key, value string) {
		s.Clear()
		s.Set(key, value)
	})
	do("/set-pop/{key}", func(s *session.Session, key, _ string) {
		s.Set(key, "x")
		s.Pop(key)
	})
	do("/permanent/on", func(s *session.Session, _, _ string) { s.SetPermanent(true) })
	do("/permanent/off", func(s *session.Session, _, _ string) { s.SetPermanent(false) })
	do("/set-then-fail/{key}/{value}", func(s *session.Session, key, value string) {
		s.Set(key, value)
		panic("falhou")
	})
	do("/null/{key}", func(s *session.Session, key, _ string) { s.Set(key, nil) })
	return mux
}

func joined(s *session.Session, f func(key string, value any) string) string {
	var parts []string
	for key, value := range s.All() {
		parts = append(parts, f(key, value))
	}
	return strings.Join(parts, ",")
}

// python is str(v).
func python(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		return map[bool]string{true: "True", false: "False"}[v]
	}
	return fmt.Sprint(v)
}
