package cantil_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/cantil-go/cantil"
)

func TestCustomConverter(t *testing.T) {
	app := quiet()
	app.Converter("lista", cantil.Converter{
		Regex: `[^/]+`,
		ToGo: func(text string) (any, error) {
			if strings.HasSuffix(text, "+") {
				return nil, errors.New("um sinal no fim")
			}
			return strings.Split(text, "+"), nil
		},
		ToURL: func(v any) (string, error) {
			list, ok := v.([]string)
			if !ok {
				return "", cantil.ErrValidation
			}
			return strings.Join(list, "+"), nil
		},
	})
	app.Get("/tags/<lista:tags>", cantil.Endpoint("tags"))(func(c *cantil.Context) any {
		tags := c.ViewArgs()["tags"].([]string)
		return fmt.Sprint(len(tags), " ", c.URLFor("tags", "tags", append(tags, "mais")))
	})
	client := app.TestClient()
	if got := client.Get("/tags/a+b").Text(); got != "2 /tags/a+b+mais" {
		t.Errorf("%q", got)
	}
	if got := client.Get("/tags/a+").Status; got != 404 {
		t.Errorf("a value that the converter refuses: %d", got)
	}
}

// TestConverterArguments: a rule's arguments reach the converter.
func TestConverterArguments(t *testing.T) {
	app := quiet()
	app.Converter("hex", cantil.Converter{WithArgs: func(args cantil.ConverterArgs) (cantil.Converter, error) {
		digits := "*"
		if len(args.Positional) > 0 {
			digits = fmt.Sprintf("{%v}", args.Positional[0])
		}
		upper, _ := args.Named["upper"].(bool)
		class := "[0-9a-f]"
		if upper {
			class = "[0-9A-F]"
		}
		return cantil.Converter{Regex: class + digits}, nil
	}})
	app.Converter("plain", cantil.Converter{})
	echo := func(c *cantil.Context) any { return c.Endpoint() + " " + c.Param("x") }
	app.Get("/two/<hex(2):x>", cantil.Endpoint("two"))(echo)
	app.Get("/upper/<hex(2, upper=True):x>", cantil.Endpoint("upper"))(echo)
	app.Get("/any/<hex:x>", cantil.Endpoint("any"))(echo)
	client := app.TestClient()
	for path, want := range map[string]string{
		"/two/7f": "two 7f", "/two/7fa": "", "/two/7F": "", "/upper/7F": "upper 7F", "/upper/7f": "", "/any/7fab": "any 7fab",
	} {
		r := client.Get(path)
		if got := r.Text(); r.Status == 200 && got != want || r.Status != 200 && want != "" {
			t.Errorf("%s: %d %q, want %q", path, r.Status, got, want)
		}
	}
}

// TestSetUpMistakes panic with an error that says what to do.
func TestSetUpMistakes(t *testing.T) {
	view := func(c *cantil.Context) any { return "" }
	for want, set := range map[string]func(*cantil.App){
		`converter "plain" of variable "x": takes no arguments`: func(app *cantil.App) {
			app.Converter("plain", cantil.Converter{})
			app.Get("/<plain(4):x>", cantil.Endpoint("x"))(view)
		},
		`converter "hex" of variable "x": has no digits`: func(app *cantil.App) {
			app.Converter("hex", cantil.Converter{WithArgs: func(cantil.ConverterArgs) (cantil.Converter, error) {
				return cantil.Converter{}, errors.New("has no digits")
			}})
			app.Get("/<hex(0):x>", cantil.Endpoint("x"))(view)
		},
		`Route("/x"): its view was never given`: func(app *cantil.App) { app.Get("/x"); app.TestClient().Get("/") },
		`Route("/b"): its view was never given`: func(app *cantil.App) {
			bp := cantil.NewBlueprint("bp")
			app.RegisterBlueprint(bp)
			bp.Post("/b")
			app.Handler()
		},
		`FormData: "b" has no value`:       func(*cantil.App) { cantil.FormData(strings.Fields("a 1 b")...) },
		`JSONData: json: unsupported type`: func(*cantil.App) { cantil.JSONData(func() {}) },
		`the view is nil`:                  func(app *cantil.App) { app.Get("/x")(nil) },
		`must not contain a dot`:           func(app *cantil.App) { app.Get("/x", cantil.Endpoint("a.b"))(view) },
		`there is no converter "no"`:       func(app *cantil.App) { app.Get("/<no:x>", cantil.Endpoint("x"))(view) },
		`ErrorHandler(299): no such HTTP`:  func(app *cantil.App) { app.ErrorHandler(299)(nil) },
		`Route after the first request`:    func(app *cantil.App) { app.Handler(); app.Get("/x", cantil.Endpoint("x"))(view) },
	} {
		func() {
			defer func() {
				err, ok := recover().(error)
				if !ok || !strings.HasPrefix(err.Error(), "cantil: ") || !strings.Contains(err.Error(), want) {
					t.Errorf("%s: %v", want, err)
				}
			}()
			set(quiet())
		}()
	}
}
