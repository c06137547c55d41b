package site

import (
	"fmt"
	"html"
	"slices"
	"strings"
)

// Work is one thing that the peers are timed at.
type Work struct {
	Name  string
	Path  string
	Redis bool // with the session in Redis
	check func(v *Visitor) error

	Hot         bool // all requests are of one session
	Connections int  // of the load generator; 0: as its flag says
}

// Works lists all work in the order of the report.
var Works = []Work{
	{Name: "plain", Path: "/", check: checkPlain},
	{Name: "count", Path: "/count", check: checkCount},
	{Name: "perfil", Path: "/perfil", check: checkPerfil},
	{Name: "nomes", Path: "/nomes", check: checkNomes},
	{Name: "count-redis", Path: "/count", Redis: true, check: checkCount},
	{Name: "perfil-redis", Path: "/perfil", Redis: true, check: checkPerfil},
	{Name: "hot-redis", Path: "/count", Redis: true, check: checkCount, Hot: true, Connections: 64},
}

// Find returns the work of a name.
func Find(name string) (Work, bool) {
	i := slices.IndexFunc(Works, func(w Work) bool { return w.Name == name })
	if i < 0 {
		return Work{}, false
	}
	return Works[i], true
}

// Prepare checks the answers of the server behind dial and returns the Cookie
// headers of n visitors with a session that is ready for the work: the same n
// times if the work is hot.
func (w Work) Prepare(dial Dial, n int) ([]string, error) {
	cookies := make([]string, n)
	for i := range cookies {
		if w.Hot && i > 0 {
			cookies[i] = cookies[0]
			continue
		}
		v := NewVisitor(dial)
		err := w.check(v)
		v.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", w.Name, err)
		}
		cookies[i] = v.Cookie()
	}
	return cookies, nil
}

func checkPlain(v *Visitor) error { return v.expect("/", Hello) }

// checkCount counts from nothing: n is the visitor's own, and it is kept.
func checkCount(v *Visitor) error {
	for _, want := range []string{"1", "2", "3"} {
		if err := v.expect("/count", want); err != nil {
			return err
		}
	}
	return nil
}

// checkPerfil reads the name before and after it was set.
func checkPerfil(v *Visitor) error {
	if err := v.expect("/perfil", ""); err != nil {
		return err
	}
	if err := v.expect("/entrar", OK); err != nil {
		return err
	}
	return v.expect("/perfil", Username)
}

// checkNomes compares the words of the page: engines differ in white space.
func checkNomes(v *Visitor) error {
	if err := v.expect("/lista", OK); err != nil {
		return err
	}
	got, err := v.Get("/nomes")
	if err != nil {
		return err
	}
	if got, want := words(got), words(NamesPage()); got != want {
		return fmt.Errorf("GET /nomes: %q, want %q", got, want)
	}
	return nil
}

func (v *Visitor) expect(path, want string) error {
	got, err := v.Get(path)
	if err == nil && got != want {
		err = fmt.Errorf("GET %s: %.200q, want %q", path, got, want)
	}
	return err
}

func words(page string) string { return strings.Join(strings.Fields(page), " ") }

// The fixed parts of the page of names.
const (
	PageHead = `<!doctype html>
<html lang="pt">
<head><title>Nomes</title></head>
<body>
<nav><a href="/">Início</a> <a href="/perfil">Perfil</a></nav>
<h1>Nomes</h1>
<ul>
`
	PageMiddle = "</ul>\n<p>"
	PageTail   = ` nomes</p>
<footer>Feito para comparar</footer>
</body>
</html>
`
)

// NamesPage is the page that /nomes has to answer, but for white space.
func NamesPage() string {
	var page strings.Builder
	page.WriteString(PageHead)
	for _, name := range Names {
		page.WriteString("<li>" + html.EscapeString(name) + "</li>\n")
	}
	fmt.Fprintf(&page, "%s%d%s", PageMiddle, len(Names), PageTail)
	return page.String()
}
