package talisman_test

import (
	"fmt"
	"strings"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/talisman"
)

func ExampleNewTalisman() {
	app := cantil.New()
	talisman.NewTalisman(app)
	app.Get("/")(inicio)

	r := app.TestClient().Get("/")
	fmt.Println(r.Status, r.Header("Location"))
	r = app.TestClient().Get("/", cantil.RequestHeader("X-Forwarded-Proto", "https"))
	fmt.Println(r.Status, r.Header("Content-Security-Policy"))
	// Output:
	// 302 https://localhost/
	// 200 default-src 'self'; object-src 'none'
}

// The script of the page runs, and one that an attacker brought in does not.
func ExampleCSPNonce() {
	app := cantil.New()
	talisman.NewTalisman(app, talisman.ForceHTTPS(false),
		talisman.ContentSecurityPolicy("default-src 'self'; script-src 'self'"), talisman.ContentSecurityPolicyNonceIn("script-src"))
	app.Get("/")(inicio)

	r := app.TestClient().Get("/")
	nonce := strings.Split(r.Text(), `"`)[1]
	fmt.Println(strings.ReplaceAll(r.Text(), nonce, "…"))
	fmt.Println(strings.ReplaceAll(r.Header("Content-Security-Policy"), nonce, "…"))
	// Output:
	// <script nonce="…">olá()</script>
	// default-src 'self'; script-src 'self' 'nonce-…'
}

func inicio(c *cantil.Context) any {
	return c.RenderTemplateString(`<script nonce="{{ csp_nonce() }}">olá()</script>`)
}
