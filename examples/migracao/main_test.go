package main

import (
	"bufio"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/internal/testkit"
	"github.com/cantil-go/cantil/internal/testkit/browser"
	"github.com/cantil-go/cantil/internal/testkit/flask"
	"github.com/cantil-go/cantil/security"
	"github.com/cantil-go/cantil/session/codec"
)

// The visitor's story: signed in by one half and remembered, seen by both, forms
// sent from one to the other, known to both after the browser was closed, signed
// out by one, gone for both; whichever half has which routes, however the session
// is shared and whatever proxy stands in front.
func TestMigracao(t *testing.T) {
	flaskFirst := map[string]string{"index": "Flask", "login": "Flask", "profile": "Cantil", "note": "Flask", "logout": "Cantil"}
	cantilFirst := map[string]string{"index": "Cantil", "login": "Cantil", "profile": "Flask", "note": "Cantil", "logout": "Flask"}
	for _, test := range []struct {
		name, sessions, proxy string
		moved                 []string
		half                  map[string]string
	}{
		{"cookie_nginx", "cookie", "nginx", []string{"/profile", "/logout"}, flaskFirst},
		{"cookie_go", "cookie", "go", []string{"/", "/login", "/note"}, cantilFirst},
		{"redis_go", "redis", "go", []string{"/profile", "/logout"}, flaskFirst},
		{"redis_nginx", "redis", "nginx", []string{"/", "/login", "/note"}, cantilFirst},
	} {
		t.Run(test.name, func(t *testing.T) {
			page := startSite(t, options{proxy: test.proxy, sessions: test.sessions, moved: test.moved})
			visit(t, page, test.half, "migracao_"+test.name)
		})
	}
}

// startSite starts a site that ends with the test and returns its address.
func startSite(t *testing.T, o options) string {
	t.Helper()
	modules := []string{"flask", "flask_login", "flask_wtf"}
	if o.sessions == "redis" {
		modules = append(modules, "redis", "msgpack")
		need(t, "redis-server")
	}
	if o.proxy == "nginx" {
		need(t, "nginx")
	}
	o.python = flask.Python(t, modules...)
	o.key, o.password, o.hash = key, password, hash
	addr, err := freeAddr()
	if err != nil {
		t.Fatal(err)
	}
	o.addr = addr
	s := &site{}
	t.Cleanup(s.stop)
	if err := s.start(o); err != nil {
		t.Fatal(err)
	}
	return "http://" + addr
}

const (
	key      = "a key for the test"
	password = "a password for the test"
)

var hash = security.GeneratePasswordHash(password, security.Method("pbkdf2:sha256:1000"))

func need(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		testkit.Missing(t, program)
	}
}

func visit(t *testing.T, page string, half map[string]string, screenshot string) {
	b := browser.New(t)
	b.Open(page + "/profile")
	b.Expect("h1", "Sign in")
	b.Expect(".flash", "Please log in to access this page.")
	b.Expect("#half", half["login"])
	b.Type("input[name=user]", "<i>João</i>")
	b.Click("input[name=remember]")
	b.Submit("input[name=password]", password)
	b.Expect(".flash", "Signed in by "+half["login"])
	b.Expect("main", "You are <i>João</i>.")
	b.Expect("#half", half["index"])

	for _, visits := range []string{"Visit 1 ", "Visit 2 "} {
		b.Follow(`a[href="/profile"]`)
		b.Expect("main", "This profile is <i>João</i>'s. "+visits)
		b.Expect("#half", half["profile"])
	}
	b.Submit("input[name=note]", "from one half to the other") // with the token of the page's half
	b.Expect(".flash", "Noted by "+half["note"])
	b.Expect("#note", "from one half to the other")
	b.Screenshot(screenshot)

	b = restart(t, b, page)
	b.Open(page + "/")
	b.Expect("main", "You are <i>João</i>.")
	b = restart(t, b, page)
	b.Phone()
	b.Open(page + "/profile")
	b.Expect("main", "This profile is <i>João</i>'s. Visit 1 ")
	b.Follow("nav button")
	b.Expect(".flash", "Signed out by "+half["logout"])
	b.Expect("main", "You are not signed in.")
	b.Expect("#half", half["index"])
	b.Screenshot(screenshot + "_out")
	b.Open(page + "/profile")
	b.Expect("h1", "Sign in")
	if b.Cookie("remember_token") != nil {
		t.Error("the browser still has the remember cookie")
	}
}

// restart is the browser after it was closed: it has the cookies with an end
// alone.
func restart(t *testing.T, b *browser.Browser, page string) *browser.Browser {
	t.Helper()
	kept := b.Cookie("remember_token")
	if kept == nil {
		t.Fatal("there is no remember cookie")
	}
	b = browser.New(t)
	b.SetCookie(page, "remember_token", kept.Value)
	return b
}

// With rows in Redis a cookie that somebody kept is worth nothing after the
// logout, and the login gave a new id.
func TestRowsAreGone(t *testing.T) {
	page := startSite(t, options{proxy: "go", sessions: "redis", moved: []string{"/login", "/logout"}})
	jar, _ := cookiejar.New(nil)
	client := &http.Client{Jar: jar}
	where, _ := url.Parse(page)
	signIn := func() {
		token := tokenOf(send(t, client, page+"/login", nil))
		send(t, client, page+"/login", url.Values{"user": {"Ana"}, "password": {password}, "csrf_token": {token}})
	}
	signIn()
	kept := jar.Cookies(where)
	signIn()
	if jar.Cookies(where)[0].Value == kept[0].Value {
		t.Error("the login kept the session's id")
	}
	kept = jar.Cookies(where)
	send(t, client, page+"/logout", url.Values{"csrf_token": {tokenOf(send(t, client, page+"/", nil))}})
	jar.SetCookies(where, kept)
	if body := send(t, client, page+"/", nil); !strings.Contains(body, "You are not signed in.") {
		t.Errorf("a cookie from before the logout is answered with %s", body)
	}
}

var tokenField = regexp.MustCompile(`name="csrf_token" value="([^"]+)"`)

// tokenOf is the token in a page's form.
func tokenOf(page string) string {
	found := tokenField.FindStringSubmatch(page)
	if found == nil {
		return ""
	}
	return found[1]
}

// A form without a token is refused by both halves, and so is one with the token
// of another visitor.
func TestForms(t *testing.T) {
	for name, moved := range map[string][]string{"Flask": nil, "Cantil": {"/", "/login", "/logout"}} {
		page := startSite(t, options{proxy: "go", sessions: "cookie", moved: moved})
		jar, _ := cookiejar.New(nil)
		client := &http.Client{Jar: jar}
		send(t, client, page+"/login", nil)
		other := tokenOf(send(t, http.DefaultClient, page+"/login", nil))
		for token, reason := range map[string]string{"": "The CSRF token is missing.", other: "The CSRF tokens do not match."} {
			if body := send(t, client, page+"/login", url.Values{"password": {password}, "csrf_token": {token}}); !strings.Contains(body, reason) {
				t.Errorf("%s answers %s, want %q", name, body, reason)
			}
		}
	}
}

// send gets a page, or posts a form to it, and follows redirects.
func send(t *testing.T, client *http.Client, page string, form url.Values) string {
	t.Helper()
	var r *http.Response
	var err error
	if form == nil {
		r, err = client.Get(page)
	} else {
		r, err = client.PostForm(page, form)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// What the guide says of codecs and keys: Flask cannot read msgpack, Cantil reads
// both, and a retired key still lets everybody in until it is taken off the list.
func TestCodecsAndKeys(t *testing.T) {
	flask := startSite(t, options{proxy: "go", sessions: "cookie"})
	for _, test := range []struct {
		serializer codec.Serializer
		status     int
	}{{codec.TaggedJSON, 200}, {codec.Msgpack, 500}} {
		app := newSite(options{key: key, hash: hash})
		app.SessionSerializer = test.serializer
		client := app.TestClient()
		token := tokenOf(client.Get("/login").Text())
		client.Post("/login", cantil.FormData("user", "Ana", "password", password, "csrf_token", token))
		cookie, _ := client.Cookie("session")
		if status := statusWith(t, flask, cookie); status != test.status {
			t.Errorf("Flask answers %d to a cookie of %T, want %d", status, test.serializer, test.status)
		}

		for _, keys := range []struct {
			fallbacks []string
			user      bool
		}{{[]string{key}, true}, {nil, false}} {
			last := newSite(options{key: "the new key", hash: hash})
			last.SessionSerializer, last.SecretKeyFallbacks = codec.Msgpack, keys.fallbacks
			client := last.TestClient()
			client.SetCookie("session", cookie)
			if user := strings.Contains(client.Get("/").Text(), "You are Ana."); user != keys.user {
				t.Errorf("%T, with the fallbacks %q: signed in is %v", test.serializer, keys.fallbacks, user)
			}
		}
	}
}

// statusWith is how a page answers to a session cookie.
func statusWith(t *testing.T, page, cookie string) int {
	t.Helper()
	request, _ := http.NewRequest("GET", page, nil)
	request.AddCookie(&http.Cookie{Name: "session", Value: cookie})
	r, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	return r.StatusCode
}

// A moved binary serves the site from any folder, and Ctrl-C stops all of it.
func TestBinary(t *testing.T) {
	python := flask.Python(t, "flask", "flask_login", "flask_wtf")
	binary := filepath.Join(t.TempDir(), "site")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	addr, err := freeAddr()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, "-addr", addr, "-proxy", "go", "-python", python)
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "TMPDIR="+cmd.Dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("the program says %q, %v", line, err)
	}
	for path, text := range map[string]string{"/": "Flask", "/profile": "Sign in", "/static/estilo.css": ":focus-visible"} {
		if body := send(t, http.DefaultClient, "http://"+addr+path, nil); !strings.Contains(body, text) {
			t.Errorf("%s shows %s", path, body)
		}
	}
	cmd.Process.Signal(os.Interrupt)
	if err := cmd.Wait(); err != nil {
		t.Errorf("after Ctrl-C the program ended with %v", err)
	}
	if left, _ := os.ReadDir(cmd.Dir); len(left) != 0 {
		t.Errorf("it left %v behind", left)
	}
}

// What is started is stopped, and nobody serves the addresses after.
func TestStop(t *testing.T) {
	var page string
	t.Run("site", func(t *testing.T) {
		page = startSite(t, options{proxy: "go", sessions: "cookie"})
		send(t, http.DefaultClient, page, nil)
	})
	if r, err := http.Get(page); err == nil {
		r.Body.Close()
		t.Errorf("after the end the site answers %s", r.Status)
	}
}
