package recipes

import (
	"bytes"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fasthttp/websocket"
	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil"
)

// A WebSocket is opened by a view, with all that a view has; then the connection
// belongs to a goroutine that has none of it. ../../docs/websocket.md explains it.

var upgrader = websocket.FastHTTPUpgrader{HandshakeTimeout: 10 * time.Second}

const (
	maxMessage = 64 << 10
	pongWait   = time.Minute
)

// sameOrigin reports whether a page of this site opens the WebSocket. Browsers let
// any page open one and send the cookies along: without this check it would act as
// the visitor. What is no browser sends no Origin, and no cookies that it was not
// told.
func sameOrigin(c *cantil.Context) bool {
	if !c.HasHeader("Origin") {
		return true
	}
	origin, err := url.Parse(c.Header("Origin"))
	return err == nil && origin.Scheme == c.Scheme() && strings.EqualFold(origin.Host, c.Host())
}

// chat is the view. It reads the session; what it writes there goes out with the
// 101, and what it needs later it takes along.
func chat(c *cantil.Context) any {
	if !sameOrigin(c) {
		return cantil.Abort(403)
	}
	s := c.Session()
	name, ok := s.Get("usuario").(string)
	if !ok {
		return cantil.Abort(401)
	}
	times, _ := s.Get("vezes", 0).(int)
	s.Set("vezes", times+1)

	upgrader := upgrader
	upgrader.CheckOrigin = func(*fasthttp.RequestCtx) bool { return true } // sameOrigin did, behind a proxy too
	if upgrader.Upgrade(c.RequestCtx(), guarded(func(conn *websocket.Conn) { talk(conn, name) })) != nil {
		return cantil.Abort(400, "This address speaks WebSocket.")
	}
	return nil // the 101 goes out
}

// guarded keeps a panic to its connection: fasthttp calls the handler in a
// goroutine of its own, where one would end the program.
func guarded(handle func(*websocket.Conn)) websocket.FastHTTPHandler {
	return func(conn *websocket.Conn) {
		defer conn.Close()
		defer func() {
			if v := recover(); v != nil {
				slog.Error("panic in a WebSocket", slog.Any("error", v))
			}
		}()
		handle(conn)
	}
}

// talk is the conversation. No limit of the server holds here: it has its own.
func talk(conn *websocket.Conn, name string) {
	conn.SetReadLimit(maxMessage)
	alive := func(string) error { return conn.SetReadDeadline(time.Now().Add(pongWait)) }
	conn.SetPongHandler(alive)
	_ = alive("")

	done := make(chan struct{})
	defer close(done)
	go func() { // pings: one writer for control messages, and one for the others, may run at once
		for ticker := time.NewTicker(pongWait / 2); ; {
			select {
			case <-done:
				ticker.Stop()
				return
			case <-ticker.C:
				if conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(10*time.Second)) != nil {
					return
				}
			}
		}
	}()
	for {
		kind, message, err := conn.ReadMessage()
		if err != nil {
			return
		}
		_ = alive("")
		if string(message) == "panic" {
			panic(name)
		}
		_ = conn.SetWriteDeadline(time.Now().Add(10 * time.Second))
		if conn.WriteMessage(kind, append([]byte(name+": "), message...)) != nil {
			return
		}
	}
}

// chatSite is the program around the view.
func chatSite() *cantil.App {
	app := cantil.New()
	app.SecretKey = "uma-chave-de-teste"
	app.Post("/login")(login)
	app.Get("/chat")(chat)
	app.Get("/vezes")(times)
	return app
}

func login(c *cantil.Context) any {
	c.Session().Set("usuario", c.Form().Must("usuario"))
	return "ok"
}

func times(c *cantil.Context) any { return fmt.Sprint(c.Session().Get("vezes")) }

type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.String()
}

// serve runs the site until the test ends.
func serve(t *testing.T, app *cantil.App) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- app.Serve(ln) }()
	t.Cleanup(func() {
		if err := app.Shutdown(t.Context()); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
		<-served
	})
	return ln.Addr().String()
}

func TestWebSocket(t *testing.T) {
	log := &lockedBuffer{}
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(log, nil)))
	defer slog.SetDefault(before)
	addr := serve(t, chatSite())
	jar, _ := cookiejar.New(nil)
	browser := &http.Client{Jar: jar, Timeout: 20 * time.Second}
	dialer := websocket.Dialer{Jar: jar, HandshakeTimeout: 20 * time.Second}
	dial := func(origin string) (*websocket.Conn, int) {
		header := http.Header{}
		if origin != "" {
			header.Set("Origin", origin)
		}
		conn, r, err := dialer.Dial("ws://"+addr+"/chat", header)
		if r == nil {
			t.Fatal(err)
		}
		if conn != nil {
			t.Cleanup(func() { conn.Close() })
			_ = conn.SetReadDeadline(time.Now().Add(20 * time.Second))
		}
		return conn, r.StatusCode
	}
	if _, status := dial("http://" + addr); status != 401 {
		t.Error("without a login:", status)
	}
	r, err := browser.PostForm("http://"+addr+"/login", url.Values{"usuario": {"Maria"}})
	if err != nil || r.StatusCode != 200 {
		t.Fatal(r, err)
	}
	r.Body.Close()
	for origin, want := range map[string]int{"http://" + addr: 101, "": 101, "http://evil.test": 403, "https://" + addr: 403,
		"http://" + addr + ".evil.test": 403, "null": 403, "http://[": 403} {
		if _, status := dial(origin); status != want {
			t.Errorf("from %q: %d, want %d", origin, status, want)
		}
	}
	if r, err := browser.Get("http://" + addr + "/chat"); err != nil || r.StatusCode != 400 {
		t.Errorf("no WebSocket: %v, %v", r, err)
	}

	conn, _ := dial("http://" + addr)
	for _, text := range []string{"olá", strings.Repeat("x", 5000)} {
		if err := conn.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if _, got, err := conn.ReadMessage(); err != nil || string(got) != "Maria: "+text {
			t.Fatalf("%q, %v", got, err)
		}
	}
	// What the view wrote in the session came with each 101, three by now, and with
	// the 400 of the page.
	r, err = browser.Get("http://" + addr + "/vezes")
	if err != nil {
		t.Fatal(err)
	}
	var told bytes.Buffer
	told.ReadFrom(r.Body)
	r.Body.Close()
	if told.String() != "4" {
		t.Errorf("the session says %q", told.String())
	}

	if err := conn.WriteMessage(websocket.TextMessage, []byte("panic")); err != nil {
		t.Fatal(err)
	}
	if _, _, err := conn.ReadMessage(); err == nil {
		t.Error("the connection outlived a panic")
	}
	if !strings.Contains(log.String(), "panic in a WebSocket") {
		t.Error(log.String())
	}
	conn, status := dial("")
	if status != 101 {
		t.Fatal("after a panic:", status)
	}
	if err := conn.WriteMessage(websocket.TextMessage, make([]byte, maxMessage+1)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := conn.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseMessageTooBig) {
		t.Error("a message above the limit:", err)
	}
}
