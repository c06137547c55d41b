// Package scale measures how Cantil's costs grow: with the keys of a session,
// with the routes of an application, with the connections that stand idle.
package scale

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/bench/internal/inproc"
	"github.com/cantil-go/cantil/bench/internal/report"
	"github.com/cantil-go/cantil/bench/internal/site"
	"github.com/cantil-go/cantil/session/codec"
	"github.com/cantil-go/cantil/session/itsdangerous"
)

// Keys are the sizes of the session from which one key is read.
var Keys = []int{10, 100, 1000}

// Session measures the read of one key in whole requests, and what the
// signature and one scan of the payload take by themselves.
func Session(n int) ([]report.Scale, error) {
	server := sessionApp(n)
	cookie, err := filled(server)
	if err != nil {
		return nil, fmt.Errorf("session of %d keys: %w", n, err)
	}
	request := inproc.Request("/read", cookie)
	whole := testing.Benchmark(func(b *testing.B) { inproc.Bench(b, server, request) })
	alone, err := signatureAndScan(cookie)
	if err != nil {
		return nil, err
	}
	return []report.Scale{
		{Measure: report.KeysNS, Peer: "cantil", N: n, Value: inproc.NS(whole)},
		{Measure: report.KeysAllocs, Peer: "cantil", N: n, Value: float64(whole.AllocsPerOp())},
		{Measure: report.KeysAlone, Peer: "cantil", N: n, Value: alone},
	}, nil
}

func sessionApp(n int) *cantil.App {
	app := cantil.New()
	app.SecretKey = site.Secret
	app.Logger = slog.New(slog.DiscardHandler) // a cookie of 1000 keys is too large for browsers, and Cantil says so
	app.Get("/fill", cantil.Endpoint("fill"))(func(c *cantil.Context) any {
		for i := range n {
			c.Session().Set(key(i), i%100) // small numbers need no memory in an any
		}
		return site.OK
	})
	middle := key(n / 2)
	app.Get("/read", cantil.Endpoint("read"))(func(c *cantil.Context) any {
		if c.Session().Get(middle) != n/2%100 {
			return errors.New("the session has lost its keys")
		}
		return site.OK
	})
	return app
}

// filled returns the cookie of a full session, once it was read back.
func filled(server site.Server) (cookie string, err error) {
	err = inproc.Visit(server, func(dial site.Dial) error {
		v := site.NewVisitor(dial)
		defer v.Close()
		if _, err := v.Get("/fill"); err != nil {
			return err
		}
		cookie = v.Cookie()
		_, err := v.Get("/read")
		return err
	})
	return cookie, err
}

func key(i int) string { return fmt.Sprintf("chave%04d", i) }

// signatureAndScan is the time in nanoseconds of what reading the cookie cannot
// do without: verify and unpack it, and find where its values begin.
func signatureAndScan(cookie string) (float64, error) {
	signer := itsdangerous.NewURLSafeTimed([]string{site.Secret}, "cookie-session")
	value := []byte(strings.TrimPrefix(cookie, "session="))
	payload, _, err := signer.AppendLoads(nil, value, time.Hour, time.Now())
	if err != nil {
		return 0, err
	}
	fields, text := make([]codec.Field, 0, 1024), string(payload)
	r := testing.Benchmark(func(b *testing.B) {
		inproc.Timed(b, func() {
			for range b.N {
				payload, _, _ = signer.AppendLoads(payload[:0], value, time.Hour, time.Now())
				fields, _ = codec.Msgpack.SplitFields(fields[:0], text)
			}
		})
	})
	return inproc.NS(r), nil
}

// Routes are the sizes of the application in which one route is looked up.
var Routes = []int{1, 1000}

// Lookup measures the handler alone, on a request that is parsed: rules without
// and with a converter, one in the middle of n.
func Lookup(n int) ([]report.Scale, error) {
	app := cantil.New()
	for i := range n {
		ok := func(c *cantil.Context) any { return site.OK }
		app.Get(fmt.Sprintf("/secao%04d/pagina", i), cantil.Endpoint(fmt.Sprintf("fixed%d", i)))(ok)
		app.Get(fmt.Sprintf("/secao%04d/<int:id>", i), cantil.Endpoint(fmt.Sprintf("param%d", i)))(ok)
	}
	handler := app.Handler()
	var out []report.Scale
	for measure, path := range map[string]string{report.RoutesFixed: "pagina", report.RoutesParam: "7"} {
		ns, err := handlerTime(handler, fmt.Sprintf("/secao%04d/%s", n/2, path))
		if err != nil {
			return nil, err
		}
		out = append(out, report.Scale{Measure: measure, Peer: "cantil", N: n, Value: ns})
	}
	return out, nil
}

func handlerTime(handler fasthttp.RequestHandler, path string) (float64, error) {
	var req fasthttp.Request
	req.SetRequestURI(path)
	req.Header.SetHost("localhost")
	ctx := new(fasthttp.RequestCtx)
	ctx.Init(&req, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}, nil)
	handler(ctx)
	if got := string(ctx.Response.Body()); got != site.OK {
		return 0, fmt.Errorf("GET %s: %d %q", path, ctx.Response.StatusCode(), got)
	}
	r := testing.Benchmark(func(b *testing.B) {
		inproc.Timed(b, func() {
			for range b.N {
				ctx.Response.Reset()
				handler(ctx)
			}
		})
	})
	return inproc.NS(r), nil
}
