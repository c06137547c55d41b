package recipes

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/gofiber/fiber/v3"
	fiberrecover "github.com/gofiber/fiber/v3/middleware/recover"
	"github.com/labstack/echo/v5"
	echomiddleware "github.com/labstack/echo/v5/middleware"
	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
	"github.com/cantil-go/cantil/session/httpsession"
)

// sessions is the middleware for each program here. Flask shares the cookie.
func sessions() func(http.Handler) http.Handler {
	cfg := httpsession.NewConfig("sua_chave_secreta")
	cfg.Serializer = codec.TaggedJSON
	cfg.Logger = slog.New(slog.DiscardHandler)
	cfg.Now = func() time.Time { return time.Unix(1735689600, 0) } // of the recorded cookie
	return httpsession.New(session.SecureCookie{}, cfg)
}

func greeting(s *session.Session) string { return fmt.Sprint("Olá, ", s.Get("username", "visitante")) }

// Gin: the middleware goes around the engine, which is an http.Handler.
func ginService() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.Use(gin.CustomRecoveryWithWriter(io.Discard, func(c *gin.Context, _ any) { c.String(500, "erro") }))
	engine.GET("/", func(c *gin.Context) {
		c.String(200, greeting(httpsession.FromContext(c.Request.Context())))
	})
	engine.GET("/set", func(c *gin.Context) {
		httpsession.FromContext(c.Request.Context()).Set("username", "Ana")
		c.JSON(200, gin.H{"ok": true})
	})
	engine.GET("/panic", func(c *gin.Context) {
		httpsession.FromContext(c.Request.Context()).Set("username", "Ana")
		panic("erro da view")
	})
	engine.GET("/stream", func(c *gin.Context) {
		httpsession.FromContext(c.Request.Context()).Set("username", "Ana")
		n := 0
		c.Stream(func(w io.Writer) bool {
			n++
			fmt.Fprint(w, n)
			return n < 3
		})
	})
	return sessions()(engine)
}

// Echo: around the router too; an Echo is an http.Handler.
func echoService() http.Handler {
	e := echo.New()
	e.Logger = slog.New(slog.DiscardHandler)
	e.Use(echomiddleware.Recover())
	e.GET("/", func(c *echo.Context) error {
		return c.String(200, greeting(httpsession.FromContext(c.Request().Context())))
	})
	e.GET("/set", func(c *echo.Context) error {
		httpsession.FromContext(c.Request().Context()).Set("username", "Ana")
		return c.JSON(200, map[string]any{"ok": true})
	})
	e.GET("/panic", func(c *echo.Context) error {
		httpsession.FromContext(c.Request().Context()).Set("username", "Ana")
		panic("erro da view")
	})
	e.GET("/stream", func(c *echo.Context) error {
		httpsession.FromContext(c.Request().Context()).Set("username", "Ana")
		for n := range 3 {
			fmt.Fprint(c.Response(), n+1)
			http.NewResponseController(c.Response()).Flush()
		}
		return nil
	})
	return sessions()(e)
}

// chi: its middlewares have the same form, so Use takes it.
func chiService() http.Handler {
	r := chi.NewRouter()
	r.Use(sessions(), recoverer)
	r.Get("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, greeting(httpsession.FromContext(r.Context())))
	})
	r.Get("/set", func(w http.ResponseWriter, r *http.Request) {
		httpsession.FromContext(r.Context()).Set("username", "Ana")
		fmt.Fprint(w, `{"ok":true}`)
	})
	r.Get("/panic", func(w http.ResponseWriter, r *http.Request) {
		httpsession.FromContext(r.Context()).Set("username", "Ana")
		panic("erro da view")
	})
	r.Get("/stream", func(w http.ResponseWriter, r *http.Request) {
		httpsession.FromContext(r.Context()).Set("username", "Ana")
		for n := range 3 {
			fmt.Fprint(middleware.NewWrapResponseWriter(w, r.ProtoMajor), n+1)
			http.NewResponseController(w).Flush()
		}
	})
	return r
}

// lender has the configuration of the sessions of programs on fasthttp, the same as
// that of sessions.
func lender() *cantil.App {
	app := cantil.New()
	app.SecretKey, app.SessionSerializer = "sua_chave_secreta", codec.TaggedJSON
	app.Logger = slog.New(slog.DiscardHandler)
	app.Now = func() time.Time { return time.Unix(1735689600, 0) }
	return app
}

// Fiber: around its handler, which a server of fasthttp serves.
func fiberService() fasthttp.RequestHandler {
	site := fiber.New()
	site.Use(fiberrecover.New())
	site.Get("/", func(c fiber.Ctx) error { return c.SendString(greeting(cantil.SessionOf(c.RequestCtx()))) })
	site.Get("/set", func(c fiber.Ctx) error {
		cantil.SessionOf(c.RequestCtx()).Set("username", "Ana")
		return c.JSON(fiber.Map{"ok": true})
	})
	site.Get("/panic", func(c fiber.Ctx) error {
		cantil.SessionOf(c.RequestCtx()).Set("username", "Ana")
		panic("erro da view")
	})
	site.Get("/stream", func(c fiber.Ctx) error {
		cantil.SessionOf(c.RequestCtx()).Set("username", "Ana")
		return c.SendStreamWriter(func(w *bufio.Writer) { fmt.Fprint(w, "123") })
	})
	return lender().Sessions(site.Handler())
}

// fasthttp alone: around the program's handler.
func fasthttpService() fasthttp.RequestHandler {
	return lender().Sessions(func(ctx *fasthttp.RequestCtx) {
		switch string(ctx.Path()) {
		case "/":
			ctx.SetBodyString(greeting(cantil.SessionOf(ctx)))
		case "/set":
			cantil.SessionOf(ctx).Set("username", "Ana")
			ctx.SetBodyString(`{"ok":true}`)
		case "/panic":
			defer func() {
				if recover() != nil {
					ctx.SetStatusCode(500)
				}
			}()
			cantil.SessionOf(ctx).Set("username", "Ana")
			panic("erro da view")
		case "/stream":
			cantil.SessionOf(ctx).Set("username", "Ana")
			ctx.SetBodyStreamWriter(func(w *bufio.Writer) { fmt.Fprint(w, "123") })
		default:
			ctx.SetStatusCode(404)
		}
	})
}

// recoverer is chi's without the stack on the console.
func recoverer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if v := recover(); v != nil {
				w.WriteHeader(500)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// maria is what Flask answered to a login.
const maria = "session=eyJ1c2VybmFtZSI6Ik1hcmlhIn0.Z3SFgA.zu_Bqa5P5BJEvD6jsOd7ygNHk78"

// serveHTTP and serveFast serve on a free port until the test ends.
func serveHTTP(t *testing.T, h http.Handler) string {
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

func serveFast(t *testing.T, h fasthttp.RequestHandler) string {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	server := &fasthttp.Server{Handler: h, ReadBufferSize: 16 << 10, Logger: slog.NewLogLogger(slog.DiscardHandler, 0)}
	go server.Serve(ln)
	return "http://" + ln.Addr().String()
}

func TestRecipes(t *testing.T) {
	for name, url := range map[string]string{
		"gin": serveHTTP(t, ginService()), "echo": serveHTTP(t, echoService()), "chi": serveHTTP(t, chiService()),
		"fiber": serveFast(t, fiberService()), "fasthttp": serveFast(t, fasthttpService()),
	} {
		get := func(path, cookie string) (*http.Response, string) {
			r, _ := http.NewRequestWithContext(t.Context(), "GET", url+path, nil)
			if cookie != "" {
				r.Header.Set("Cookie", cookie)
			}
			answer, err := http.DefaultTransport.RoundTrip(r)
			if err != nil {
				t.Fatal(name, err)
			}
			defer answer.Body.Close()
			body, _ := io.ReadAll(answer.Body)
			return answer, string(body)
		}
		for _, test := range []struct {
			path, cookie, body string
			status             int
			set                bool
		}{
			{"/", "", "Olá, visitante", 200, false},
			{"/", maria, "Olá, Maria", 200, false},
			{"/", maria + "x", "Olá, visitante", 200, false},
			{"/set", "", `{"ok":true}`, 200, true},
			{"/panic", maria, "", 500, true},
			{"/stream", "", "123", 200, true},
		} {
			answer, body := get(test.path, test.cookie)
			if answer.StatusCode != test.status || test.status == 200 && strings.TrimSpace(body) != test.body {
				t.Errorf("%s%s: %d %q", name, test.path, answer.StatusCode, body)
			}
			if (len(answer.Header["Set-Cookie"]) == 1) != test.set || answer.Header.Get("Vary") != "Cookie" {
				t.Errorf("%s%s: %v", name, test.path, answer.Header)
			}
			if test.set {
				cookie, _, _ := strings.Cut(answer.Header.Get("Set-Cookie"), ";")
				if _, body := get("/", cookie); body != "Olá, Ana" {
					t.Errorf("%s%s: then %q", name, test.path, body)
				}
			}
		}
		if answer, _ := get("/nada", ""); answer.StatusCode != 404 || answer.Header.Get("Vary") != "" {
			t.Errorf("%s: a 404 that asked for nothing: %v", name, answer.Header)
		}
	}
}
