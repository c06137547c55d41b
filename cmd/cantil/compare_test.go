package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/cantil-go/cantil/internal/testkit/browser"
	"github.com/cantil-go/cantil/internal/testkit/flask"
	"github.com/cantil-go/cantil/session/itsdangerous"
)

const (
	siteKey      = "the key of a site that moves"
	sitePassword = "a password that nobody may read"
)

// half starts the site of examples/migracao on a free port, with these paths
// answered by Cantil and all others by a real Flask.
func half(t *testing.T, program, moved string) string {
	t.Helper()
	python := flask.Python(t, "flask", "flask_login", "flask_wtf")
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := ln.Addr().String()
	ln.Close()
	cmd := exec.Command(program, "-addr", addr, "-proxy", "go", "-go", moved, "-python", python)
	cmd.Env = append(os.Environ(), "FLASK_SECRET_KEY="+siteKey, "PASSWORD="+sitePassword)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		cmd.Wait()
	})
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("the site did not start: %q, %v", line, err)
	}
	return "http://" + addr
}

// recordStory has visitors walk through the Flask half behind cantil record, and
// returns the file.
func recordStory(t *testing.T, site string, visitors int, flags ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "traffic.jsonl")
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd, said, proxy := startRecord(t, site, out, flags...)
	for i := range visitors {
		walk(t, proxy, fmt.Sprint("user", i))
	}
	cmd.Process.Signal(os.Interrupt)
	rest, _ := io.ReadAll(said)
	if err := cmd.Wait(); err != nil || !strings.Contains(string(rest), "requests were written down") {
		t.Fatalf("record ended with %v, %s", err, rest)
	}
	return file
}

// startRecord starts cantil record in front of a site. It gives what the command
// says, and the proxy's address.
func startRecord(t *testing.T, site string, out *os.File, flags ...string) (cmd *exec.Cmd, said *bufio.Reader, proxy string) {
	t.Helper()
	cmd = exec.Command(binary, append([]string{"record", "--to", site, "--listen", "127.0.0.1:0"}, flags...)...)
	cmd.Env, cmd.Stdout = cleanEnv(), out
	errOut, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said = bufio.NewReader(errOut)
	line, _ := said.ReadString('\n')
	if proxy = regexp.MustCompile(`http://\S+`).FindString(line); proxy == "" {
		t.Fatalf("record said %q", line)
	}
	return cmd, said, proxy
}

// walk is a visitor's story: refused, signed in, a page with a form, the form, out.
func walk(t *testing.T, site, user string) {
	t.Helper()
	jar, _ := cookiejar.New(nil)
	client := &http.Client{Jar: jar}
	page := func(answer *http.Response, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, _ := io.ReadAll(answer.Body)
		return string(body)
	}
	token := regexp.MustCompile(`name="csrf_token"[^>]*value="([^"]+)"`)
	get := func(path string) string { return page(client.Get(site + path)) }
	post := func(from, path string, form url.Values) {
		t.Helper()
		found := token.FindStringSubmatch(from)
		if found == nil {
			t.Fatalf("there is no token in %s", from)
		}
		form.Set("csrf_token", found[1])
		page(client.PostForm(site+path, form))
	}
	get("/profile")
	post(get("/login"), "/login", url.Values{"user": {user}, "password": {sitePassword}, "remember": {"y"}})
	get("/profile")
	post(get("/profile"), "/note", url.Values{"note": {"a note"}})
	get("/api/items?page=1")
	get("/api/nothing")
	get("/api/nothing?url")
	post(get("/profile"), "/logout", url.Values{})
	get("/")
}

// withAPI is a site with an address of JSON beside it.
func withAPI(t *testing.T, site, items string, change func(*http.Response)) string {
	target, err := url.Parse(site)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ModifyResponse = func(r *http.Response) error {
		if change != nil {
			change(r)
		}
		return nil
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/nothing" && r.URL.RawQuery == "url" { // a page that names its own address
			fmt.Fprintf(w, "http://%s/api/nothing", r.Host)
			return
		}
		if r.URL.Path == "/api/items" {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, items)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// meant are the differences of the example's halves: each says its name.
const meant = `
* html html > body > p text # Cantil's default pages have words of their own
* html * > main > p text # the flash names the half
* session $._flashes* # the flash names the half
* html * > p > strong#half text # the half's name
/api/nothing header Vary # Flask before 3.1 does not count "in session" as a look at it
`

// compared is what compare prints as JSON.
type compared struct {
	Same, Different int
	Skipped         map[string]int
	Differences     []struct{ Route, Kind, Name, Was, Now string }
}

func compareJSON(t *testing.T, status int, args ...string) compared {
	t.Helper()
	r := cantil(t, []string{"FLASK_SECRET_KEY=" + siteKey}, "", append([]string{"compare", "--json"}, args...)...)
	if r.status != status {
		t.Fatalf("compare %q: status %d, want %d\n%s%s", args, r.status, status, r.out, r.err)
	}
	var c compared
	if err := json.Unmarshal([]byte(r.out), &c); err != nil {
		t.Fatalf("%v in %s", err, r.out)
	}
	return c
}

const items = `{"items": [1, 2, {"name": "João", "price": 1.50}], "next": null}`

// TestCompare: the halves of examples/migracao, a real Flask recorded and Cantil
// compared with it, answer alike; and each difference that is planted is found, and
// nothing else.
func TestCompare(t *testing.T) {
	program := filepath.Join(t.TempDir(), "migracao")
	if out, err := exec.Command("go", "build", "-o", program, "../../examples/migracao").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	was := withAPI(t, half(t, program, ""), items, nil)
	goHalf := half(t, program, "/ /login /profile /note /logout /api/nothing")
	rules := filepath.Join(t.TempDir(), "meant.txt")
	write(t, "", rules, meant)

	masked := recordStory(t, was, 2)
	text, err := os.ReadFile(masked)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{sitePassword, url.QueryEscape(sitePassword), siteKey} {
		if bytes.Contains(text, []byte(secret)) {
			t.Errorf("the recording has %q in it", secret)
		}
	}
	for _, signed := range regexp.MustCompile(`\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27}|\|[0-9a-f]{128}`).FindAll(text, -1) {
		t.Errorf("the recording has a signature in it: %s", signed)
	}
	now := func(change func(*http.Response)) string {
		return withAPI(t, goHalf, `{"next":null,"items":[1,2.0,{"price":1.5,"name":"Jo\u00e3o"}]}`, change)
	}
	alike := compareJSON(t, 0, "--ignore", rules, masked, now(nil))
	if alike.Different > 0 || alike.Same < 10 || len(alike.Skipped) == 0 {
		t.Errorf("safe methods: %+v", alike)
	}
	whole := recordStory(t, was, 1, "--secrets")
	alike = compareJSON(t, 0, "--unsafe", "--ignore", rules, whole, now(nil))
	if alike.Different > 0 || alike.Same < 11 || len(alike.Skipped) > 0 {
		t.Errorf("all methods: %+v", alike)
	}
	if r := cantil(t, nil, "", "compare", "--unsafe", "--ignore", rules, whole, now(nil)); r.status != 0 { // without the key
		t.Errorf("cookies threaded through: %d\n%s%s", r.status, r.out, r.err)
	}
	planted(t, rules, whole, now)
	report(t, rules, whole, now)
}

// planted changes one thing at a time in what the Go half answers.
func planted(t *testing.T, rules, recording string, now func(func(*http.Response)) string) {
	at := func(path string, change func(*http.Response)) func(*http.Response) {
		return func(r *http.Response) {
			if r.Request.URL.Path == path {
				change(r)
			}
		}
	}
	setCookie := func(change func(string) string) func(*http.Response) {
		return func(r *http.Response) {
			for i, line := range r.Header["Set-Cookie"] {
				if strings.HasPrefix(line, "session=") {
					r.Header["Set-Cookie"][i] = change(line)
				}
			}
		}
	}
	for _, test := range []struct {
		change            func(*http.Response)
		route, kind, name string
	}{
		{at("/api/nothing", func(r *http.Response) { r.StatusCode = 410 }), "/api/nothing", "status", "status"},
		{at("/api/nothing", func(r *http.Response) { r.Header.Set("X-Frame-Options", "DENY") }), "/api/nothing", "header", "X-Frame-Options"},
		{at("/profile", func(r *http.Response) { r.Header.Del("Vary") }), "/profile", "header", "Vary"},
		{at("/login", replaced(`method="post"`, `method="get"`)), "/login", "html", "html > body > main > form method"},
		{at("/profile", setCookie(func(line string) string { return strings.Replace(line, "HttpOnly; ", "", 1) })), "/profile", "cookie", "session HttpOnly"},
		{at("/profile", setCookie(func(line string) string { return resigned(t, line) })), "/profile", "session", "$.extra"},
	} {
		found := compareJSON(t, 1, "--unsafe", "--ignore", rules, recording, now(test.change))
		for _, d := range found.Differences {
			if d.Route != test.route || d.Kind != test.kind || !strings.HasPrefix(d.Name, test.name) {
				t.Errorf("planted %s %s at %s, found %+v too", test.kind, test.name, test.route, d)
			}
		}
		if len(found.Differences) == 0 {
			t.Errorf("planted %s %s at %s: not found", test.kind, test.name, test.route)
		}
	}
	other := withAPI(t, now(nil), strings.Replace(items, "1.50", "1.60", 1), nil)
	found := compareJSON(t, 1, "--unsafe", "--ignore", rules, recording, other)
	if len(found.Differences) != 1 || found.Differences[0].Kind != "json" || found.Differences[0].Name != "$.items[2].price" {
		t.Errorf("a price: %+v", found.Differences)
	}
}

func replaced(from, to string) func(*http.Response) {
	return func(r *http.Response) {
		body, _ := io.ReadAll(r.Body)
		body = bytes.Replace(body, []byte(from), []byte(to), 1)
		r.Body = io.NopCloser(bytes.NewReader(body))
		r.ContentLength = int64(len(body))
		r.Header.Set("Content-Length", fmt.Sprint(len(body)))
	}
}

// resigned adds a key to the session of a Set-Cookie line.
func resigned(t *testing.T, line string) string {
	value, attributes, _ := strings.Cut(strings.TrimPrefix(line, "session="), ";")
	serializer := itsdangerous.NewURLSafeTimedSerializer(siteKey, itsdangerous.Salt("cookie-session"), itsdangerous.KeyDerivation("hmac"))
	var session map[string]any
	if err := serializer.Loads(value, &session); err != nil {
		t.Error(err)
	}
	session["extra"] = true
	own, err := serializer.Dumps(session)
	if err != nil {
		t.Error(err)
	}
	return "session=" + own + ";" + attributes
}

// report: what people read, as text and as a page.
func report(t *testing.T, rules, recording string, now func(func(*http.Response)) string) {
	page := filepath.Join(t.TempDir(), "report.html")
	other := now(func(r *http.Response) {
		switch r.Request.URL.Path {
		case "/login":
			r.StatusCode = 500
		case "/api/nothing":
			r.Header.Set("X-Frame-Options", "DENY")
		case "/":
			replaced(`role="status"`, `role="alert"`)(r)
			replaced("Home</a>", "Start</a>")(r)
		}
	})
	r := cantil(t, []string{"FLASK_SECRET_KEY=" + siteKey}, "", "compare", "--ignore", rules, "--report", page, recording, other)
	if r.status != 1 || !strings.Contains(r.out, "/login") || !strings.Contains(r.out, "- 200\n") || !strings.Contains(r.out, "+ 500\n") ||
		strings.Contains(r.out, "\x1b") || !strings.Contains(r.out, "not sent: its method changes something") {
		t.Errorf("%d\n%s%s", r.status, r.out, r.err)
	}
	html, err := os.ReadFile(page)
	if err != nil || !bytes.Contains(html, []byte(`<pre class="was">200</pre><pre class="now">500</pre>`)) || bytes.Contains(html, []byte("<script")) {
		t.Errorf("%v\n%s", err, html)
	}
	if info, err := os.Stat(page); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("who may read the report: %v, %v", info.Mode(), err)
	}
	link := filepath.Join(t.TempDir(), "link.html")
	if err := os.Symlink(page, link); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(page, bytes.Repeat([]byte("<p>of yesterday "), 10_000), 0o600); err != nil {
		t.Fatal(err)
	}
	cantil(t, []string{"FLASK_SECRET_KEY=" + siteKey}, "", "compare", "--ignore", rules, "--report", link, recording, other)
	if target, err := os.Readlink(link); err != nil || target != page {
		t.Errorf("the link is gone: %v", err)
	}
	if again, err := os.ReadFile(page); err != nil || !bytes.HasPrefix(again, []byte("<!doctype html>")) || bytes.Contains(again, []byte("of yesterday")) {
		t.Errorf("by a link: %v\n%s", err, again)
	}
	b := browser.New(t)
	b.Open("file://" + page)
	b.Expect("h1", "are answered otherwise")
	b.Screenshot("compare_report")
	b.Phone()
	b.Screenshot("compare_report_phone")
	if wide := browser.Eval[bool](b, "document.documentElement.scrollWidth > innerWidth"); wide {
		t.Error("the report scrolls to the side on a phone")
	}
}
