package cantil_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/fasthttputil"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
	"github.com/cantil-go/cantil/session/storetest"
)

// carrierApp is an application that only lends its sessions.
func carrierApp() *cantil.App {
	app := cantil.New()
	app.SecretKey, app.SessionSerializer = "sua_chave_secreta", codec.TaggedJSON
	app.Now = func() time.Time { return time.Unix(1735689600, 0) } // of the recorded cookie
	app.Logger = slog.New(slog.DiscardHandler)
	return app
}

// signedMaria is a cookie that Flask signed.
const signedMaria = "session=eyJ1c2VybmFtZSI6Ik1hcmlhIn0.Z3SFgA.zu_Bqa5P5BJEvD6jsOd7ygNHk78"

// asked sends requests to a handler of fasthttp over a connection in memory.
func asked(t *testing.T, h fasthttp.RequestHandler) func(path, cookie string) *fasthttp.Response {
	ln := fasthttputil.NewInmemoryListener()
	server := &fasthttp.Server{Handler: h, Logger: slog.NewLogLogger(slog.DiscardHandler, 0)}
	go server.Serve(ln)
	t.Cleanup(func() { ln.Close() })
	client := &fasthttp.Client{Dial: func(string) (conn net.Conn, err error) { return ln.Dial() }}
	return func(path, cookie string) *fasthttp.Response {
		t.Helper()
		var request fasthttp.Request
		request.SetRequestURI("http://x" + path)
		if cookie != "" {
			request.Header.Set("Cookie", cookie)
		}
		answer := new(fasthttp.Response)
		if err := client.DoTimeout(&request, answer, 30*time.Second); err != nil {
			t.Fatal(path, err)
		}
		return answer
	}
}

// headerLines are all lines of a header.
func headerLines(answer *fasthttp.Response, name string) []string {
	var all []string
	for key, line := range answer.Header.All() {
		if string(key) == name {
			all = append(all, string(line))
		}
	}
	return all
}

// TestSessions are the rows of the table of what a session does, in a handler of
// fasthttp.
func TestSessions(t *testing.T) {
	app := carrierApp()
	get := asked(t, app.Sessions(func(ctx *fasthttp.RequestCtx) {
		user := func() *session.Session { return cantil.SessionOf(ctx) }
		switch string(ctx.Path()) {
		case "/read":
			fmt.Fprint(ctx, user().Get("username", "visitante"))
		case "/set":
			user().Set("username", "Ana")
			ctx.SetStatusCode(404)
		case "/clear":
			user().Clear()
		case "/permanent":
			user().SetPermanent(true)
		case "/vary":
			ctx.Response.Header.Add("Vary", "Accept, Origin")
			ctx.Response.Header.Add("Vary", "X-A")
			user()
		case "/other":
			ctx.Response.Header.Add("Set-Cookie", "theme=dark")
			user().Set("username", "Ana")
		case "/stream":
			user().Set("username", "Ana")
			ctx.SetBodyStreamWriter(func(w *bufio.Writer) { fmt.Fprint(w, "123") })
		case "/recovered":
			func() {
				defer func() {
					recover()
					ctx.SetStatusCode(500)
				}()
				user().Set("username", "Ana")
				panic("the view's own")
			}()
		}
	}))
	ana := func(line string) bool {
		cookie, _, _ := strings.Cut(line, ";")
		return string(get("/read", cookie).Body()) == "Ana"
	}
	gone := func(line string) bool { return strings.HasPrefix(line, "session=; Expires=Thu, 01 Jan 1970") }
	kept := func(line string) bool { return strings.Contains(line, "Expires=Sat, 01 Feb 2025") }
	permanent := strings.Join(headerLines(get("/permanent", signedMaria), "Set-Cookie"), "")
	permanent, _, _ = strings.Cut(permanent, ";")
	for _, test := range []struct {
		path, cookie string
		status       int
		body, vary   string
		cookies      []func(line string) bool
	}{
		{"/none", "", 200, "", "", nil},
		{"/none", signedMaria, 200, "", "", nil},
		{"/read", signedMaria, 200, "Maria", "Cookie", nil},
		{"/read", "", 200, "visitante", "Cookie", nil},
		{"/read", signedMaria + "x", 200, "visitante", "Cookie", nil},
		{"/set", "", 404, "", "Cookie", []func(string) bool{ana}},
		{"/clear", signedMaria, 200, "", "Cookie", []func(string) bool{gone}},
		{"/none", permanent, 200, "", "Cookie", []func(string) bool{kept}},
		{"/vary", signedMaria, 200, "", "Accept, Origin, Cookie|X-A", nil},
		{"/other", "", 200, "", "Cookie", []func(string) bool{
			func(line string) bool { return strings.HasPrefix(line, "theme=dark") }, ana}},
		{"/stream", "", 200, "123", "Cookie", []func(string) bool{ana}},
		{"/recovered", "", 500, "", "Cookie", []func(string) bool{ana}},
	} {
		answer := get(test.path, test.cookie)
		if answer.StatusCode() != test.status || string(answer.Body()) != test.body || strings.Join(headerLines(answer, "Vary"), "|") != test.vary {
			t.Errorf("%s %q: %d %q, Vary %q", test.path, test.cookie, answer.StatusCode(), answer.Body(), headerLines(answer, "Vary"))
		}
		set := headerLines(answer, "Set-Cookie")
		if len(set) != len(test.cookies) {
			t.Errorf("%s %q: Set-Cookie %q", test.path, test.cookie, set)
			continue
		}
		for i, right := range test.cookies {
			if !right(set[i]) {
				t.Errorf("%s %q: Set-Cookie %q", test.path, test.cookie, set[i])
			}
		}
	}
}

// TestSessionsPanic: what was set before a panic goes out with what answers it
// outside, and the panic is the handler's own.
func TestSessionsPanic(t *testing.T) {
	sessions := carrierApp().Sessions(func(ctx *fasthttp.RequestCtx) {
		cantil.SessionOf(ctx).Set("username", "Ana")
		panic("the view's own")
	})
	get := asked(t, func(ctx *fasthttp.RequestCtx) {
		defer func() {
			ctx.SetStatusCode(500)
			fmt.Fprint(ctx, recover())
		}()
		sessions(ctx)
	})
	answer := get("/", "")
	if answer.StatusCode() != 500 || string(answer.Body()) != "the view's own" || len(headerLines(answer, "Set-Cookie")) != 1 {
		t.Errorf("%d %q %q", answer.StatusCode(), answer.Body(), headerLines(answer, "Set-Cookie"))
	}
	get = asked(t, func(ctx *fasthttp.RequestCtx) {
		defer func() { fmt.Fprint(ctx, recover()) }()
		cantil.SessionOf(ctx)
	})
	if body := string(get("/", "").Body()); !strings.Contains(body, "not behind App.Sessions") {
		t.Errorf("outside: %s", body)
	}
}

// deadStore is a store that answers while it lives.
type deadStore struct {
	session.Store
	dead bool
}

func (d *deadStore) Get(ctx context.Context, key string) (session.Row, bool, error) {
	if d.dead {
		return session.Row{}, false, errors.New("connection refused")
	}
	return d.Store.Get(ctx, key)
}

func (d *deadStore) Set(ctx context.Context, key string, data []byte, ttl time.Duration) error {
	if d.dead {
		return errors.New("connection refused")
	}
	return d.Store.Set(ctx, key, data, ttl)
}

// TestSessionsStoreDown: who asks for a session gets a 503, whatever recovers the
// panic and whatever was written before; who does not is answered.
func TestSessionsStoreDown(t *testing.T) {
	store := &deadStore{Store: storetest.NewMemory()}
	app := carrierApp()
	app.SessionInterface = session.NewServerSide(store)
	app.ErrorHandler(http.StatusServiceUnavailable)(func(c *cantil.Context, _ error) any { return c.MakeResponse("come back later", 503) })
	get := asked(t, app.Sessions(func(ctx *fasthttp.RequestCtx) {
		if string(ctx.Path()) == "/recovered" {
			defer func() {
				recover()
				ctx.Redirect("/", 302)
			}()
		}
		ctx.SetBodyString("half a page")
		if string(ctx.Path()) != "/none" {
			cantil.SessionOf(ctx).Set("username", "Ana")
		}
	}))
	cookie, _, _ := strings.Cut(strings.Join(headerLines(get("/", ""), "Set-Cookie"), ""), ";")
	if len(cookie) < 43 {
		t.Fatalf("the cookie is %q", cookie)
	}
	store.dead = true
	for _, path := range []string{"/", "/recovered"} {
		for _, cookie := range []string{cookie, ""} { // the load fails, the save fails
			answer := get(path, cookie)
			if answer.StatusCode() != 503 || string(answer.Body()) != "come back later" || len(answer.Header.Peek("Location")) > 0 ||
				len(headerLines(answer, "Set-Cookie")) > 0 {
				t.Errorf("%s: %d %q, Location %q, Set-Cookie %q", path, answer.StatusCode(), answer.Body(), answer.Header.Peek("Location"), headerLines(answer, "Set-Cookie"))
			}
		}
	}
	if answer := get("/none", cookie); answer.StatusCode() != 200 || string(answer.Body()) != "half a page" {
		t.Errorf("who did not ask: %d %q", answer.StatusCode(), answer.Body())
	}
	store.dead = false
	if answer := get("/", cookie); answer.StatusCode() != 200 {
		t.Errorf("after the outage: %d", answer.StatusCode())
	}
}
