package conformance

import (
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
)

func show(v any) string { return typeName(v) + ":" + repr(v) }

func sessionTypes() *cantil.App {
	app := cantil.New()
	app.SecretKey = "sua_chave_secreta"

	app.Get("/basic")(func(c *cantil.Context) any {
		s := c.Session()
		s.Set("none", nil)
		s.Set("true", true)
		s.Set("false", false)
		s.Set("int", -7)
		s.Set("big", uint64(1)<<63)
		s.Set("float", 1.5)
		s.Set("whole", 2.0)
		s.Set("str", "Olá 😀 </script>")
		s.Set("list", []any{1, []any{2}})
		s.Set("dict", dict("z", 1, "a", dict("b", []any{})))
		return "ok"
	})

	sessionTypesOf(app)

	app.Get("/read")(func(c *cantil.Context) any {
		var lines []string
		keys := c.Session().Keys()
		slices.Sort(keys)
		for _, k := range keys {
			if d, ok := session.Value[*codec.Dict](c.Session(), k); ok { // a dict has an order in Python
				lines = append(lines, k+" = "+show(d))
				continue
			}
			lines = append(lines, k+" = "+show(c.Session().Must(k)))
		}
		return strings.Join(lines, "\n")
	})

	return app
}

// sessionTypesOf adds the views that store one value.
func sessionTypesOf(app *cantil.App) {
	stores := func(path string, v any) {
		app.Get(path, cantil.Endpoint(strings.ReplaceAll(path[1:], "-", "_")))(func(c *cantil.Context) any {
			c.Session().Set("v", v)
			return "ok"
		})
	}
	id, err := codec.ParseUUID("12345678-1234-5678-9abc-def012345678")
	if err != nil {
		panic(err)
	}
	brasilia := time.FixedZone("", -3*60*60)
	stores("/bytes", []byte("\x00\xff"))
	stores("/tuple", codec.Tuple{1, codec.Tuple{"a", []any{2}}})
	stores("/aware", time.Date(2025, 1, 2, 3, 4, 5, 678900*1000, time.UTC))
	stores("/offset", time.Date(2025, 1, 2, 3, 4, 5, 0, brasilia))
	stores("/uuid", id)
	stores("/markup", cantil.Markup("<b>é</b>"))
	stores("/tagged-dict", map[string]any{" t": []any{1}})
	stores("/huge-int", new(big.Int).Lsh(big.NewInt(1), 64))

	// Go has neither a time without a zone nor a set. What Python's serializers make of them depends on the
	// serializer: each a text or an error.
	app.Get("/naive", cantil.Endpoint("naive"))(func(c *cantil.Context) any {
		if app.SessionSerializer == codec.Msgpack {
			c.Session().Set("v", "2025-01-02T03:04:05")
		} else {
			c.Session().Set("v", time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC))
		}
		return "ok"
	})
	app.Get("/set-type", cantil.Endpoint("set_type"))(func(c *cantil.Context) any {
		if app.SessionSerializer == codec.Msgpack {
			c.Session().Set("v", []any{1})
		} else {
			c.Session().Set("v", make(chan int))
		}
		return "ok"
	})
}

// dict is a dict of keys and values in turn, in their order.
func dict(keysAndValues ...any) *codec.Dict {
	d := &codec.Dict{}
	for i := 0; i < len(keysAndValues); i += 2 {
		d.Items = append(d.Items, codec.Item{Key: keysAndValues[i], Value: keysAndValues[i+1]})
	}
	return d
}
