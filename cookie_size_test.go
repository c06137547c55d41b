package cantil_test

import (
	"bytes"
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
	for n, want := range map[int]bool{10: false, 4093 - rest: false, 4094 - rest: true, 5000: true} {
		log.Reset()
		r := app.TestClient().Get(fmt.Sprint("/", n))
		if len(r.Header("Set-Cookie")) != n+rest {
			t.Errorf("%d bytes: sent %d", n, len(r.Header("Set-Cookie")))
		}
		if warned := strings.Contains(log.String(), "too large") && strings.Contains(log.String(), "name=big"); warned != want {
			t.Errorf("%d bytes: warned %v\n%s", n, warned, log.String())
		}
	}
}
