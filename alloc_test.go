//go:build !race

package cantil_test

import (
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/session"
)

// TestAllocations guards what a request costs over fasthttp. The counts are
// exact; under the race detector pools forget, so they are not counted there.
func TestAllocations(t *testing.T) {
	app := plainApp()
	client := app.TestClient()
	client.Get("/count")
	value, _ := client.Cookie("session")
	for _, test := range []struct {
		name, path, cookie string
		most               float64
	}{
		{"plain", "/", "", 0},
		{"plain, with a session cookie that nobody asks for", "/", "outro=1", 0},
		{"two parameters", "/user/ana/7", "", 1},
		{"one key read and written back", "/count", "session=" + value, 2},
		{"one key read", "/perfil", "session=" + value, 2},
	} {
		step := answer(app.Handler(), request(test.path, test.cookie))
		step()
		if n := testing.AllocsPerRun(200, step); n > test.most {
			t.Errorf("%s: %v allocations, want at most %v", test.name, n, test.most)
		}
	}
	for _, iface := range []session.Interface{session.EncryptedCookie{}, session.EncryptedCookie{SignedUntil: time.Now().Add(time.Hour)}} {
		step := encryptedCount(t, iface)
		step()
		if n := testing.AllocsPerRun(200, step); n > 2 {
			t.Errorf("one key read and written back, %+v: %v allocations, want at most 2", iface, n)
		}
	}
	bare := answer(func(ctx *fasthttp.RequestCtx) { ctx.SetBodyString("Olá, mundo!") }, request("/", ""))
	if n := testing.AllocsPerRun(200, bare); n != 0 {
		t.Errorf("bare fasthttp: %v allocations; the guards above count too much", n)
	}
}
