package docstest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/internal/testkit"
	"github.com/cantil-go/cantil/internal/testkit/servers"
	"github.com/cantil-go/cantil/session"
)

// build builds the shop by the command of docs/deploy.md, which the Dockerfile has
// too.
func build(t *testing.T) string {
	t.Helper()
	const command = "CGO_ENABLED=0 go build -trimpath -ldflags=-s"
	for _, page := range []string{"docs/deploy.md", "docs/deploy/Dockerfile"} {
		if !strings.Contains(read(t, page), command) {
			t.Errorf("%s builds by another command than %q", page, command)
		}
	}
	loja := filepath.Join(t.TempDir(), "loja")
	cmd := exec.CommandContext(t.Context(), "sh", "-ec", command+" -o "+loja+" ./examples/desafio")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return loja
}

// program is a program that runs until the test ends.
type program struct {
	cmd   *exec.Cmd
	ended chan struct{}
	out   bytes.Buffer
}

func startProgram(t *testing.T, cmd *exec.Cmd) *program {
	t.Helper()
	p := &program{cmd: cmd, ended: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = &p.out, &p.out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		cmd.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() {
		cmd.Process.Kill()
		<-p.ended
		if t.Failed() {
			t.Log(p.out.String())
		}
	})
	return p
}

// need skips the test where a program is missing, and finds it.
func need(t *testing.T, name, pkg string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		testkit.Missing(t, pkg)
	}
	return path
}

// shows asks until the page is there.
func shows(t *testing.T, url, want string) {
	t.Helper()
	var last string
	for began := time.Now(); time.Since(began) < limit; time.Sleep(20 * time.Millisecond) {
		answer, err := http.Get(url)
		if err != nil {
			last = err.Error()
			continue
		}
		body, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if last = string(body); strings.Contains(last, want) {
			return
		}
	}
	t.Fatalf("%s does not show %q: %s", url, want, last)
}

// TestUnits: systemd takes both units as they are.
func TestUnits(t *testing.T) {
	analyze := need(t, "systemd-analyze", "systemd")
	folder := t.TempDir()
	for _, name := range []string{"loja.service", "loja.socket"} {
		text := strings.ReplaceAll(read(t, "docs/deploy/"+name), "/usr/local/bin/loja", "/bin/true")
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), analyze, "verify", filepath.Join(folder, "loja.service"), filepath.Join(folder, "loja.socket"))
	out, err := cmd.CombinedOutput()
	if err != nil || bytes.Contains(out, []byte("loja.s")) {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestSocketActivation: the program serves the port that systemd holds.
func TestSocketActivation(t *testing.T) {
	activate := need(t, "systemd-socket-activate", "systemd")
	addr := fmt.Sprint("127.0.0.1:", servers.FreePort(t))
	startProgram(t, exec.Command(activate, "-l", addr, build(t)))
	shows(t, "http://"+addr+"/", `href="/carrinho"`)
}

// TestRestart: requests that come while the program is restarted, on a port that
// somebody else holds as systemd does, are all answered.
func TestRestart(t *testing.T) {
	loja := build(t)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	file, err := ln.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	serve := func() *program {
		cmd := exec.Command("sh", "-c", "LISTEN_FDS=1 LISTEN_PID=$$ exec "+loja)
		cmd.ExtraFiles = []*os.File{file}
		return startProgram(t, cmd)
	}
	site := "http://" + ln.Addr().String() + "/"
	p := serve()
	shows(t, site, `href="/carrinho"`)

	var answered, failed atomic.Int64
	end := make(chan struct{})
	client := &http.Client{Timeout: limit, Transport: &http.Transport{DisableKeepAlives: true}}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for {
				select {
				case <-end:
					return
				default:
				}
				answer, err := client.Get(site)
				if err != nil || answer.StatusCode != 200 {
					failed.Add(1)
					t.Error(err)
					return
				}
				io.Copy(io.Discard, answer.Body)
				answer.Body.Close()
				answered.Add(1)
			}
		})
	}
	for range 3 {
		target := answered.Load() + 100
		for answered.Load() < target && failed.Load() == 0 {
			time.Sleep(time.Millisecond)
		}
		p.cmd.Process.Signal(syscall.SIGTERM)
		<-p.ended
		p = serve()
	}
	target := answered.Load() + 100
	for answered.Load() < target && failed.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	close(end)
	wg.Wait()
	fmt.Printf("restart: %d requests during three restarts, %d failed\n", answered.Load(), failed.Load())
}

// TestScratch: the program runs where there is nothing else, as FROM scratch.
func TestScratch(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root may change the root of a process")
	}
	loja := build(t)
	info, err := os.Stat(loja)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("deploy: the shop is one file of %.1f MB\n", float64(info.Size())/1e6)
	empty := t.TempDir()
	if err := os.Chmod(empty, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Rename(loja, filepath.Join(empty, "loja")), os.Chmod(filepath.Dir(empty), 0o755)); err != nil {
		t.Fatal(err)
	}
	addr := fmt.Sprint("127.0.0.1:", servers.FreePort(t))
	cmd := exec.Command("/loja")
	cmd.Env = []string{"CANTIL_LISTEN=" + addr, "SENHA=x"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: empty, Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	cmd.Dir = "/"
	startProgram(t, cmd)
	shows(t, "http://"+addr+"/", `href="/carrinho"`)
}

// TestNginx starts nginx with the configuration of the page: a session cookie of
// full size passes, and the program knows the visitor's address, scheme and host,
// in a location that docs/moving.md adds too. A WebSocket's handshake arrives.
func TestNginx(t *testing.T) {
	program := "/usr/sbin/nginx"
	if _, err := os.Stat(program); err != nil {
		program = need(t, "nginx", "nginx")
	}
	app := cantil.New()
	app.SecretKey = session.GenerateKey()
	app.ProxyFix(cantil.ProxyFix{For: 1, Proto: 1, Host: 1})
	app.TrustedHosts = []string{"loja.example"}
	app.Get("/set")(func(c *cantil.Context) any {
		var random strings.Builder // which does not compress
		for random.Len() < 3500 {
			random.WriteString(session.GenerateKey())
		}
		c.Session().Set("x", random.String())
		return fmt.Sprint(c.RemoteAddr(), " ", c.Scheme(), " ", c.Host())
	})
	app.Get("/get")(func(c *cantil.Context) any { return fmt.Sprint(len(c.Session().Get("x", "").(string))) })
	app.Get("/upgrade")(func(c *cantil.Context) any { return c.Header("Connection") + " " + c.Header("Upgrade") })
	app.Get("/profile")(func(c *cantil.Context) any { return fmt.Sprint(c.RemoteAddr(), " ", c.Scheme(), " ", c.Host()) })
	address := strings.TrimPrefix(testkit.Serve(t, app), "http://")
	port := servers.FreePort(t)
	upstream, location := firstRoute(t)
	config := strings.NewReplacer(
		"127.0.0.1:5000", address, "upstream loja", strings.Replace(upstream, "127.0.0.1:8000", address, 1)+"upstream loja", "location / {", location+"location / {", "listen 80;", fmt.Sprintf("listen 127.0.0.1:%d;", port),
	).Replace(read(t, "docs/deploy/nginx.conf"))
	folder := t.TempDir()
	file := filepath.Join(folder, "nginx.conf")
	whole := "daemon off; master_process off; error_log stderr error; pid " + folder + "/pid;\nevents {}\nhttp {\naccess_log off;\n"
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		whole += kind + "_temp_path " + folder + "/" + kind + ";\n"
	}
	if err := os.WriteFile(file, []byte(whole+config+"}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	startProgram(t, exec.Command(program, "-p", folder, "-e", "stderr", "-c", file))

	jar, _ := cookiejar.New(nil)
	client := &http.Client{Jar: jar, Transport: &http.Transport{DialContext: (&net.Dialer{}).DialContext}}
	header := http.Header{}
	get := func(path string) (int, string) {
		t.Helper()
		for began := time.Now(); time.Since(began) < limit; time.Sleep(20 * time.Millisecond) {
			request, err := http.NewRequestWithContext(t.Context(), "GET", fmt.Sprintf("http://127.0.0.1:%d%s", port, path), nil)
			if err != nil {
				t.Fatal(err)
			}
			request.Host, request.Header = "loja.example", header.Clone()
			answer, err := client.Do(request)
			if err != nil {
				continue
			}
			defer answer.Body.Close()
			body, _ := io.ReadAll(answer.Body)
			return answer.StatusCode, string(body)
		}
		t.Fatal("nginx does not answer")
		return 0, ""
	}
	if status, body := get("/set"); status != 200 || body != "127.0.0.1 http loja.example" {
		t.Errorf("%d %s", status, body)
	}
	if status, body := get("/get"); status != 200 || body == "0" {
		t.Errorf("the session: %d %s", status, body)
	}
	if status, body := get("/profile"); status != 200 || body != "127.0.0.1 http loja.example" {
		t.Errorf("the first route: %d %s", status, body)
	}
	for upgrade, want := range map[string]string{"websocket": "upgrade websocket", "h2c": " h2c"} {
		header.Set("Connection", "upgrade")
		header.Set("Upgrade", upgrade)
		if status, body := get("/upgrade"); status != 200 || body != want {
			t.Errorf("%s: %d %q", upgrade, status, body)
		}
	}
}

// firstRoute is what docs/moving.md, in both languages, adds to nginx.conf.
func firstRoute(t *testing.T) (upstream, location string) {
	t.Helper()
	const fence = "```nginx\n"
	_, block, _ := strings.Cut(read(t, "docs/moving.md"), fence)
	block, _, _ = strings.Cut(block, "```")
	upstream, location, found := strings.Cut(block, "location = ")
	if !found || !strings.Contains(read(t, "docs/pt/moving.md"), fence+block) {
		t.Fatalf("the block of the first route is not what it was: %q", block)
	}
	return upstream, "location = " + location
}
