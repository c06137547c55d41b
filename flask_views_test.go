package cantil_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/cantil-go/cantil"
)

// userAPI is a view with methods.
type userAPI struct{ n int }

func (a *userAPI) Get(c *cantil.Context) any {
	return fmt.Sprint("get ", c.ParamInt("id"), c.Header("X"))
}
func (a *userAPI) Post(*cantil.Context) any   { a.n++; return fmt.Sprint("post ", a.n) }
func (a *userAPI) Delete(*cantil.Context) any { return cantil.Abort(403) }

type headed struct{ userAPI }

func (*headed) Head(c *cantil.Context) any {
	r := c.MakeResponse("")
	r.Header().Set("X-Method", "HEAD")
	return r
}

func TestMethodView(t *testing.T) {
	app := quiet()
	app.MethodView("/u/<int:id>", "user", &userAPI{}, cantil.Decorate(marked("m ")))
	app.MethodView("/h", "headed", &headed{})
	client := app.TestClient()
	got := fmt.Sprint(client.Get("/u/7").Text(), client.Post("/u/1").Text(), client.Post("/u/1").Text(), client.Head("/u/1").Status,
		client.Do("OPTIONS", "/u/1").Header("Allow"), client.Put("/u/1").Status, client.Put("/u/1").Header("Allow"))
	if got != "m get 7m post 1m post 2200DELETE, GET, HEAD, OPTIONS, POST405DELETE, GET, HEAD, OPTIONS, POST" {
		t.Error(got)
	}
	if r := client.Head("/h"); r.Header("X-Method") != "HEAD" {
		t.Error("the view's own Head was not called")
	}
	app = quiet()
	mustPanic(t, "has no method such as Get", func() { app.MethodView("/", "x", struct{}{}) })
	mustPanic(t, "Methods is an option of Route alone", func() { app.MethodView("/", "x", &userAPI{}, cantil.Methods("GET")) })
}

// upper is a JSON provider that shouts.
type upper struct{}

func (upper) Dumps(v any) ([]byte, error) {
	text, err := json.Marshal(v)
	return bytes.ToUpper(text), err
}

func (upper) Loads(text []byte, v any) error {
	if string(text) == "bad" {
		return errors.New("bad")
	}
	return json.Unmarshal(bytes.ToLower(text), v)
}

func TestJSONProviderAndGetJSON(t *testing.T) {
	app := quiet()
	app.JSONProvider, app.JSONMimetype = upper{}, "application/x-json"
	app.Post("/", ep("i"))(func(c *cantil.Context) any {
		var v map[string]any
		if err := c.GetJSON(&v); err != nil {
			return err
		}
		return v
	})
	client := app.TestClient()
	r := client.Post("/", cantil.RequestBody("application/json", []byte(`{"A": "b"}`)))
	if r.Text() != "{\"A\":\"B\"}\n" || r.Header("Content-Type") != "application/x-json" {
		t.Errorf("%q %q", r.Text(), r.Header("Content-Type"))
	}
	if r := client.Post("/", cantil.RequestBody("application/json", []byte("bad"))); r.Status != 400 {
		t.Errorf("bad: %d", r.Status)
	}
	quiet().TestRequestContext("/", func(c *cantil.Context) {
		var v any
		got := fmt.Sprint(c.GetJSON(&v) != nil, c.GetJSON(&v, cantil.JSONSilent), c.GetJSON(&v, cantil.JSONForce), v)
		if got != "true <nil> <nil> map[a:1]" {
			t.Error(got)
		}
	}, cantil.RequestMethod("POST"), cantil.RequestBody("text/plain", []byte(`{"a": 1}`)))
}

// TestSecureFilename compares with Werkzeug's secure_filename on Linux.
func TestSecureFilename(t *testing.T) {
	for name, want := range map[string]string{
		"My cool movie.mov": "My_cool_movie.mov", "../../../etc/passwd": "etc_passwd", "i contain cool \u00fcml\u00e4uts.txt": "i_contain_cool_umlauts.txt",
		"": "", "....": "", "__filename__": "filename", "foo$&^*)bar": "foobar", "a/b\\c": "a_bc", ".bashrc": "bashrc", "a\u00a0b": "a_b",
		" a  b ": "a_b", "привет.txt": "txt", "ﬁle": "file", "²": "2", "a\x00b": "ab", "x._": "x", "nul.txt": "nul.txt", "-rf": "-rf",
	} {
		if got := cantil.SecureFilename(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestGetAs(t *testing.T) {
	parse := func(s string) (float64, error) { return strconv.ParseFloat(s, 64) }
	quiet().TestRequestContext("/?x=1.5&x=a&x=2&y=z", func(c *cantil.Context) {
		a := c.Args()
		got := fmt.Sprint(cantil.GetAs(a, "x", parse), cantil.GetAs(a, "y", parse, 7), cantil.GetAs(a, "n", parse), cantil.GetAllAs(a, "x", parse))
		if got != "1.5 7 0 [1.5 2]" {
			t.Error(got)
		}
	})
}

func TestSmallAdditions(t *testing.T) {
	app := quiet()
	app.ErrorHandler(418)(func(*cantil.Context, error) any { return "a handler" })
	app.Get("/abort", ep("abort"))(func(c *cantil.Context) any {
		return fmt.Errorf("wrapped: %w", cantil.AbortWith(c.MakeResponse("as it is", 418)))
	})
	app.Route("/limit", ep("limit"), cantil.Methods("POST"))(func(c *cantil.Context) any {
		c.SetMaxContentLength(5)
		return string(c.Data())
	})
	bp := cantil.NewBlueprint("bp", cantil.BlueprintFS(fstest.MapFS{"a.txt": {Data: []byte("of the blueprint")}}))
	var states []string
	bp.Record(func(s cantil.BlueprintSetupState) { states = append(states, fmt.Sprint(s.Name, s.URLPrefix, s.First)) })
	bp.RecordOnce(func(s cantil.BlueprintSetupState) { states = append(states, "once") })
	app.RegisterBlueprint(bp, cantil.URLPrefix("/p"))
	app.RegisterBlueprint(bp, cantil.BlueprintName("two"))
	if got := strings.Join(states, ","); got != "bp/ptrue,once,twofalse" {
		t.Error(got)
	}
	client := app.TestClient()
	if r := client.Get("/abort"); r.Status != 418 || r.Text() != "as it is" {
		t.Errorf("AbortWith: %d %q", r.Status, r.Text())
	}
	for body, want := range map[string]int{"12345": 200, "123456": 413} {
		if r := client.Post("/limit", cantil.RequestBody("text/plain", []byte(body))); r.Status != want {
			t.Errorf("a body of %d bytes: %d", len(body), r.Status)
		}
	}
	f, err := bp.OpenResource("a.txt")
	if err != nil {
		t.Fatal(err)
	}
	text, _ := io.ReadAll(f)
	g, err := app.OpenResource("go.mod")
	if string(text) != "of the blueprint" || err != nil {
		t.Errorf("OpenResource: %q %v", text, err)
	}
	g.Close()
	if _, err := app.OpenResource("../x"); err == nil {
		t.Error("OpenResource leads out of the root path")
	}
}
