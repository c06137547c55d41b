package cantil_test

import (
	"bufio"
	"net"
	"strings"
	"testing"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil"
)

// request is a request as the server has read it, to be answered again and again.
func request(path, cookie string) *fasthttp.RequestCtx {
	text := "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n"
	if cookie != "" {
		text += "Cookie: " + cookie + "\r\n"
	}
	var req fasthttp.Request
	if err := req.Read(bufio.NewReaderSize(strings.NewReader(text+"\r\n"), 16<<10)); err != nil {
		panic(err)
	}
	ctx := new(fasthttp.RequestCtx)
	ctx.Init2(noConn{}, nil, true) // as a server's, which keeps its buffers
	req.CopyTo(&ctx.Request)
	return ctx
}

// noConn is a connection that nothing is sent over.
type noConn struct{ net.Conn }

func (noConn) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }
func (noConn) LocalAddr() net.Addr  { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

func answer(h fasthttp.RequestHandler, ctx *fasthttp.RequestCtx) func() {
	return func() {
		ctx.Response.Reset()
		h(ctx)
	}
}

func plainApp() *cantil.App {
	app := cantil.New()
	app.SecretKey = "dev"
	app.Route("/")(func(c *cantil.Context) any { return "Olá, mundo!" })
	app.Route("/user/<name>/<int:id>", cantil.Endpoint("user"))(func(c *cantil.Context) any { return "ok" })
	app.Route("/count", cantil.Endpoint("count"))(func(c *cantil.Context) any {
		s := c.Session()
		s.Set("n", s.Get("n", 0).(int)+1)
		return "ok"
	})
	app.Route("/perfil", cantil.Endpoint("perfil"))(func(c *cantil.Context) any {
		name, _ := c.Session().Get("username", "").(string)
		return name
	})
	return app
}

func BenchmarkPlain(b *testing.B) {
	b.Run("fasthttp", func(b *testing.B) {
		bench(b, func(ctx *fasthttp.RequestCtx) { ctx.SetBodyString("Olá, mundo!") }, "/", "")
	})
	b.Run("cantil", func(b *testing.B) { bench(b, plainApp().Handler(), "/", "") })
}

func BenchmarkTwoParams(b *testing.B) { bench(b, plainApp().Handler(), "/user/ana/7", "") }

func BenchmarkCount(b *testing.B) {
	app := plainApp()
	client := app.TestClient()
	client.Get("/count")
	v, _ := client.Cookie("session")
	bench(b, app.Handler(), "/count", "session="+v)
}

func bench(b *testing.B, h fasthttp.RequestHandler, path, cookie string) {
	step := answer(h, request(path, cookie))
	b.ReportAllocs()
	for b.Loop() {
		step()
	}
}
