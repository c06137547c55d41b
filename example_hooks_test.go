package cantil_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
)

// Functions around every view: the first may answer instead of it, the second
// changes what it answered, the third runs whatever happened.
func ExampleApp_BeforeRequest() {
	app := cantil.New()
	app.Logger = slog.New(slog.DiscardHandler)
	app.BeforeRequest(func(c *cantil.Context) any {
		c.G()["usuario"] = c.Args().Get("usuario")
		if c.G()["usuario"] == "" {
			return c.MakeResponse("quem é?", 401)
		}
		return nil // go on
	})
	app.AfterRequest(func(c *cantil.Context, r *cantil.Response) {
		r.Header().Set("X-Usuario", fmt.Sprint(c.G()["usuario"]))
	})
	app.TeardownRequest(func(c *cantil.Context, err error) {
		fmt.Println("fim de", c.Path(), err)
	})
	app.Get("/")(func(c *cantil.Context) any { return "olá" })
	app.Get("/quebra")(func(c *cantil.Context) any { return errors.New("sem água") })

	client := app.TestClient()
	fmt.Println(client.Get("/").Status)
	fmt.Println(client.Get("/?usuario=Ana").Header("X-Usuario"))
	fmt.Println(client.Get("/quebra?usuario=Ana").Status)
	// Output:
	// fim de / <nil>
	// 401
	// fim de / <nil>
	// Ana
	// fim de /quebra sem água
	// 500
}

func ExampleApp_ContextProcessor() {
	app := cantil.New()
	app.ContextProcessor(func(c *cantil.Context) cantil.Map {
		return cantil.Map{"loja": "Cantil", "ano": 2026}
	})
	app.Get("/")(func(c *cantil.Context) any {
		return c.RenderTemplateString("{{ loja }}, {{ ano }}", cantil.Map{"ano": 2027}) // the view's takes precedence
	})
	fmt.Println(app.TestClient().Get("/").Text())
	// Output: Cantil, 2027
}

func ExampleContext_SendFile() {
	folder, err := os.MkdirTemp("", "cantil")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	os.WriteFile(filepath.Join(folder, "nota.txt"), []byte("0123456789"), 0o600)

	app := cantil.New()
	app.Get("/nota")(func(c *cantil.Context) any {
		return c.SendFile(filepath.Join(folder, "nota.txt"), cantil.SendFileOptions{AsAttachment: true, DownloadName: "março.txt"})
	})
	r := app.TestClient().Get("/nota", cantil.RequestHeader("Range", "bytes=2-4"))
	fmt.Println(r.Status, r.Text(), r.Header("Content-Range"))
	fmt.Println(r.Header("Content-Disposition"))
	// Output:
	// 206 234 bytes 2-4/10
	// attachment; filename=marco.txt; filename*=UTF-8''mar%C3%A7o.txt
}

// A value is read as JSON, and as text where it is not JSON.
func ExampleApp_LoadEnv() {
	os.Setenv("LOJA_SECRET_KEY", "dev")
	os.Setenv("LOJA_SESSION_COOKIE_SECURE", "true")
	os.Setenv("LOJA_PERMANENT_SESSION_LIFETIME", "1800")
	defer os.Unsetenv("LOJA_SECRET_KEY")
	defer os.Unsetenv("LOJA_SESSION_COOKIE_SECURE")
	defer os.Unsetenv("LOJA_PERMANENT_SESSION_LIFETIME")

	app := cantil.New()
	app.LoadEnv("LOJA")
	fmt.Println(app.SecretKey, app.SessionCookieSecure, app.PermanentSessionLifetime)
	// Output: dev true 30m0s
}

// Behind one proxy that sets X-Forwarded-For and -Proto: one value of each is
// believed, the last, which the proxy wrote.
func ExampleApp_ProxyFix() {
	app := cantil.New()
	app.ProxyFix(cantil.ProxyFix{For: 1, Proto: 1})
	app.Get("/")(func(c *cantil.Context) any { return fmt.Sprint(c.RemoteAddr(), " ", c.URL()) })
	r := app.TestClient().Get("/", cantil.RequestHeader("X-Forwarded-For", "10.9.9.9, 203.0.113.7"), cantil.RequestHeader("X-Forwarded-Proto", "https"))
	fmt.Println(r.Text())
	// Output: 203.0.113.7 https://localhost/
}

// A language in every URL, taken out of it before the views and put into each
// that is built.
func ExampleApp_URLDefaults() {
	app := cantil.New()
	app.URLValuePreprocessor(func(c *cantil.Context, endpoint string, values map[string]any) {
		c.G()["lang"] = values["lang"]
		delete(values, "lang")
	})
	app.URLDefaults(func(c *cantil.Context, endpoint string, values map[string]any) {
		if _, given := values["lang"]; !given {
			values["lang"] = c.G()["lang"]
		}
	})
	app.Get("/<lang>/", cantil.Endpoint("index"))(func(c *cantil.Context) any {
		return c.URLFor("sobre") + " " + c.URLFor("sobre", "lang", "ru")
	})
	app.Get("/<lang>/sobre", cantil.Endpoint("sobre"))(func(c *cantil.Context) any { return "" })
	fmt.Println(app.TestClient().Get("/pt/").Text())
	// Output: /pt/sobre /ru/sobre
}

// inMemory is a custom session.Interface: the cookie holds a number, the session
// stays in the program. A real one has random ids and forgets the old.
type inMemory struct {
	mu   sync.Mutex
	rows map[string]string
}

func (m *inMemory) Open(_ context.Context, cfg *session.Config, cookie []byte, _ time.Time) (*session.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	payload, known := m.rows[string(cookie)]
	if !known {
		return session.New(), nil
	}
	return session.Decode(payload, cfg.Serializer)
}

func (m *inMemory) Save(_ context.Context, cfg *session.Config, s *session.Session, dst []byte, _ time.Time) ([]byte, session.Action, error) {
	if !s.Modified() {
		return dst, session.KeepCookie, nil
	}
	payload, err := s.AppendTo(nil, cfg.Serializer)
	if err != nil {
		return dst, session.KeepCookie, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	id := fmt.Sprint("visita-", len(m.rows))
	m.rows[id] = string(payload)
	return append(dst, id...), session.SetCookie, nil
}

func Example_customSessionInterface() {
	app := cantil.New()
	app.SecretKey = "dev"
	app.SessionInterface = &inMemory{rows: map[string]string{}}
	app.Get("/")(func(c *cantil.Context) any {
		s := c.Session()
		n, _ := s.Get("n", 0).(int)
		s.Set("n", n+1)
		return fmt.Sprint(n + 1)
	})
	client := app.TestClient()
	fmt.Println(client.Get("/").Header("Set-Cookie"))
	fmt.Println(client.Get("/").Text())
	// Output:
	// session=visita-0; HttpOnly; Path=/
	// 2
}

// A converter whose variables are lists: /soma/1+2+3.
func ExampleApp_Converter() {
	app := cantil.New()
	app.Converter("lista", cantil.Converter{
		Regex: `\d+(?:\+\d+)*`,
		ToGo:  func(text string) (any, error) { return strings.Split(text, "+"), nil },
		ToURL: func(value any) (string, error) { return strings.Join(value.([]string), "+"), nil },
	})
	app.Get("/soma/<lista:n>", cantil.Endpoint("soma"))(func(c *cantil.Context) any {
		return fmt.Sprint(c.ViewArgs()["n"], " ", c.URLFor("soma", "n", []string{"4", "5"}))
	})
	client := app.TestClient()
	fmt.Println(client.Get("/soma/1+2+3").Text())
	fmt.Println(client.Get("/soma/um").Status)
	// Output:
	// [1 2 3] /soma/4+5
	// 404
}
