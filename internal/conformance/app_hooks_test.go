package conformance

import (
	"strings"

	"github.com/cantil-go/cantil"
)

func hooks() *cantil.App {
	app := cantil.New()
	log := []string{}
	hooksAround(app)

	app.TeardownRequest(func(c *cantil.Context, err error) {
		log = append(log, "t1:"+exceptionName(err))
	})

	app.TeardownRequest(func(c *cantil.Context, err error) {
		log = append(log, "t2:"+exceptionName(err))
	})

	app.TeardownAppContext(func(c *cantil.Context, err error) {
		log = append(log, "app:"+exceptionName(err))
	})

	app.Route("/")(func(c *cantil.Context) any {
		trace(c, "v")
		c.AfterThisRequest(func(c *cantil.Context, r *cantil.Response) {
			trace(c, "once")
			r.Header().Set("X-Once", "1")
		})
		return "ok"
	})

	app.Route("/plain")(func(c *cantil.Context) any {
		trace(c, "v")
		return "ok"
	})

	app.Route("/fail")(func(c *cantil.Context) any {
		trace(c, "v")
		return pyError{"RuntimeError", "view"}
	})

	app.Route("/log")(func(c *cantil.Context) any {
		out := strings.Join(log, ",")
		log = nil
		return out
	})

	return app
}

// trace is g.trace.append(step).
func trace(c *cantil.Context, step string) {
	c.G()["trace"] = append(c.G()["trace"].([]string), step)
}

func hooksAround(app *cantil.App) {
	app.BeforeRequest(func(c *cantil.Context) any {
		c.G()["trace"] = []string{"b1"}
		if c.Args().Get("stop") == "1" {
			return c.MakeResponse("parou 1", 401)
		}
		return nil
	})

	app.BeforeRequest(func(c *cantil.Context) any {
		trace(c, "b2")
		if c.Args().Get("stop") == "2" {
			return cantil.Map{"parou": 2}
		}
		if c.Args().Get("fail") == "before" {
			return pyError{"RuntimeError", "before"}
		}
		return nil
	})

	app.AfterRequest(func(c *cantil.Context, r *cantil.Response) {
		trace(c, "a1")
		r.Header().Set("X-Trace", strings.Join(c.G()["trace"].([]string), " "))
	})

	app.AfterRequest(func(c *cantil.Context, r *cantil.Response) {
		trace(c, "a2")
		if c.Args().Get("replace") != "" {
			*r = *c.MakeResponse("trocado", 299)
		}
	})
}
