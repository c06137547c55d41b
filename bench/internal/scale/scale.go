// Package scale measures how Cantil's costs grow: with the keys of a session,
// with the routes of an application, with the connections that stand idle.
package scale

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
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

// Sessions measures the read of one key in whole requests, and what the
// signature and one scan of the payload take by themselves.
func Sessions() ([]report.Scale, error) {
	var works []inproc.Work
	for _, n := range Keys {
		server := sessionApp(n)
		cookie, err := filled(server)
		if err != nil {
			return nil, fmt.Errorf("session of %d keys: %w", n, err)
		}
		client := inproc.NewClient(server, inproc.Request("/read", cookie))
		defer client.Close()
		works = append(works, client.Ask, signatureAndScan(cookie))
	}
	results, err := inproc.Turns(works...)
	if err != nil {
		return nil, err
	}
	var out []report.Scale
	for i, n := range Keys {
		whole, alone := results[2*i], results[2*i+1]
		out = append(out,
			report.Scale{Measure: report.KeysNS, Peer: "cantil", N: n, Value: whole.NS},
			report.Scale{Measure: report.KeysAllocs, Peer: "cantil", N: n, Value: whole.Allocs},
			report.Scale{Measure: report.KeysAlone, Peer: "cantil", N: n, Value: alone.NS})
	}
	return out, nil
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

// signatureAndScan is what reading the cookie cannot do without: verify and
// unpack it, and find where its values begin.
func signatureAndScan(cookie string) inproc.Work {
	signer := itsdangerous.NewURLSafeTimedSerializer(site.Secret, itsdangerous.Salt("cookie-session"), itsdangerous.KeyDerivation("hmac"))
	value := []byte(strings.TrimPrefix(cookie, "session="))
	var fields []codec.Field
	payload, _, err := signer.AppendLoads(nil, value, time.Hour, time.Now())
	text := string(payload)
	return func(n int) error {
		for range n {
			if payload, _, err = signer.AppendLoads(payload[:0], value, time.Hour, time.Now()); err != nil {
				return err
			}
			if fields, err = codec.Msgpack.SplitFields(fields[:0], text); err != nil {
				return err
			}
		}
		return err
	}
}

// Routes are the sizes of the application in which one route is looked up.
var Routes = []int{1, 1000}

// Lookups measures the handler alone, on a request that is parsed: rules without
// and with a converter, one in the middle of many.
func Lookups() ([]report.Scale, error) {
	var works []inproc.Work
	var out []report.Scale
	for _, n := range Routes {
		handler := routesApp(n).Handler()
		for _, rule := range []struct{ measure, path string }{{report.RoutesFixed, "pagina"}, {report.RoutesParam, "7"}} {
			out = append(out, report.Scale{Measure: rule.measure, Peer: "cantil", N: n})
			works = append(works, lookup(handler, fmt.Sprintf("/secao%04d/%s", n/2, rule.path)))
		}
	}
	results, err := inproc.Turns(works...)
	if err != nil {
		return nil, err
	}
	for i, r := range results {
		out[i].Value = r.NS
	}
	return out, nil
}

func routesApp(n int) *cantil.App {
	app := cantil.New()
	for i := range n {
		ok := func(c *cantil.Context) any { return site.OK }
		app.Get(fmt.Sprintf("/secao%04d/pagina", i), cantil.Endpoint(fmt.Sprintf("fixed%d", i)))(ok)
		app.Get(fmt.Sprintf("/secao%04d/<int:id>", i), cantil.Endpoint(fmt.Sprintf("param%d", i)))(ok)
	}
	return app
}

// lookup asks for a path.
func lookup(handler fasthttp.RequestHandler, path string) inproc.Work {
	var req fasthttp.Request
	req.SetRequestURI(path)
	req.Header.SetHost("localhost")
	ctx := new(fasthttp.RequestCtx)
	ctx.Init(&req, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}, nil)
	return func(n int) error {
		for range n {
			ctx.Response.Reset()
			handler(ctx)
		}
		if got := string(ctx.Response.Body()); got != site.OK {
			return fmt.Errorf("GET %s: %d %q", path, ctx.Response.StatusCode(), got)
		}
		return nil
	}
}
