package cantil

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/internal/cookies"
	"github.com/cantil-go/cantil/session"
)

// Client makes requests to an application in memory, as a browser would with
// cookies and all: app.test_client(). It is for tests and belongs to one
// goroutine.
type Client struct {
	// FollowRedirects makes every request follow redirects,
	// follow_redirects=True. One to another host panics.
	FollowRedirects bool
	// BaseURL is the root of the application: the requests' paths are below it,
	// and its path is their [Context.RootPath]. "" is PreferredURLScheme,
	// ServerName or localhost, and ApplicationRoot.
	BaseURL string
	// RemoteAddr is the client's address: 127.0.0.1.
	RemoteAddr net.IP
	// NoCookies makes the client keep and send none, use_cookies=False.
	NoCookies bool

	app *App
	jar cookies.Jar
}

// TestClient returns a client without cookies.
func (a *App) TestClient() *Client {
	return &Client{app: a, RemoteAddr: net.IPv4(127, 0, 0, 1), jar: cookies.Jar{Now: a.Now}}
}

// base is BaseURL, or what stands for it.
func (cl *Client) base() *url.URL {
	if cl.BaseURL != "" {
		return mustParseURL(cl.BaseURL)
	}
	host := cl.app.ServerName
	if host == "" {
		host = "localhost"
	}
	return &url.URL{Scheme: cl.app.PreferredURLScheme, Host: host, Path: cl.app.ApplicationRoot}
}

// maxRedirects is how many redirects a client follows before it gives up.
const maxRedirects = 20

// Get requests a path, client.get(path).
func (cl *Client) Get(path string, options ...RequestOption) *ClientResponse {
	return cl.Do(http.MethodGet, path, options...)
}

// Post posts to a path, client.post(path, data=…).
func (cl *Client) Post(path string, options ...RequestOption) *ClientResponse {
	return cl.Do(http.MethodPost, path, options...)
}

// Put is client.put(path, data=…).
func (cl *Client) Put(path string, options ...RequestOption) *ClientResponse {
	return cl.Do(http.MethodPut, path, options...)
}

// Patch is client.patch(path, data=…).
func (cl *Client) Patch(path string, options ...RequestOption) *ClientResponse {
	return cl.Do(http.MethodPatch, path, options...)
}

// Delete is client.delete(path).
func (cl *Client) Delete(path string, options ...RequestOption) *ClientResponse {
	return cl.Do(http.MethodDelete, path, options...)
}

// Head is client.head(path).
func (cl *Client) Head(path string, options ...RequestOption) *ClientResponse {
	return cl.Do(http.MethodHead, path, options...)
}

// Do makes a request of any method, client.open(path, method=…). target is a
// path with its query, as it is to be sent, or a whole URL.
func (cl *Client) Do(method, target string, options ...RequestOption) *ClientResponse {
	prefix := strings.TrimRight(cl.base().Path, "/")
	u := cl.locate(target, prefix)
	sent := cl.request(method, u, target, prefix)
	for _, option := range options {
		option(sent)
	}
	finishForm(sent)
	r := cl.send(sent, u, prefix)
	var history []*ClientResponse
	for cl.FollowRedirects && r.redirects() {
		if len(history) == maxRedirects {
			panic(fmt.Errorf("cantil: Client: too many redirects, the last one to %s", r.Header("Location")))
		}
		next := r.URL.ResolveReference(mustParseURL(r.Header("Location")))
		if next.Host != r.URL.Host {
			panic(fmt.Errorf("cantil: Client: a redirect to another host, %s: the application does not answer for it", next))
		}
		if next.Path != prefix && !strings.HasPrefix(next.Path, prefix+"/") {
			prefix = "" // out of the application
		}
		history = append(history, r)
		sent = cl.redirected(sent, r.Status, next, prefix)
		r = cl.send(sent, next, prefix)
	}
	r.History = history
	return r
}

// locate is the URL of a target: of a path below the base, or of a whole URL.
func (cl *Client) locate(target, prefix string) *url.URL {
	ref := mustParseURL(target)
	u := cl.base().ResolveReference(ref)
	if ref.Host == "" {
		u.Path = prefix + "/" + strings.TrimLeft(ref.Path, "/")
		if strings.HasPrefix(ref.Path, "//") {
			u.Path = prefix + ref.Path
		}
		u.RawPath = ""
	}
	return u
}

// request prepares a request, with the path as target spells it.
func (cl *Client) request(method string, u *url.URL, target, prefix string) *fasthttp.Request {
	req := &fasthttp.Request{}
	req.Header.SetMethod(method)
	if !strings.HasPrefix(target, "/") {
		target = strings.TrimPrefix(u.RequestURI(), prefix)
	}
	req.SetRequestURI(target)
	req.Header.SetHost(u.Host)
	return req
}

// redirected is the request that follows a redirect. A 307 and a 308 keep all of
// the last one; others make it a GET without a body.
func (cl *Client) redirected(last *fasthttp.Request, status int, u *url.URL, prefix string) *fasthttp.Request {
	req := &fasthttp.Request{}
	last.CopyTo(req)
	target := *u
	target.Path, target.RawPath = strings.TrimPrefix(u.Path, prefix), ""
	req.SetRequestURI(target.RequestURI())
	req.Header.SetHost(u.Host)
	if status == http.StatusTemporaryRedirect || status == http.StatusPermanentRedirect {
		return req
	}
	if !req.Header.IsHead() {
		req.Header.SetMethod(http.MethodGet)
	}
	req.ResetBody()
	for _, name := range []string{"Content-Type", "Content-Length", "Transfer-Encoding"} {
		req.Header.Del(name)
	}
	return req
}

// send makes one request and keeps its cookies.
func (cl *Client) send(req *fasthttp.Request, u *url.URL, prefix string) *ClientResponse {
	ctx := cl.context(req, u, prefix)
	cl.app.Handler()(ctx)
	r := newClientResponse(ctx, u)
	if !cl.NoCookies {
		for _, line := range r.HeaderAll("Set-Cookie") {
			cl.jar.Set(u, line)
		}
	}
	return r
}

// context is fasthttp's context of a request, with the jar's cookies before those
// that the request names itself.
func (cl *Client) context(req *fasthttp.Request, u *url.URL, prefix string) *fasthttp.RequestCtx {
	var ctx fasthttp.RequestCtx
	ctx.Init(req, &net.TCPAddr{IP: cl.RemoteAddr, Port: 1}, nil)
	header := &ctx.Request.Header
	if jar := cl.jar.Header(u); jar != "" && !cl.NoCookies {
		if own := cookieHeader(header); len(own) > 0 {
			jar += "; " + string(own)
		}
		header.Set("Cookie", jar)
	}
	ctx.SetUserValue(clientKey, cl)
	if u.Scheme == "https" {
		ctx.SetUserValue(schemeKey, u.Scheme)
	}
	if prefix != "" {
		ctx.SetUserValue(prefixKey, prefix)
	}
	return &ctx
}

// The user values by which a client marks its requests.
const (
	clientKey = "cantil.client" // they come from a Client
	schemeKey = "cantil.scheme" // they count as HTTPS
)

// SessionTransaction opens the client's session outside of a request, lets f
// change it and saves it: with client.session_transaction() as s. Without a secret
// key it panics.
func (cl *Client) SessionTransaction(f func(*session.Session)) {
	if cl.NoCookies {
		panic(errors.New("cantil: SessionTransaction: the client keeps no cookies"))
	}
	u := cl.base()
	cl.app.Handler()
	c := cl.app.acquire(cl.context(cl.request(http.MethodGet, u, "/", ""), u, ""))
	c.hooks = cl.app.unmatched
	s := c.Session()
	if s.Null() {
		panic(errors.New("cantil: SessionTransaction: there is no session: App.SecretKey is not set"))
	}
	f(s)
	if err := c.saveSession(&c.response); err != nil {
		panic(err)
	}
	if len(c.sessionLine) > 0 {
		cl.jar.Set(u, string(c.sessionLine))
	}
	cl.app.release(c)
}

// Cookie is the value of one of the client's cookies as it is sent, and whether
// it has it: client.get_cookie(name).
func (cl *Client) Cookie(name string) (string, bool) { return cl.jar.Get(cl.base(), name) }

// SetCookie gives the client a cookie, client.set_cookie(name, value).
func (cl *Client) SetCookie(name, value string) {
	cl.jar.Set(cl.base(), name+"="+value+"; Path=/")
}

// DeleteCookie takes a cookie from the client, client.delete_cookie(name).
func (cl *Client) DeleteCookie(name string) { cl.jar.Delete(cl.base(), name) }

func mustParseURL(text string) *url.URL {
	u, err := url.Parse(text)
	if err != nil {
		panic(fmt.Errorf("cantil: Client: %w", err))
	}
	return u
}
