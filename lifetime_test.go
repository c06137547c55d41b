package cantil_test

import (
	"bufio"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/valyala/fasthttp/fasthttputil"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
)

// TestValuesOutliveTheirRequest keeps what a view was handed, uses the connection
// a thousand times for other requests, and looks again: nothing may be part of
// fasthttp's buffers, which are used again at once.
func TestValuesOutliveTheirRequest(t *testing.T) {
	app := cantil.New()
	app.SecretKey = "dev"
	var kept, copies []string
	keep := func(values ...string) {
		for _, v := range values {
			kept, copies = append(kept, v), append(copies, strings.Clone(v))
		}
	}
	first := true
	app.Route("/keep/<nome>/<path:resto>", cantil.Methods("GET", "POST"), cantil.Endpoint("keep"))(func(c *cantil.Context) any {
		s := c.Session()
		if first {
			first = false
			nomes, _ := session.Value[[]string](s, "nomes")
			curto, _ := s.Get("curto").(string)
			keep(append(nomes, curto)...)
			keep(s.Keys()...)
			keep(c.Path(), c.FullPath(), c.QueryString(), c.URL(), c.Host(), c.Method(), c.UserAgent(), c.Header("X-Um"))
			keep(c.Param("nome"), c.Param("resto"), c.ContentType(), c.RemoteAddr(), string(c.Data()[:0]))
			keep(c.Args().Get("q"), c.Form().Get("f"), c.Cookies().Get("session"), c.Cookies().Get("outro"))
		}
		s.Set("nomes", []string{"Ana " + c.Param("nome"), "Zé"})
		s.Set("curto", c.Args().Get("q"))
		return "ok"
	})

	listener := fasthttputil.NewInmemoryListener()
	defer listener.Close()
	server := app.Server()
	go server.Serve(listener)
	defer server.Shutdown()
	conn, err := listener.Dial()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	answers := bufio.NewReader(conn)
	cookie := "session=" + signedSession(t, app)
	for i := range 1001 {
		form := url.Values{"f": {fmt.Sprintf("forma %d %s", i, strings.Repeat("x", i%50))}}.Encode()
		fmt.Fprintf(conn, "POST /keep/nome%d/a/b%d?q=valor%d HTTP/1.1\r\nHost: host%d\r\nUser-Agent: agente %d\r\nX-Um: um %d\r\n"+
			"Cookie: %s; outro=bolo%d\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
			i, i, i, i%10, i, i, cookie, i, len(form), form)
		r, err := http.ReadResponse(answers, nil)
		if err != nil || r.StatusCode != 200 {
			t.Fatalf("request %d: %v %v", i, r, err)
		}
		r.Body.Close()
		if line := r.Header.Get("Set-Cookie"); line != "" {
			cookie, _, _ = strings.Cut(line, ";")
		}
	}
	if len(kept) < 20 || !slices.Equal(kept, copies) {
		t.Errorf("kept %q\n was  %q", kept, copies)
	}
}

// signedSession is a session cookie's value with something in it to keep.
func signedSession(t *testing.T, app *cantil.App) string {
	t.Helper()
	client := app.TestClient()
	client.SessionTransaction(func(s *session.Session) {
		s.Set("nomes", []string{"Maria", "João", strings.Repeat("nome comprido ", 20)})
		s.Set("curto", "curto")
	})
	value, ok := client.Cookie("session")
	if !ok {
		t.Fatal("no session cookie")
	}
	return value
}
