//go:build unix

package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/cantil-go/cantil/internal/testkit/browser"
)

// shop is a program that answers with text and its process.
func shop(text string) string {
	return `package main

import (
	"log"
	"os"
	"strconv"

	"github.com/cantil-go/cantil"
)

func main() {
	app := cantil.New()
	app.SecretKey = "uma chave que ninguém mostra"
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any { return ` + text + ` })
	app.Get("/pid")(func(c *cantil.Context) any { return strconv.Itoa(os.Getpid()) })
	app.Post("/user/<int:id>", cantil.Endpoint("user"))(func(c *cantil.Context) any { return "" })
	app.Get("/debug")(func(c *cantil.Context) any { return strconv.FormatBool(c.App().Debug) })
	log.Fatal(app.Run("localhost:1"))
}
`
}

const started = "ms after the change"

// Every kind of change that an editor makes.
func TestRunFollowsChanges(t *testing.T) {
	folder := module(t, map[string]string{"main.go": shop(`"um"`)})
	p := start(t, folder)
	p.expect("um")
	if _, debug := p.get("/debug"); debug != "true" {
		t.Errorf("Debug is %s", debug)
	}

	write(t, folder, "main.go", shop(`"dois"`))
	p.expect("dois")

	// An editor that writes another file and renames it.
	write(t, folder, ".main.go.swp", shop(`"três"`))
	if err := os.Rename(filepath.Join(folder, ".main.go.swp"), filepath.Join(folder, "main.go")); err != nil {
		t.Fatal(err)
	}
	p.expect("três")

	for i := range 20 {
		write(t, folder, "main.go", shop(strconv.Quote("vez "+strconv.Itoa(i))))
	}
	p.expect("vez 19")

	// A new folder, and a program that needs it.
	write(t, folder, "lojas/nome.go", "package lojas\n\nconst Nome = \"quatro\"\n")
	write(t, folder, "main.go", strings.Replace(shop(`lojas.Nome`), `"strconv"`, "\"strconv\"\n\n\t\"loja/lojas\"", 1))
	p.expect("quatro")
	write(t, folder, "lojas/nome.go", "package lojas\n\nconst Nome = \"cinco\"\n")
	p.expect("cinco")

	// A file that the program needs is gone, and is back.
	if err := os.Remove(filepath.Join(folder, "lojas", "nome.go")); err != nil {
		t.Fatal(err)
	}
	p.wait("does not compile")
	if status, body := p.get("/"); status != 500 || !strings.Contains(body, "loja/lojas") {
		t.Errorf("a deleted file: %d %s", status, body)
	}
	write(t, folder, "lojas/nome.go", "package lojas\n\nconst Nome = \"seis\"\n")
	p.expect("seis")
	p.stop(syscall.SIGTERM)
}

// expect waits for one of the next programs: a file that is written is empty for
// a moment, and two are not written at once.
func (p *process) expect(body string) {
	p.t.Helper()
	for {
		p.wait(started)
		if status, got := p.get("/"); status == 200 && got == body {
			return
		}
	}
}

func TestRunShowsCompileErrors(t *testing.T) {
	folder := module(t, map[string]string{"main.go": shop(`"bom"`)})
	p := start(t, folder)
	p.expect("bom")
	write(t, folder, "main.go", shop(`"<ruim>" + 1 + semNome`))
	p.wait("does not compile")
	line := p.wait("undefined: semNome")
	if !strings.Contains(line, "main.go:14:") {
		t.Errorf("the terminal says %q", line)
	}
	if line := p.wait(`"<ruim>" + 1 + semNome`); !strings.HasPrefix(line, ">   14 │") {
		t.Errorf("the terminal marks the line by %q", line)
	}
	status, page := p.get("/any/page", "Accept", "text/html")
	for _, want := range []string{"does not compile", "undefined: semNome", "&#34;&lt;ruim&gt;&#34;", `class="wrong"`, "main.go:14:"} {
		if status != 500 || !strings.Contains(page, want) {
			t.Errorf("the page (%d) lacks %q:\n%s", status, want, page)
		}
	}
	if strings.Contains(page, "<ruim>") || strings.Contains(page, "<script") {
		t.Errorf("the page has the source as HTML, or a script:\n%s", page)
	}
	if status, text := p.get("/", "Accept", "application/json"); status != 500 || strings.Contains(text, "<pre") {
		t.Errorf("a client that wants no HTML: %d %s", status, text)
	}
	write(t, folder, "main.go", shop(`"de novo"`))
	p.expect("de novo")

	write(t, folder, "main.go", strings.Replace(shop(`"x"`), "app.SecretKey =", `panic("<não começa>"); app.SecretKey =`, 1))
	p.wait("The program ended")
	if status, page := p.get("/", "Accept", "text/html"); status != 500 || !strings.Contains(page, "&lt;não começa&gt;") {
		t.Errorf("a program that ends: %d %s", status, page)
	}
	write(t, folder, "main.go", shop(`"e outra vez"`))
	p.expect("e outra vez")
	p.stop(os.Interrupt)
}

// TestRunEmbedded: what go:embed takes, and templates, are sources too; what is
// neither is not.
func TestRunEmbedded(t *testing.T) {
	main := strings.Replace(shop(`texto`), "func main", "//go:embed dados\nvar pasta embed.FS\n\nfunc main", 1)
	main = strings.Replace(main, "import (", "import (\n\t\"embed\"", 1)
	main = strings.Replace(main, "app := ", "lido, _ := pasta.ReadFile(\"dados/a.txt\"); texto := string(lido)\n\tapp := ", 1)
	folder := module(t, map[string]string{"main.go": main, "dados/a.txt": "um", "templates/pagina.html": "1", "LEIAME": "1"})
	p := start(t, folder, "--no-debug")
	p.expect("um")
	if _, debug := p.get("/debug"); debug != "false" {
		t.Errorf("--no-debug: Debug is %s", debug)
	}
	_, before := p.get("/pid")
	write(t, folder, "LEIAME", "2")
	write(t, folder, "x_test.go", "package main\n")
	write(t, folder, "dados/a.txt", "dois")
	p.expect("dois")
	_, after := p.get("/pid")
	write(t, folder, "templates/pagina.html", "2")
	p.expect("dois")
	_, last := p.get("/pid")
	if before == after || after == last {
		t.Errorf("processes %s, %s, %s", before, after, last)
	}
	p.stop(syscall.SIGTERM)
}

// TestRunLeavesNoChild: neither after a signal nor when the command is killed.
func TestRunLeavesNoChild(t *testing.T) {
	folder := module(t, map[string]string{"main.go": shop(`"um"`)})
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGKILL} {
		if sig == syscall.SIGKILL && !diesWithParent {
			continue
		}
		p := start(t, folder)
		p.expect("um")
		_, body := p.get("/pid")
		pid, err := strconv.Atoi(body)
		if err != nil {
			t.Fatal(err)
		}
		if sig == syscall.SIGKILL {
			_ = p.cmd.Process.Kill()
			<-p.drained()
		} else {
			p.stop(sig)
		}
		if err := gone(pid); err != nil {
			t.Errorf("after %v: %v", sig, err)
		}
	}
}

// drained is closed when nothing holds the command's standard error any more.
func (p *process) drained() chan struct{} {
	done := make(chan struct{})
	go func() {
		for range p.lines {
		}
		close(done)
	}()
	return done
}

// gone waits until a process is no more.
func gone(pid int) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(limit); time.Now().Before(end); <-tick.C {
		if syscall.Kill(pid, 0) == syscall.ESRCH {
			return nil
		}
		state, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err == nil && strings.Contains(string(state), ") Z ") {
			return nil // dead, and its new parent has not looked yet
		}
	}
	return fmt.Errorf("process %d lives on", pid)
}

func TestRunPortInUse(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	r := cantil(t, nil, "", "run", "--addr", ln.Addr().String())
	if r.status != 1 || !strings.Contains(r.err, "is in use") || !strings.Contains(r.err, "--addr") {
		t.Errorf("%d %s", r.status, r.err)
	}
}

// TestRunRefusesNobody: a thousand requests during five rebuilds, each on a
// connection of its own. None fails, and none is answered by a program that was
// replaced before it was asked.
func TestRunRefusesNobody(t *testing.T) {
	for _, args := range [][]string{nil, {"--proxy"}} {
		t.Run(fmt.Sprint("args ", args), func(t *testing.T) {
			folder := module(t, map[string]string{"main.go": shop(`"0"`)})
			p := start(t, folder, args...)
			p.expect("0")
			visitors := visit(p.url, 4, 1000)
			for i := 1; i <= 5; i++ {
				write(t, folder, "main.go", shop(strconv.Quote(strconv.Itoa(i))))
				p.expect(strconv.Itoa(i))
			}
			close(visitors.rebuilt)
			visitors.Wait()
			if visitors.n < 1000 || len(visitors.failed) > 0 {
				t.Errorf("%d of %d requests failed: %q", len(visitors.failed), visitors.n, visitors.failed)
			}
			t.Logf("%d requests during five rebuilds", visitors.n)
			p.stop(syscall.SIGTERM)
		})
	}
}

// visitors are requests from several goroutines.
type visitors struct {
	sync.WaitGroup
	rebuilt chan struct{}

	mu     sync.Mutex
	n      int
	newest int
	failed []string
}

// visit asks from several goroutines, each at least least/goroutines times and
// until rebuilt is closed.
func visit(url string, goroutines, least int) *visitors {
	v := &visitors{rebuilt: make(chan struct{})}
	for range goroutines {
		v.Go(func() {
			tick := time.NewTicker(5 * time.Millisecond) // more would use up the ports
			defer tick.Stop()
			for i := 0; ; i++ {
				<-tick.C
				select {
				case <-v.rebuilt:
					if i >= least/goroutines {
						return
					}
				default:
				}
				v.ask(url)
			}
		})
	}
	return v
}

func (v *visitors) ask(url string) {
	v.mu.Lock()
	before := v.newest
	v.mu.Unlock()
	request, _ := http.NewRequest(http.MethodGet, url, nil)
	status, body, err := ask(request)
	version, numberErr := strconv.Atoi(body)
	v.mu.Lock()
	defer v.mu.Unlock()
	v.n++
	switch {
	case err != nil || status != 200 || numberErr != nil:
		v.failed = append(v.failed, fmt.Sprint(err, status, body))
	case version < before:
		v.failed = append(v.failed, fmt.Sprintf("version %d answered after %d had", version, before))
	}
	v.newest = max(v.newest, version)
}

// TestBrokenBuildInABrowser: the page says what does not compile, with its line,
// and shows the program by itself once it does.
func TestBrokenBuildInABrowser(t *testing.T) {
	folder := module(t, map[string]string{"main.go": shop("produtos")})
	p := start(t, folder)
	p.wait("does not compile")
	b := browser.New(t)
	b.Open(p.url)
	b.Expect("body", "undefined: produtos")
	b.Screenshot("run_compile_error")
	b.Phone()
	if browser.Eval[bool](b, "document.documentElement.scrollWidth > innerWidth") {
		t.Error("the page scrolls to the side on a phone")
	}
	write(t, folder, "main.go", shop(`"de volta"`))
	p.wait(started)
	b.Wait(`//body[contains(., "de volta")]`)
}

// TestSaveToAnswer prints how long it takes from a save until the new program
// answers, beside what go build takes alone.
func TestSaveToAnswer(t *testing.T) {
	folder := module(t, map[string]string{"main.go": shop(`"antes"`)})
	p := start(t, folder)
	p.expect("antes")
	var saved, built []time.Duration
	for i := range 3 {
		text := fmt.Sprint("depois ", i)
		began := time.Now()
		write(t, folder, "main.go", shop(strconv.Quote(text)))
		p.expect(text)
		saved = append(saved, time.Since(began))
	}
	p.stop(os.Interrupt)
	for i := range 3 {
		write(t, folder, "main.go", shop(strconv.Quote(fmt.Sprint("sozinho ", i))))
		cmd := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(folder, "loja"), ".")
		cmd.Dir, cmd.Env = folder, cleanEnv()
		began := time.Now()
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		built = append(built, time.Since(began))
	}
	slices.Sort(saved)
	slices.Sort(built)
	fmt.Printf("cantil run: %d ms from a save to the new answer; go build alone takes %d ms\n", saved[1].Milliseconds(), built[1].Milliseconds())
}
