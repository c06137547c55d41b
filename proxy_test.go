package cantil_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil"
)

// TestProxyFix holds what the real ProxyFix made of the same headers: remote
// address, scheme, host, root path, URL, and two URLs that were built.
func TestProxyFix(t *testing.T) {
	const plain = "127.0.0.1|http|localhost||http://localhost/z|/args|http://localhost/args"
	for _, test := range []struct {
		proxies int
		headers []string // names and values in turn
		want    string
	}{
		{1, nil, plain},
		{1, []string{"For", "1.2.3.4"}, strings.Replace(plain, "127.0.0.1", "1.2.3.4", 1)},
		{1, []string{"For", "9.9.9.9, 1.2.3.4"}, strings.Replace(plain, "127.0.0.1", "1.2.3.4", 1)},
		{1, []string{"For", "1.2.3.4,"}, strings.Replace(plain, "127.0.0.1", "1.2.3.4", 1)},
		{1, []string{"Proto", "https"}, "127.0.0.1|https|localhost||https://localhost/z|/args|https://localhost/args"},
		{1, []string{"Proto", "http, https"}, "127.0.0.1|https|localhost||https://localhost/z|/args|https://localhost/args"},
		{1, []string{"Host", "site.org"}, "127.0.0.1|http|site.org||http://site.org/z|/args|http://site.org/args"},
		{1, []string{"Host", "site.org:8443", "Proto", "https"},
			"127.0.0.1|https|site.org:8443||https://site.org:8443/z|/args|https://site.org:8443/args"},
		{1, []string{"Port", "8080"}, "127.0.0.1|http|localhost:8080||http://localhost:8080/z|/args|http://localhost:8080/args"},
		{1, []string{"Host", "[::1]", "Port", "81"}, "127.0.0.1|http|[::1]:81||http://[::1]:81/z|/args|http://[::1]:81/args"},
		{1, []string{"Host", "a:1", "Port", "443", "Proto", "https"}, "127.0.0.1|https|a||https://a/z|/args|https://a/args"},
		{1, []string{"Prefix", "/app/"}, "127.0.0.1|http|localhost|/app|http://localhost/app/z|/app/args|http://localhost/app/args"},
		{1, []string{"Prefix", "/\xc3\xa7"}, "127.0.0.1|http|localhost|/ç|http://localhost/ç/z|/ç/args|http://localhost/ç/args"},
		{1, []string{"Prefix", "/%C3%A7"}, "127.0.0.1|http|localhost|/%C3%A7|http://localhost/ç/z|/%C3%A7/args|http://localhost/%C3%A7/args"},
		{1, []string{"For", "1.2.3.4,,"}, strings.Replace(plain, "127.0.0.1", "1.2.3.4", 1)},
		{1, []string{"For", "1.2.3.4,\"\""}, plain},
		{2, []string{"For", "9.9.9.9,,1.2.3.4"}, strings.Replace(plain, "127.0.0.1", "9.9.9.9", 1)},
		{2, []string{"For", ",1.2.3.4"}, plain},
		{2, []string{"For", "9.9.9.9, 1.2.3.4"}, strings.Replace(plain, "127.0.0.1", "9.9.9.9", 1)},
		{2, []string{"For", "1.2.3.4,", "Proto", "https", "Host", "x", "Port", "1", "Prefix", "/p"}, plain},
		{0, []string{"For", "1.2.3.4", "Proto", "https", "Host", "x", "Port", "1", "Prefix", "/p"}, plain},
	} {
		app := quiet()
		if n := test.proxies; n > 0 {
			app.ProxyFix(cantil.ProxyFix{For: n, Proto: n, Host: n, Port: n, Prefix: n})
		}
		app.Get("/args", cantil.Endpoint("args"))(func(c *cantil.Context) any { return "" })
		app.Get("/z")(func(c *cantil.Context) any {
			return strings.Join([]string{c.RemoteAddr(), c.Scheme(), c.Host(), c.RootPath(), c.URL(),
				c.URLFor("args"), c.URLFor("args", "_external", true)}, "|")
		})
		var options []cantil.RequestOption
		for i := 0; i < len(test.headers); i += 2 {
			options = append(options, cantil.RequestHeader("X-Forwarded-"+test.headers[i], test.headers[i+1]))
		}
		if got := app.TestClient().Get("/z", options...).Text(); got != test.want {
			t.Errorf("%d %q:\n%s, want\n%s", test.proxies, test.headers, got, test.want)
		}
	}
}

// TestProxyFixOnItsHost: what a proxy passes on unread leads to no other host. A
// prefix is one path, a scheme one of the web's, and a host that is none is not
// written.
func TestProxyFixOnItsHost(t *testing.T) {
	for _, test := range []struct{ header, value, location, redirect, external string }{
		{"Prefix", "//evil.example", "/evil.example/login", "http://localhost/evil.example/login/", "http://localhost/evil.example/login/"},
		{"Prefix", "http://evil.example", "/http:/evil.example/login", "http://localhost/http:/evil.example/login/", ""},
		{"Prefix", "javascript:alert(1)", "/javascript:alert(1)/login", "http://localhost/javascript:alert(1)/login/", ""},
		{"Prefix", "p", "/p/login", "http://localhost/p/login/", ""},
		{"Prefix", "/a//b///", "/a/b/login", "http://localhost/a/b/login/", ""},
		{"Prefix", "///", "/login", "http://localhost/login/", ""},
		{"Prefix", `/\evil.example`, "/login", "http://localhost/login/", ""},
		{"Prefix", "/\t/evil.example", "/login", "http://localhost/login/", ""},
		{"Prefix", "/a?b", "/login", "http://localhost/login/", ""},
		{"Prefix", "/\xc3\xa7", "/%C3%A7/login", "http://localhost/%C3%A7/login/", ""},
		{"Host", "my_app", "/login", "http://my_app/login/", "http://my_app/login/"},
		{"Host", "a b", "/login", "/login/", "/login/"},
		{"Host", "evil.example/x", "/login", "/login/", "/login/"},
		{"Host", "u@evil.example", "/login", "/login/", "/login/"},
		{"Host", "a:1:80", "/login", "/login/", "/login/"},
		{"Host", "a..b", "/login", "/login/", "/login/"},
		{"Port", "x", "/login", "/login/", "/login/"},
		{"Port", "65536", "/login", "/login/", "/login/"},
		{"Proto", "javascript", "/login", "http://localhost/login/", "http://localhost/login/"},
		{"Proto", "HTTPS", "/login", "https://localhost/login/", "https://localhost/login/"},
	} {
		app := quiet()
		app.ProxyFix(cantil.ProxyFix{For: 1, Proto: 1, Host: 1, Port: 1, Prefix: 1})
		app.Get("/login/", cantil.Endpoint("login"))(func(c *cantil.Context) any { return c.URLFor("login", "_external", true) })
		app.Get("/go", cantil.Endpoint("go"))(func(c *cantil.Context) any {
			return c.Redirect(strings.TrimSuffix(c.URLFor("login"), "/"))
		})
		client := app.TestClient()
		header := cantil.RequestHeader("X-Forwarded-"+test.header, test.value)
		if got := client.Get("/go", header).Header("Location"); got != test.location {
			t.Errorf("%s %q: redirects to %q, want %q", test.header, test.value, got, test.location)
		}
		if got := client.Get("/login", header).Header("Location"); got != test.redirect {
			t.Errorf("%s %q: adds the slash at %q, want %q", test.header, test.value, got, test.redirect)
		}
		if got := client.Get("/login/", header).Text(); test.external != "" && got != test.external {
			t.Errorf("%s %q: the external URL is %q, want %q", test.header, test.value, got, test.external)
		}
	}
}

func TestTrustedHosts(t *testing.T) {
	app := quiet()
	app.TrustedHosts = []string{"site.org", ".example.com"}
	app.ErrorHandler(400)(func(c *cantil.Context, err error) any { return c.MakeResponse("não é aqui", 400) })
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any { return c.Host() })
	client := app.TestClient()
	for host, status := range map[string]int{
		"site.org": 200, "site.org:8080": 200, "example.com": 200, "a.b.example.com": 200,
		"www.site.org": 400, "notexample.com": 400, "localhost": 400, "site.org.evil.com": 400, "a/site.org": 400, "[::1]": 400,
	} {
		r := client.Get("/", cantil.RequestHeader("Host", host))
		if r.Status != status || status == 400 && r.Text() != "não é aqui" {
			t.Errorf("%s: %d %q, want %d", host, r.Status, r.Text(), status)
		}
	}
}

// TestHosts: where the host is none the URLs are paths of whatever host was
// asked.
func TestHosts(t *testing.T) {
	app := quiet()
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any { return fmt.Sprint(c.Host(), " ", c.HostURL()) })
	for host, want := range map[string]string{
		"Ex.com:80": "Ex.com http://ex.com/", "[::1]:8080": "[::1]:8080 http://[::1]:8080/",
		"a_b.example:5000": "a_b.example:5000 http://a_b.example:5000/", "a~b": "a~b http://a~b/", "a.": "a. http://a./",
		"a:65535": "a:65535 http://a:65535/",
		"a@b":     " /", "a:": " /", ":80": " /", "a,b": " /", "a:65536": " /", "a:99999999999999999999": " /", "a..b": " /", ".": " /",
		".a": " /", "\xe7": " /",
	} {
		if got := app.TestClient().Get("/", cantil.RequestHeader("Host", host)).Text(); got != want {
			t.Errorf("%q: %q, want %q", host, got, want)
		}
	}
	for _, host := range []string{"a:b", "[::1", "[x]"} {
		if r := app.TestClient().Get("/", cantil.RequestHeader("Host", host)); r.Status != 400 {
			t.Errorf("%q: %d %q", host, r.Status, r.Text())
		}
	}
}

// TestTrustedHostsEntries: ports do not count, names are compared as IDNA writes
// them and in lower case, an IPv6 address may lack its brackets. Hosts are those
// that Flask takes for the same entries, and [::1] alone of IPv6.
func TestTrustedHostsEntries(t *testing.T) {
	app := quiet()
	app.TrustedHosts = []string{"localhost:5000", ".Exemplo.com:8080", "münchen.example", "::1", "[2001:db8::1]:80", "good.example", "::1x"}
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any { return "" })
	handler := app.Handler()
	for host, want := range map[string]int{
		"localhost:5000": 200, "localhost": 200, "localhost:1": 200, "LOCALHOST": 200,
		"exemplo.com": 200, "a.exemplo.com:8080": 200, "a.b.EXEMPLO.com": 200,
		"xn--mnchen-3ya.example": 200, "XN--mnchen-3ya.example:80": 200,
		"[::1]": 200, "[::1]:5000": 200, "[2001:db8::1]": 200, "good.example:65535": 200,
		"aexemplo.com": 400, "exemplo.com.evil.example": 400, "munchen.example": 400, "m\xfcnchen.example": 400, "münchen.example": 400,
		"[::2]": 400, "[::]": 400, "www.good.example": 400, "good.example:65536": 400, "good.example:": 400, "u@good.example": 400,
		"good.example.": 400, "": 400, ":80": 400, "x": 400,
	} {
		var ctx fasthttp.RequestCtx
		ctx.Init(&fasthttp.Request{}, nil, nil)
		ctx.Request.Header.SetHost(host)
		handler(&ctx)
		if got := ctx.Response.StatusCode(); got != want {
			t.Errorf("%q: %d, want %d", host, got, want)
		}
	}
}

// TestTrustedHostsMistakes: an entry that cannot be meant ends the start, since
// an application that does not start is safe, and one that trusts no host by
// accident, or every one, is not.
func TestTrustedHostsMistakes(t *testing.T) {
	for _, entry := range []string{"", "http://localhost:5000", "good.example/", "good.example/x", "good example", "good.example ", "a\tb"} {
		t.Run(entry, func(t *testing.T) {
			app := quiet()
			app.TrustedHosts = []string{"good.example", entry}
			defer func() {
				err, ok := recover().(error)
				if !ok || !strings.HasPrefix(err.Error(), "cantil: TrustedHosts: ") {
					t.Errorf("%q: %v", entry, err)
				}
			}()
			app.Handler()
		})
	}
}

// TestURLForWithoutServerName: outside a request no host is known, as in Flask.
func TestURLForWithoutServerName(t *testing.T) {
	app := quiet()
	app.Get("/x", cantil.Endpoint("x"))(func(c *cantil.Context) any { return "" })
	if got := app.URLFor("x", "_external", false); got != "/x" {
		t.Errorf("%q", got)
	}
	func() {
		defer func() {
			if err, ok := recover().(error); !ok || !strings.Contains(err.Error(), "ServerName") {
				t.Errorf("%v", err)
			}
		}()
		t.Error(app.URLFor("x"))
	}()
	app.ServerName = "site.example"
	if got := app.URLFor("x"); got != "http://site.example/x" {
		t.Errorf("%q", got)
	}
}
