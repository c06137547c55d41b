package cantil_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cantil-go/cantil"
)

// TestProxyFix holds what the real ProxyFix made of the same headers: remote address, scheme, host, root path, URL, and two
// URLs that were built.
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

func TestHostsThatAreNone(t *testing.T) {
	app := quiet()
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any { return fmt.Sprint(c.Host(), " ", c.HostURL()) })
	for host, want := range map[string]string{
		"Ex.com:80": "Ex.com http://ex.com/", "[::1]:8080": "[::1]:8080 http://[::1]:8080/",
		"a_b": " http:///", "a@b": " http:///", "a:": " http:///", ":80": " http:///",
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
