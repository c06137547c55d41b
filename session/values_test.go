package session_test

import (
	"errors"
	"testing"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
	"github.com/cantil-go/cantil/session/storetest"
)

// TestFlashedValues: what a view flashes is what the next page shows: HTML as
// HTML, except in rows, which other programs read, and of an error its text.
func TestFlashedValues(t *testing.T) {
	rows := func(s codec.Serializer) session.Interface {
		return session.NewServerSide(storetest.NewMemory(), session.RowSerializer(s))
	}
	for name, c := range map[string]struct {
		iface      session.Interface
		serializer codec.Serializer
		html       string
	}{
		"msgpack cookie":   {session.SecureCookie{}, codec.Msgpack, "<b>ok</b>"},
		"encrypted cookie": {session.EncryptedCookie{}, codec.Msgpack, "<b>ok</b>"},
		"JSON cookie":      {session.SecureCookie{}, codec.TaggedJSON, "<b>ok</b>"},
		"rows":             {session.NewServerSide(storetest.NewMemory()), codec.Msgpack, "&lt;b&gt;ok&lt;/b&gt;"},
		"msgpack rows":     {rows(codec.Msgpack), codec.Msgpack, "&lt;b&gt;ok&lt;/b&gt;"},
		"JSON rows":        {rows(session.RowJSON), codec.Msgpack, "&lt;b&gt;ok&lt;/b&gt;"},
	} {
		t.Run(name, func(t *testing.T) {
			app := cantil.New()
			app.SecretKey, app.SessionInterface, app.SessionSerializer = goldenSecret, c.iface, c.serializer
			app.Get("/flash", cantil.Endpoint("flash"))(func(c *cantil.Context) any {
				c.Flash(cantil.Markup("<b>ok</b>"))
				c.Flash(errors.New("saldo < 0"))
				c.Session().Set("list", []any{cantil.Markup("<i>"), map[string]any{"e": errors.New("e")}})
				return "ok"
			})
			app.Get("/show", cantil.Endpoint("show"))(func(c *cantil.Context) any {
				return c.RenderTemplateString("{% for m in get_flashed_messages() %}{{ m }} {% endfor %}{{ session.list[1].e }}", nil)
			})
			client := app.TestClient()
			if r := client.Get("/flash"); r.Status != 200 {
				t.Fatal(r.Status, r.Text())
			}
			if got, want := client.Get("/show").Text(), c.html+" saldo &lt; 0 e"; got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}
