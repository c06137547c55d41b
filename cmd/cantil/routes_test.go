package main

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// in runs the command in a folder.
func in(t *testing.T, folder string, args ...string) result {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, args...)
	var out, errOut strings.Builder
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = folder, cleanEnv(), &out, &errOut
	_ = cmd.Run()
	return result{out.String(), errOut.String(), cmd.ProcessState.ExitCode()}
}

const pages = `package main

import (
	"log"
	"net/http"

	"github.com/cantil-go/cantil"
)

func index(*cantil.Context) any { return "" }

func user(*cantil.Context) any { return "" }

func main() {
	app := cantil.New()
	app.SecretKey = "uma chave que ninguém mostra"
	app.Route("/zero", cantil.Methods("POST", "GET"))(index)
	auth := cantil.NewBlueprint("auth", cantil.URLPrefix("/auth"))
	auth.Get("/user/<int:id>")(user)
	app.RegisterBlueprint(auth)
	app.Mount("/metrics", http.NotFoundHandler())
	log.Println("what a program prints")
	log.Fatal(app.Run("localhost:1"))
}
`

func TestRoutes(t *testing.T) {
	folder := module(t, map[string]string{"main.go": pages})
	r := in(t, folder, "routes")
	const want = `Endpoint   Methods    Rule
---------  ---------  -----------------------
(mounted)             /metrics/…
auth.user  GET        /auth/user/<int:id>
index      GET, POST  /zero
static     GET        /static/<path:filename>
`
	if r.status != 0 || r.out != want || r.err != "" {
		t.Errorf("%d\n%s%s\nwant\n%s", r.status, r.out, r.err, want)
	}
	for order, want := range map[string][]string{
		"rule":  {"/auth/user/<int:id>", "/metrics/…", "/static/<path:filename>", "/zero"},
		"match": {"/zero", "/auth/user/<int:id>", "/static/<path:filename>", "/metrics/…"},
	} {
		r := in(t, folder, "routes", "--json", "--sort", order)
		var routes []struct{ Endpoint, Rule string }
		if err := json.Unmarshal([]byte(r.out), &routes); err != nil {
			t.Fatalf("%v: %s%s", err, r.out, r.err)
		}
		var rules []string
		for _, route := range routes {
			rules = append(rules, route.Rule)
		}
		if !slices.Equal(rules, want) {
			t.Errorf("--sort %s: %q, want %q", order, rules, want)
		}
		if strings.Contains(r.out, "ninguém") {
			t.Error("the output shows the key")
		}
	}
	if r := in(t, folder, "routes", "--all-methods"); !strings.Contains(r.out, "GET, HEAD, OPTIONS, POST") {
		t.Errorf("--all-methods:\n%s", r.out)
	}
	if r := in(t, folder, "routes", "--sort", "size"); r.status != 2 || !strings.Contains(r.err, "endpoint, methods, rule, match") {
		t.Errorf("--sort size: %d %s", r.status, r.err)
	}
}

// TestRoutesFail: each error says what is wrong.
func TestRoutesFail(t *testing.T) {
	for name, test := range map[string]struct{ from, to, want string }{
		"no compile": {`return ""`, `return semNome`, "undefined: semNome"},
		"a set-up that panics": {`app.SecretKey =`,
			`app.Get("/<sem:conversor>")(index); app.SecretKey =`, "conversor"},
		"no Run":  {`log.Fatal(app.Run("localhost:1"))`, ``, "without calling App.Run"},
		"no main": {"package main", "package loja", "not a main package"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := module(t, map[string]string{"main.go": strings.Replace(pages, test.from, test.to, 1)})
			r := in(t, folder, "routes")
			if r.status != 1 || !strings.Contains(r.err, test.want) || r.out != "" {
				t.Errorf("%d, want %q:\n%s%s", r.status, test.want, r.out, r.err)
			}
		})
	}
}

func TestUsage(t *testing.T) {
	for _, test := range []struct {
		args   []string
		status int
		want   string
	}{
		{nil, 0, "Available Commands"},
		{[]string{"help", "run"}, 0, "cantil run ./cmd/loja --addr localhost:8000"},
		{[]string{"--version"}, 0, "cantil version"},
		{[]string{"rum"}, 2, `unknown command "rum"`},
		{[]string{"run", "--adr", "x"}, 2, "cantil run --help"},
		{[]string{"run", "a", "b"}, 2, "cantil run --help"},
		{[]string{"session", "rows"}, 2, "cantil session rows --help"},
		{[]string{"session", "rows", "mongo://x"}, 2, "mongo:// is no store"},
		{[]string{"session", "rows", "x.db", "--table", "a b"}, 2, "is no name of a table"},
		{[]string{"session", "rows", "x.db", "--limit", "-1"}, 2, "a limit of -1 rows"},
		{[]string{"session", "rows", "mysql://loja:100%sure@localhost/loja"}, 1, "the address of the database"},
		{[]string{"token", "sign", "1", "--digest", "md5"}, 2, "is no digest"},
		{[]string{"token", "decode", "x", "--derivation", "y"}, 2, "is no key derivation"},
		{[]string{"record", "--to", "http://loja:100sure@localhost"}, 2, "visitors sign in themselves"},
		{[]string{"record", "--to", "http://loja:100%sure@localhost"}, 2, "no address of a site"},
		{[]string{"record", "--to", "http://localhost", "--body-limit", "-1"}, 2, "--body-limit -1"},
		{[]string{"compare", "x", "http://localhost", "--body-limit", "99999999"}, 2, "--body-limit 99999999"},
		{[]string{"completion", "bash"}, 0, "__start_cantil"},
	} {
		r := cantil(t, nil, "", test.args...)
		if r.status != test.status || !strings.Contains(r.out+r.err, test.want) {
			t.Errorf("%q: %d, want %d and %q:\n%s%s", test.args, r.status, test.status, test.want, r.out, r.err)
		}
		if strings.Contains(r.out+r.err, "sure@") {
			t.Errorf("%q: a password is printed:\n%s%s", test.args, r.out, r.err)
		}
	}
	first, second := cantil(t, nil, "", "secret"), cantil(t, nil, "", "secret")
	if len(first.out) != 65 || first.out == second.out {
		t.Errorf("secret: %q, %q", first.out, second.out)
	}
}
