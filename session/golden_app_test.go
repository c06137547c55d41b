package session_test

import (
	"fmt"
	"log/slog"
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
	"github.com/cantil-go/cantil/session/sqlstore"
)

const goldenSecret = "sua_chave_secreta"

// flaskConfig is the configuration of a sequence: the keys that it sets.
type flaskConfig map[string]any

func setting[T any](c flaskConfig, key string, def T) T {
	if v, ok := c[key].(T); ok {
		return v
	}
	return def
}

// options are Flask-Session's keys as options of NewServerSide.
func (c flaskConfig) options() []session.ServerSideOption {
	options := []session.ServerSideOption{
		session.KeyPrefix(setting(c, "SESSION_KEY_PREFIX", "session:")),
		session.Permanent(setting(c, "SESSION_PERMANENT", true)),
		session.IDLength(int(setting(c, "SESSION_ID_LENGTH", 32.0))),
	}
	if setting(c, "SESSION_USE_SIGNER", false) {
		options = append(options, session.SignIDs())
	}
	if setting(c, "SESSION_SERIALIZATION_FORMAT", "msgpack") == "json" {
		options = append(options, session.RowSerializer(session.RowJSON))
	}
	return options
}

func (c flaskConfig) lifetime() time.Duration {
	return time.Duration(setting(c, "PERMANENT_SESSION_LIFETIME", 31*24*3600.0)) * time.Second
}

// cleanUp deletes expired rows where the sequence was recorded so, with each
// request.
func (c flaskConfig) cleanUp(t *testing.T, store session.Store) {
	if setting(c, "SESSION_CLEANUP_N_REQUESTS", 0.0) > 0 {
		_, err := store.(*sqlstore.Store).Cleanup(t.Context(), 1000)
		noError(t, err)
	}
}

func (c flaskConfig) table() string { return setting(c, "SESSION_SQLALCHEMY_TABLE", "sessions") }

// goldenApp is apps/flask_session_app.py, line by line.
func goldenApp(t *testing.T, c flaskConfig, store session.Store, now func() time.Time) *cantil.App {
	app := cantil.New()
	app.SecretKey = goldenSecret
	app.Logger = slog.New(slog.DiscardHandler)
	app.Now = now
	app.PermanentSessionLifetime = c.lifetime()
	app.SessionRefreshEachRequest = setting(c, "SESSION_REFRESH_EACH_REQUEST", true)
	app.SessionCookieName = setting(c, "SESSION_COOKIE_NAME", "session")
	app.SessionCookiePath = setting(c, "SESSION_COOKIE_PATH", "")
	app.SessionCookieDomain = setting(c, "SESSION_COOKIE_DOMAIN", "")
	app.SessionCookieSecure = setting(c, "SESSION_COOKIE_SECURE", false)
	app.SessionCookieHTTPOnly = setting(c, "SESSION_COOKIE_HTTPONLY", true)
	app.SessionCookieSameSite = setting(c, "SESSION_COOKIE_SAMESITE", "")
	app.SessionCookiePartitioned = setting(c, "SESSION_COOKIE_PARTITIONED", false)
	app.SessionInterface = session.NewServerSide(store, c.options()...)
	app.BeforeRequest(func(*cantil.Context) any {
		c.cleanUp(t, store)
		return nil
	})
	for path, view := range goldenViews {
		app.Get(path, cantil.Endpoint(strings.NewReplacer("/", "_", "<", "", ">", "").Replace(path)))(
			func(c *cantil.Context) any { return view(c.Param("name"), c.Session) })
	}
	return app
}

// goldenViews are the views; s() is flask.session, name the parameter of a path.
var goldenViews = map[string]func(name string, s func() *session.Session) any{
	"/nothing":  func(_ string, s func() *session.Session) any { return "ok" },
	"/read":     func(_ string, s func() *session.Session) any { return pyStr(s().Get("usuario")) },
	"/read-all": func(_ string, s func() *session.Session) any { return pyDict(s()) },
	"/in":       func(_ string, s func() *session.Session) any { return pyStr(s().Has("usuario")) },
	"/set": func(_ string, s func() *session.Session) any {
		s().Set("usuario", "Maria")
		return "set"
	},
	"/set/<name>": func(name string, s func() *session.Session) any {
		s().Set("usuario", name)
		return "set"
	},
	"/pop":         func(_ string, s func() *session.Session) any { return pyStr(s().Pop("usuario", nil)) },
	"/pop-missing": func(_ string, s func() *session.Session) any { return pyStr(s().Pop("nada", nil)) },
	"/clear": func(_ string, s func() *session.Session) any {
		s().Clear()
		return "clear"
	},
	"/clear-set": func(_ string, s func() *session.Session) any {
		s().Clear()
		s().Set("usuario", "Ana")
		return "clear-set"
	},
	"/regenerate": func(_ string, s func() *session.Session) any {
		s().Regenerate()
		return "regenerate"
	},
	"/permanent-off": func(_ string, s func() *session.Session) any {
		s().SetPermanent(false)
		return pyStr(s().Permanent())
	},
	"/permanent-on": func(_ string, s func() *session.Session) any {
		s().SetPermanent(true)
		return pyStr(s().Permanent())
	},
	"/list": func(_ string, s func() *session.Session) any {
		s().Set("data", []any{})
		return "list"
	},
	"/append": func(_ string, s func() *session.Session) any { return appendEight(s()) },
	"/append-modified": func(_ string, s func() *session.Session) any {
		defer s().SetModified(true)
		return appendEight(s())
	},
	"/types": func(_ string, s func() *session.Session) any { return setTypes(s()) },
	"/too-big": func(_ string, s func() *session.Session) any {
		s().Set("n", new(big.Int).Lsh(big.NewInt(1), 64))
		return "too-big"
	},
	"/big": func(_ string, s func() *session.Session) any {
		s().Set("texto", strings.Repeat("x", 5000))
		return "big"
	},
}

// appendEight is session["data"].append(8), which changes the list in place.
func appendEight(s *session.Session) string {
	s.Must("data")
	data, _ := session.Value[*[]any](s, "data")
	*data = append(*data, 8)
	return pyRepr(*data)
}

func setTypes(s *session.Session) string {
	uuid, err := codec.ParseUUID("12345678-1234-5678-9abc-def012345678")
	if err != nil {
		panic(err)
	}
	s.Set("none", nil)
	s.Set("true", true)
	s.Set("int", []any{0, 127, 128, 255, 256, 65535, 65536, int64(1 << 32), uint64(math.MaxUint64),
		-1, -32, -33, -128, -129, math.MinInt32, int64(math.MinInt64)})
	s.Set("float", []float64{0, math.Copysign(0, -1), 1.5, 1e308})
	s.Set("str", "Olá 😀")
	s.Set("bytes", []byte{0, 0xff})
	s.Set("tuple", codec.Tuple{1, "a"})
	s.Set("dict", map[string]any{"a": map[string]any{"b": []any{nil}}})
	s.Set("aware", time.Date(2025, 1, 2, 3, 4, 5, 678900000, time.UTC))
	s.Set("naive", "2025-01-02T03:04:05") // Python's naive datetimes are text in the row
	s.Set("uuid", uuid)
	return "types"
}

// pyStr is str(v), pyRepr is repr(v), for what the application shows.
func pyStr(v any) string {
	if text, ok := v.(string); ok {
		return text
	}
	return pyRepr(v)
}

func pyDict(s *session.Session) string {
	var items []string
	for key, v := range s.All() {
		items = append(items, pyRepr(key)+": "+pyRepr(v))
	}
	return "{" + strings.Join(items, ", ") + "}"
}

func pyRepr(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		return strings.ToUpper(fmt.Sprint(v)[:1]) + fmt.Sprint(v)[1:]
	case string:
		return "'" + v + "'"
	case []byte:
		text := "b'"
		for _, b := range v {
			text += fmt.Sprintf(`\x%02x`, b)
		}
		return text + "'"
	case float64:
		text := strconv.FormatFloat(v, 'g', -1, 64)
		if !strings.ContainsAny(text, ".e") {
			text += ".0"
		}
		return text
	case time.Time:
		return fmt.Sprintf("datetime.datetime(%d, %d, %d, %d, %d, %d, %d, tzinfo=datetime.timezone.utc)",
			v.Year(), v.Month(), v.Day(), v.Hour(), v.Minute(), v.Second(), v.Nanosecond()/1000)
	case []any:
		return "[" + strings.Join(mapped(v, pyRepr), ", ") + "]"
	case map[string]any:
		var items []string
		for key, value := range v { // of one key, in the application
			items = append(items, pyRepr(key)+": "+pyRepr(value))
		}
		return "{" + strings.Join(items, ", ") + "}"
	}
	return fmt.Sprint(v)
}

func mapped[T, U any](list []T, f func(T) U) []U {
	out := make([]U, len(list))
	for i, v := range list {
		out[i] = f(v)
	}
	return out
}
