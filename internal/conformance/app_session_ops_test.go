package conformance

import (
	"fmt"
	"strings"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
)

func sessionOps() *cantil.App {
	app := cantil.New()
	app.SecretKey = "sua_chave_secreta"
	sessionReads(app)
	sessionLists(app)
	sessionWrites(app)
	sessionRemovals(app)
	sessionUpdates(app)
	sessionStates(app)
	return app
}

func sessionReads(app *cantil.App) {
	app.Get("/untouched")(func(c *cantil.Context) any { return "ok" })

	app.Get("/name-only")(func(c *cantil.Context) any {
		s := c.Session // named, and not asked for anything
		_ = s
		return "ok"
	})

	app.Get("/bool")(func(c *cantil.Context) any {
		if c.Session().Len() > 0 {
			return "cheia"
		}
		return "vazia"
	})

	app.Get("/get/<key>")(func(c *cantil.Context) any { return str(c.Session().Get(c.Param("key"))) })

	app.Get("/get/<key>/<default>")(func(c *cantil.Context) any {
		return str(c.Session().Get(c.Param("key"), c.Param("default")))
	})

	app.Get("/getitem/<key>")(func(c *cantil.Context) any { return str(c.Session().Must(c.Param("key"))) })

	app.Get("/in/<key>")(func(c *cantil.Context) any {
		if c.Session().Has(c.Param("key")) {
			return "sim"
		}
		return "não"
	})
}

func sessionLists(app *cantil.App) {
	app.Get("/len")(func(c *cantil.Context) any { return str(c.Session().Len()) })

	app.Get("/keys")(func(c *cantil.Context) any { return strings.Join(c.Session().Keys(), ",") })

	app.Get("/iter")(func(c *cantil.Context) any {
		var keys []string
		for k := range c.Session().All() {
			keys = append(keys, k)
		}
		return strings.Join(keys, ",")
	})

	app.Get("/values")(func(c *cantil.Context) any {
		var values []string
		for _, v := range c.Session().All() {
			values = append(values, str(v))
		}
		return strings.Join(values, ",")
	})

	app.Get("/items")(func(c *cantil.Context) any {
		var items []string
		for k, v := range c.Session().All() {
			items = append(items, k+"="+str(v))
		}
		return strings.Join(items, ",")
	})

	app.Get("/attrs")(func(c *cantil.Context) any {
		s := c.Session()
		return fmt.Sprintf("new=%s modified=%s accessed=%s permanent=%s", str(s.New()), str(s.Modified()), str(s.Accessed()), str(s.Permanent()))
	})
}

func sessionWrites(app *cantil.App) {
	app.Get("/set/<key>/<value>")(func(c *cantil.Context) any {
		c.Session().Set(c.Param("key"), c.Param("value"))
		return "ok"
	})

	app.Get("/set-int/<key>/<int:value>")(func(c *cantil.Context) any {
		c.Session().Set(c.Param("key"), c.ViewArgs()["value"])
		return "ok"
	})

	app.Get("/set-unmodified/<key>/<value>")(func(c *cantil.Context) any {
		c.Session().Set(c.Param("key"), c.Param("value"))
		c.Session().SetModified(false)
		return "ok"
	})

	app.Get("/mark-modified")(func(c *cantil.Context) any {
		c.Session().SetModified(true)
		return "ok"
	})

	app.Get("/setdefault/<key>/<value>")(func(c *cantil.Context) any {
		return str(c.Session().SetDefault(c.Param("key"), c.Param("value")))
	})

	app.Get("/null/<key>")(func(c *cantil.Context) any {
		c.Session().Set(c.Param("key"), nil)
		return "ok"
	})
}

func sessionRemovals(app *cantil.App) {
	app.Get("/del/<key>")(func(c *cantil.Context) any {
		c.Session().Delete(c.Param("key"))
		return "ok"
	})

	app.Get("/pop/<key>")(func(c *cantil.Context) any { return str(c.Session().Pop(c.Param("key"))) })

	app.Get("/pop/<key>/<default>")(func(c *cantil.Context) any {
		return str(c.Session().Pop(c.Param("key"), c.Param("default")))
	})

	app.Get("/popitem")(func(c *cantil.Context) any {
		k, v := c.Session().PopItem()
		return k + "=" + str(v)
	})

	app.Get("/clear")(func(c *cantil.Context) any {
		c.Session().Clear()
		return "ok"
	})

	app.Get("/clear-set/<key>/<value>")(func(c *cantil.Context) any {
		c.Session().Clear()
		c.Session().Set(c.Param("key"), c.Param("value"))
		return "ok"
	})

	app.Get("/set-pop/<key>")(func(c *cantil.Context) any {
		c.Session().Set(c.Param("key"), "x")
		c.Session().Pop(c.Param("key"))
		return "ok"
	})
}

func sessionUpdates(app *cantil.App) {
	app.Get("/update")(func(c *cantil.Context) any {
		updateInOrder(c.Session(), c.Args())
		return "ok"
	})

	app.Get("/update-nothing")(func(c *cantil.Context) any {
		c.Session().Update(nil)
		return "ok"
	})

	app.Get("/merge")(func(c *cantil.Context) any {
		updateInOrder(c.Session(), c.Args())
		return "ok"
	})
}

// updateInOrder is session.update(args.to_dict()). A Go map has no order, and this one's is seen in the cookie.
func updateInOrder(s *session.Session, args cantil.Values) {
	s.Update(nil)
	for _, key := range args.Keys() {
		s.Set(key, args.Get(key))
	}
}

func sessionStates(app *cantil.App) {
	app.Get("/permanent/on")(func(c *cantil.Context) any {
		c.Session().SetPermanent(true)
		return "ok"
	})

	app.Get("/permanent/off")(func(c *cantil.Context) any {
		c.Session().SetPermanent(false)
		return "ok"
	})

	app.Get("/set-then-fail/<key>/<value>")(func(c *cantil.Context) any {
		c.Session().Set(c.Param("key"), c.Param("value"))
		return pyError{"RuntimeError", "falhou"}
	})
}
