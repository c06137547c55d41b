package login

import (
	"testing"

	"github.com/cantil-go/cantil"
)

// FuzzDecodeCookie: what is read is what the key signed, to the letter.
func FuzzDecodeCookie(f *testing.F) {
	signed, _ := EncodeCookie("a|b", "sua_chave_secreta")
	for _, cookie := range []string{"", "|", "42", "42|", "|42", signed, signed + "0", "42|é"} {
		f.Add(cookie, "sua_chave_secreta")
	}
	f.Fuzz(func(t *testing.T, cookie, key string) {
		payload, ok := DecodeCookie(cookie, key)
		if again, err := EncodeCookie(payload, key); ok && (err != nil || again != cookie) {
			t.Errorf("%q under %q is read as %q, which is %q", cookie, key, payload, again)
		}
	})
}

// FuzzLoginURL: any login view and any page make a URL that leads to the view.
func FuzzLoginURL(f *testing.F) {
	f.Add("/login?next=1&a=%zz", "http://localhost/x?y#z")
	f.Add("http://[::1", "//")
	f.Add("///", "0") // whose path would become a host
	app := cantil.New()
	NewLoginManager(app)
	var view, next, got string
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any {
		got = LoginURL(c, view, next)
		return "ok"
	})
	client := app.TestClient()
	f.Fuzz(func(t *testing.T, path, page string) {
		view, next = "/"+path, page
		client.Get("/")
		if want, is := split(view), split(got); is.host != want.host || is.path != want.path || is.scheme != want.scheme {
			t.Errorf("%q, %q: %q", view, next, got)
		}
	})
}
