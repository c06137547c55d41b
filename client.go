package cantil

import (
	"encoding/json"
	"fmt"
	"net"
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
	// follow_redirects=True.
	FollowRedirects bool
	// BaseURL is what the requests' paths are relative to: "http://localhost".
	BaseURL string
	// RemoteAddr is the client's address: 127.0.0.1.
	RemoteAddr net.IP

	app *App
	jar cookies.Jar
}

// TestClient returns a client without cookies.
func (a *App) TestClient() *Client {
	return &Client{app: a, BaseURL: "http://localhost", RemoteAddr: net.IPv4(127, 0, 0, 1), jar: cookies.Jar{Now: a.Now}}
}

// maxRedirects is how many redirects a client follows before it gives up.
const maxRedirects = 20

// RequestOption adds to a request that a [Client] makes in a test: one of
// FormData, JSONData, RequestBody and RequestHeader, or a custom function.
type RequestOption func(*fasthttp.Request)

// FormData is an option of a test's request, its urlencoded form, data={…}: names
// and values in turn. A name without a value panics.
func FormData(namesAndValues ...string) RequestOption {
	form := url.Values{}
	if n := len(namesAndValues); n%2 != 0 {
		panic(fmt.Errorf("cantil: FormData: %q has no value", namesAndValues[n-1]))
	}
	for i := 0; i < len(namesAndValues); i += 2 {
		form.Add(namesAndValues[i], namesAndValues[i+1])
	}
	return RequestBody("application/x-www-form-urlencoded", []byte(form.Encode()))
}

// JSONData is an option of a test's request, its body: v as JSON, json=v, with
// the Content-Type application/json. It panics if v cannot be written as JSON.
func JSONData(v any) RequestOption {
	body, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Errorf("cantil: JSONData: %w", err))
	}
	return RequestBody("application/json", body)
}

// RequestBody is an option of a test's request, its body with its Content-Type:
// data=body, content_type=contentType.
func RequestBody(contentType string, body []byte) RequestOption {
	return func(r *fasthttp.Request) {
		r.Header.SetContentType(contentType)
		r.Header.SetContentLength(len(body))
		r.SetBody(body)
	}
}

// RequestHeader is an option of a test's request, one more line of its header:
// headers={name: value}.
func RequestHeader(name, value string) RequestOption {
	return func(r *fasthttp.Request) { r.Header.Add(name, value) }
}

// Get requests a path, client.get(path).
func (cl *Client) Get(path string, options ...RequestOption) *ClientResponse {
	return cl.Do("GET", path, options...)
}

// Post posts to a path, client.post(path, data=…).
func (cl *Client) Post(path string, options ...RequestOption) *ClientResponse {
	return cl.Do("POST", path, options...)
}

// Do makes a request of any method, client.open(path, method=…). target is a
// path with its query, as it is to be sent, or a whole URL.
func (cl *Client) Do(method, target string, options ...RequestOption) *ClientResponse {
	r := cl.once(method, target, options)
	for n := 0; cl.FollowRedirects && r.redirects(); n++ {
		if n == maxRedirects {
			panic(fmt.Errorf("cantil: Client: too many redirects, the last one to %s", r.Header("Location")))
		}
		next := r.URL.ResolveReference(mustParseURL(r.Header("Location")))
		switch {
		case r.Status == 307 || r.Status == 308: // the same request again
		case method != "HEAD":
			method, options = "GET", nil
		}
		r = cl.once(method, next.String(), options)
	}
	return r
}

// once makes one request and keeps its cookies.
func (cl *Client) once(method, target string, options []RequestOption) *ClientResponse {
	u := mustParseURL(cl.BaseURL).ResolveReference(mustParseURL(target))
	ctx := cl.request(method, u, target)
	for _, option := range options {
		option(&ctx.Request)
	}
	cl.app.Handler()(ctx)
	r := newClientResponse(ctx, u)
	for _, line := range r.HeaderAll("Set-Cookie") {
		cl.jar.Set(u, line)
	}
	return r
}

// request prepares the request, with the path as target spells it.
func (cl *Client) request(method string, u *url.URL, target string) *fasthttp.RequestCtx {
	var req fasthttp.Request
	req.Header.SetMethod(method)
	if !strings.HasPrefix(target, "/") {
		target = u.RequestURI()
	}
	req.SetRequestURI(target)
	req.Header.SetHost(u.Host)
	if header := cl.jar.Header(u); header != "" {
		req.Header.Set("Cookie", header)
	}
	var ctx fasthttp.RequestCtx
	ctx.Init(&req, &net.TCPAddr{IP: cl.RemoteAddr, Port: 1}, nil)
	ctx.SetUserValue(clientKey, cl)
	if u.Scheme == "https" {
		ctx.SetUserValue(schemeKey, u.Scheme)
	}
	return &ctx
}

// The user values by which a client marks its requests.
const (
	clientKey = "cantil.client" // they come from a Client
	schemeKey = "cantil.scheme" // they count as HTTPS
)

// SessionTransaction opens the client's session outside of a request, lets f
// change it and saves it: with client.session_transaction() as s.
func (cl *Client) SessionTransaction(f func(*session.Session)) {
	u := mustParseURL(cl.BaseURL)
	cl.app.Handler()
	c := cl.app.acquire(cl.request("GET", u, "/"))
	c.hooks = cl.app.unmatched
	f(c.Session())
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
func (cl *Client) Cookie(name string) (string, bool) {
	return cl.jar.Get(mustParseURL(cl.BaseURL), name)
}

// SetCookie gives the client a cookie, client.set_cookie(name, value).
func (cl *Client) SetCookie(name, value string) {
	cl.jar.Set(mustParseURL(cl.BaseURL), name+"="+value+"; Path=/")
}

func mustParseURL(text string) *url.URL {
	u, err := url.Parse(text)
	if err != nil {
		panic(fmt.Errorf("cantil: Client: %w", err))
	}
	return u
}

// ClientResponse is what a Client got back.
type ClientResponse struct {
	Status int
	Body   []byte
	URL    *url.URL // of the request, the last one if redirects were followed

	header fasthttp.ResponseHeader
}

func newClientResponse(ctx *fasthttp.RequestCtx, u *url.URL) *ClientResponse {
	r := &ClientResponse{Status: ctx.Response.StatusCode(), URL: u}
	body := ctx.Response.Body() // reads a stream to its end
	if !ctx.Response.SkipBody && !ctx.IsHead() {
		r.Body = append([]byte(nil), body...)
	}
	ctx.Response.Header.CopyTo(&r.header)
	if !ctx.Response.SkipBody && r.header.ContentLength() >= 0 && len(r.header.Peek("Content-Length")) == 0 {
		r.header.SetContentLength(len(body))
	}
	return r
}

// Text is the body as a string, response.text.
func (r *ClientResponse) Text() string { return string(r.Body) }

// JSON decodes the body into v, response.json.
func (r *ClientResponse) JSON(v any) error { return json.Unmarshal(r.Body, v) }

// Header is the value of a header, the first if there are several: "" if there
// is none.
func (r *ClientResponse) Header(name string) string { return string(r.header.Peek(name)) }

// HeaderAll lists the values of a header.
func (r *ClientResponse) HeaderAll(name string) []string {
	var values []string
	for key, value := range r.header.All() {
		if strings.EqualFold(string(key), name) {
			values = append(values, string(value))
		}
	}
	return values
}

// HeaderNames lists the names of the headers, in order, repeated where a header
// is.
func (r *ClientResponse) HeaderNames() []string {
	var names []string
	for key := range r.header.All() {
		names = append(names, string(key))
	}
	return names
}

func (r *ClientResponse) redirects() bool {
	switch r.Status {
	case 301, 302, 303, 305, 307, 308:
		return r.Header("Location") != ""
	}
	return false
}
