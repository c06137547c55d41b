// Package floor is the least that the work can cost on fasthttp: Flask's signed
// cookie by hand, for these pages and nothing else, without an allocation. It is
// no framework and knows no error page; it is what one is measured against.
//
// Its cookies are ordinary ones: Cantil and Flask accept them.
package floor

import (
	"strconv"
	"sync"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/bench/internal/site"
)

// state is what one request needs; all of it is used again by a later one.
type state struct {
	seal    seal
	payload []byte // of the cookie that came
	out     []byte // the payload or the page that goes out
	line    []byte // Set-Cookie
}

var states = sync.Pool{New: func() any { return &state{seal: newSeal(site.Secret)} }}

// New returns the server.
func New(cfg site.Config) (*fasthttp.Server, error) {
	if cfg.Store != site.Cookie {
		return nil, site.Unknown(cfg)
	}
	return &fasthttp.Server{Handler: serve}, nil
}

func serve(ctx *fasthttp.RequestCtx) {
	ctx.SetContentType(site.HTML)
	path := string(ctx.Path()) // does not escape: no allocation
	if path == "/" {
		ctx.SetBodyString(site.Hello)
		return
	}
	s := states.Get().(*state)
	s.open(ctx)
	switch path {
	case "/count":
		s.count(ctx)
	case "/perfil":
		ctx.SetBody(text(field(s.payload, "username")))
	case "/nomes":
		s.nomes(ctx)
	case "/entrar":
		s.save(ctx, appendText(appendKey(s.out[:0], "username"), site.Username))
		ctx.SetBodyString(site.OK)
	case "/lista":
		s.save(ctx, appendList(appendKey(s.out[:0], "nomes"), site.Names))
		ctx.SetBodyString(site.OK)
	default:
		ctx.SetStatusCode(fasthttp.StatusNotFound)
	}
	states.Put(s)
}

// open reads the session: no payload if the cookie is missing or not ours.
func (s *state) open(ctx *fasthttp.RequestCtx) {
	ctx.Response.Header.Set("Vary", "Cookie")
	value := cookieValue(ctx.Request.Header.Peek("Cookie"))
	s.payload = s.seal.open(s.payload[:0], value, time.Now().Unix())
}

// save sends the session.
func (s *state) save(ctx *fasthttp.RequestCtx, payload []byte) {
	s.out = payload[:0]
	line := append(s.line[:0], "session="...)
	line = s.seal.close(line, payload, time.Now().Unix())
	line = append(line, "; HttpOnly; Path=/"...)
	s.line = line[:0]
	ctx.Response.Header.AddBytesV("Set-Cookie", line)
}

func (s *state) count(ctx *fasthttp.RequestCtx) {
	n := number(field(s.payload, "n")) + 1
	s.save(ctx, appendNumber(appendKey(s.out[:0], "n"), n))
	ctx.SetBody(strconv.AppendInt(s.out[:0], int64(n), 10))
}

func (s *state) nomes(ctx *fasthttp.RequestCtx) {
	page := append(s.out[:0], site.PageHead...)
	list, n := list(field(s.payload, "nomes"))
	for range n {
		var name []byte
		name, list = next(list)
		page = append(page, "<li>"...)
		page = appendEscaped(page, name)
		page = append(page, "</li>\n"...)
	}
	page = append(page, site.PageMiddle...)
	page = strconv.AppendInt(page, int64(n), 10)
	page = append(page, site.PageTail...)
	s.out = page[:0]
	ctx.SetBody(page)
}

func appendEscaped(dst, s []byte) []byte {
	for _, b := range s {
		switch b {
		case '&':
			dst = append(dst, "&amp;"...)
		case '<':
			dst = append(dst, "&lt;"...)
		case '>':
			dst = append(dst, "&gt;"...)
		case '"':
			dst = append(dst, "&#34;"...)
		case '\'':
			dst = append(dst, "&#39;"...)
		default:
			dst = append(dst, b)
		}
	}
	return dst
}
