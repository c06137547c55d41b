// Package minimal is the least that a session in Redis costs in Go: fasthttp, the
// usual client, one GET for each request and one SET for each change, a row of
// msgpack behind an id of 256 random bits.
package minimal

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/valyala/fasthttp"
	"github.com/vmihailenco/msgpack/v5"

	"github.com/cantil-go/cantil/bench/internal/site"
)

const lifetime = 31 * 24 * time.Hour

// row is the session; what is not set is not stored.
type row struct {
	N        int    `msgpack:"n,omitempty"`
	Username string `msgpack:"username,omitempty"`
}

type app struct{ client *redis.Client }

// New returns the server.
func New(cfg site.Config) (*fasthttp.Server, error) {
	if cfg.Store != site.Redis {
		return nil, site.Unknown(cfg)
	}
	a := &app{client: redis.NewClient(&redis.Options{Addr: cfg.Redis})}
	return &fasthttp.Server{Handler: a.serve}, nil
}

func (a *app) serve(ctx *fasthttp.RequestCtx) {
	ctx.SetContentType(site.HTML)
	ctx.Response.Header.Set("Vary", "Cookie")
	id := string(ctx.Request.Header.Cookie("session"))
	s, err := a.load(ctx, id)
	if err != nil {
		ctx.Error(err.Error(), fasthttp.StatusServiceUnavailable)
		return
	}
	answer := ""
	switch string(ctx.Path()) {
	case "/count":
		s.N++
		answer, err = strconv.Itoa(s.N), a.save(ctx, id, s)
	case "/perfil":
		answer = s.Username
	case "/entrar":
		s.Username = site.Username
		answer, err = site.OK, a.save(ctx, id, s)
	default:
		ctx.SetStatusCode(fasthttp.StatusNotFound)
	}
	if err != nil {
		ctx.Error(err.Error(), fasthttp.StatusServiceUnavailable)
		return
	}
	ctx.SetBodyString(answer)
}

func (a *app) load(ctx *fasthttp.RequestCtx, id string) (s row, err error) {
	if id == "" {
		return row{}, nil
	}
	stored, err := a.client.Get(ctx, "session:"+id).Bytes()
	if errors.Is(err, redis.Nil) {
		return row{}, nil
	}
	if err != nil {
		return row{}, err
	}
	err = msgpack.Unmarshal(stored, &s)
	return s, err
}

func (a *app) save(ctx *fasthttp.RequestCtx, id string, s row) error {
	if id == "" {
		id = newID()
	}
	stored, err := msgpack.Marshal(&s)
	if err != nil {
		return err
	}
	ctx.Response.Header.Add("Set-Cookie", "session="+id+"; HttpOnly; Path=/")
	return a.client.Set(ctx, "session:"+id, stored, lifetime).Err()
}

func newID() string {
	var b [32]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}
