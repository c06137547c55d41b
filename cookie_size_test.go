package cantil_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/cantil-go/cantil"
)

// TestCookieSizeWarning: what browsers drop in silence is in the log, as Werkzeug
// warns, and sent all the same.
func TestCookieSizeWarning(t *testing.T) {
	var log bytes.Buffer
	app := cantil.New()
	app.Logger = slog.New(slog.NewTextHandler(&log, nil))
	app.Get("/<int:n>", cantil.Endpoint("cookie"))(func(c *cantil.Context) any {
		r := c.MakeResponse("ok")
		r.SetCookie("big", strings.Repeat("x", c.ParamInt("n")), cantil.Cookie{HTTPOnly: true})
		return r
	})
	const rest = len("big=; HttpOnly; Path=/")
	check := func(n int, want bool) {
		t.Helper()
		log.Reset()
		r := app.TestClient().Get(fmt.Sprint("/", n))
		if len(r.Header("Set-Cookie")) != n+rest {
			t.Errorf("%d bytes: sent %d", n, len(r.Header("Set-Cookie")))
		}
		if warned := strings.Contains(log.String(), "too large") && strings.Contains(log.String(), "name=big"); warned != want {
			t.Errorf("MaxCookieSize %d, %d bytes: warned %v\n%s", app.MaxCookieSize, n, warned, log.String())
		}
	}
	for n, want := range map[int]bool{10: false, 4093 - rest: false, 4094 - rest: true, 5000: true} {
		check(n, want)
	}
	app.MaxCookieSize = 200 // response.max_cookie_size
	check(500, true)
	app.MaxCookieSize = 0
	check(5000, false)
}

// TestSessionMustFitWithoutALimit: where no size is warned of, browsers have one
// all the same.
func TestSessionMustFitWithoutALimit(t *testing.T) {
	app := quiet()
	app.SecretKey, app.MaxCookieSize, app.SessionCookieMustFit = pageKey, 0, true
	app.Get("/<int:n>")(func(c *cantil.Context) any {
		text := make([]byte, c.ParamInt("n"))
		_, _ = rand.Read(text)
		c.Session().Set("text", text)
		return "ok"
	})
	for n, status := range map[int]int{100: 200, 5000: 500} {
		if r := app.TestClient().Get(fmt.Sprint("/", n)); r.Status != status {
			t.Errorf("%d bytes: %d", n, r.Status)
		}
	}
}
