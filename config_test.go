package cantil_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil"
)

func TestLoadEnv(t *testing.T) {
	for name, text := range map[string]string{
		"SECRET_KEY": "chave", "SECRET_KEY_FALLBACKS": `["a", "b"]`, "SESSION_COOKIE_SECURE": "true", "SESSION_COOKIE_HTTPONLY": "False",
		"SESSION_COOKIE_SAMESITE": "Lax", "PERMANENT_SESSION_LIFETIME": "60", "MAX_CONTENT_LENGTH": "1024", "SEND_FILE_MAX_AGE_DEFAULT": "1.5",
		"PREFERRED_URL_SCHEME": "https", "TRAP_HTTP_EXCEPTIONS": "1",
	} {
		t.Setenv("SITIO_"+name, text)
	}
	app := cantil.New()
	app.LoadEnv("SITIO")
	got := fmt.Sprint(app.SecretKey, app.SecretKeyFallbacks, app.SessionCookieSecure, app.SessionCookieHTTPOnly, app.SessionCookieSameSite,
		app.PermanentSessionLifetime, app.MaxContentLength, app.SendFileMaxAge, app.PreferredURLScheme, app.TrapHTTPExceptions)
	want := fmt.Sprint("chave", []string{"a", "b"}, true, false, "Lax", time.Minute, 1024, 1500*time.Millisecond, "https", true)
	if got != want {
		t.Errorf("%s, want %s", got, want)
	}
	t.Setenv("SITIO_MAX_FORM_PARTS", "muitas")
	defer func() {
		if text := fmt.Sprint(recover()); !strings.Contains(text, "SITIO_MAX_FORM_PARTS") {
			t.Errorf("a value that is no number: %s", text)
		}
	}()
	app.LoadEnv("SITIO")
}

func TestDebugLogsALineARequest(t *testing.T) {
	var log bytes.Buffer
	app := quiet()
	app.Debug = true
	app.Logger = slog.New(slog.NewTextHandler(&log, nil))
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any { return "" })
	app.TestClient().Get("/?a=1")
	if lines := strings.Split(strings.TrimSpace(log.String()), "\n"); len(lines) != 1 || !strings.Contains(lines[0], "GET /?a=1") ||
		!strings.Contains(lines[0], "status=200") {
		t.Errorf("%q", lines)
	}
}
