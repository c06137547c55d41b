package conformance

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/cantil-go/cantil"
)

// fuzzTime is how long each of the two servers has for one input. What takes
// longer is not compared.
const fuzzTime = 150 * time.Millisecond

// sentinel is sent behind every input: who took a body to end elsewhere reads it
// otherwise.
const sentinel = "GET /sentinel HTTP/1.1\r\nHost: s\r\n\r\n"

// FuzzWire sends the same bytes to Cantil and to net/http. As long as Cantil
// answers 2xx and keeps the connection, net/http read the same requests (method,
// path, body) or refused to go on: what another implementation reads otherwise
// is what request smuggling is made of.
func FuzzWire(f *testing.F) {
	for _, seed := range fuzzSeeds(f) {
		f.Add(seed)
	}
	folder := f.TempDir()
	ours, theirs := filepath.Join(folder, "cantil"), filepath.Join(folder, "go")
	serveEchoes(f, ours, theirs)
	f.Fuzz(func(t *testing.T, input []byte) {
		got, ok := exchange(t, ours, input)
		if len(got) == 0 || !ok || !accepted(got[0]) { // most inputs: spare the other server
			return
		}
		if want, ok := exchange(t, theirs, input); ok {
			compareReading(t, got, want)
		}
	})
}

// fuzzSeeds are the vectors that are small, and valid requests of every shape.
func fuzzSeeds(f *testing.F) [][]byte {
	const form = "Content-Type: application/x-www-form-urlencoded\r\n"
	seeds := [][]byte{
		[]byte("GET /a%20b/../c?d=e HTTP/1.1\r\nHost: a:1\r\nConnection: TE, keep-alive\r\nTE: trailers\r\n\r\n"),
		[]byte("HEAD http://a/x HTTP/1.1\r\nHost: a\r\n\r\nOPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"),
		[]byte("PUT /echo HTTP/1.1\r\nHost: a\r\n" + form + "Content-Length: 7\r\n\r\na=1&b=2POST //echo HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx"),
		[]byte("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n1;a=\"b\"\r\nx\r\n00A\r\n0123456789\r\n0\r\nX-T: y\r\n\r\n"),
		[]byte("POST /ignore HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
	}
	for _, v := range readVectors(f) {
		if raw := v.bytes(); len(raw) < 64<<10 {
			seeds = append(seeds, raw)
		}
	}
	return seeds
}

// serveEchoes serves what says which request it read, by Cantil and by net/http,
// at two Unix sockets: ports would run out.
func serveEchoes(f *testing.F, ours, theirs string) {
	listen := func(path string) net.Listener {
		ln, err := net.Listen("unix", path)
		if err != nil {
			f.Fatal(err)
		}
		return ln
	}
	app := cantil.New()
	app.Logger = slog.New(slog.DiscardHandler)
	app.BeforeRequest(func(c *cantil.Context) any { // whatever the method and the path
		var body []byte
		if readsBody(c.Path()) {
			body = c.Data()
		}
		r := c.MakeResponse("")
		r.Header().Set("X-Echo", echoText(c.Method(), c.Path(), body))
		return r
	})
	server := &http.Server{DisableGeneralOptionsHandler: true, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0), Handler: http.HandlerFunc(echoByGo)}
	done := make(chan error, 2)
	go func(ln net.Listener) { done <- app.Serve(ln) }(listen(ours))
	go func(ln net.Listener) { done <- server.Serve(ln) }(listen(theirs))
	f.Cleanup(func() {
		server.Close()
		if err := errors.Join(app.Shutdown(f.Context()), <-done, <-done); !errors.Is(err, http.ErrServerClosed) {
			f.Log(err)
		}
	})
}

func echoByGo(w http.ResponseWriter, r *http.Request) {
	path, err := goPath(r)
	var body []byte
	if err == nil && readsBody(path) {
		body, err = io.ReadAll(r.Body)
	}
	w.Header().Set("Content-Length", "0") // for HEAD too
	if err != nil {
		w.Header().Set("Connection", "close")
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	w.Header().Set("X-Echo", echoText(r.Method, path, body))
}

// goPath is the path that net/http read. No target has a fragment: Cantil drops
// it, net/http takes it for path. Of CONNECT and of a target that is neither path
// nor URL it is all.
func goPath(r *http.Request) (string, error) {
	target, _, _ := strings.Cut(r.RequestURI, "#")
	u, err := url.ParseRequestURI(target)
	switch {
	case r.Method == http.MethodConnect && !strings.HasPrefix(target, "/"):
		return target, nil
	case err != nil:
		return "", err
	case u.Opaque != "":
		return target, nil
	}
	return u.Path, nil
}

// readsBody reports whether the page at path looks at the body. The others leave
// that to the server.
func readsBody(path string) bool {
	path = flatPath(path)
	return strings.HasPrefix(path, "/echo") || strings.HasPrefix(path, "/form")
}

func echoText(method, path string, body []byte) string {
	return fmt.Sprintf("%s %s %d %x", strconv.QuoteToASCII(method), strconv.QuoteToASCII(flatPath(path)), len(body), sha256.Sum256(body))
}

// flatPath is a path as both see it: with one leading slash, and with one mark
// for bytes in a row that are no UTF-8.
func flatPath(path string) string {
	valid := strings.ToValidUTF8(path, string(utf8.RuneError))
	for double := strings.Repeat(string(utf8.RuneError), 2); strings.Contains(valid, double); {
		valid = strings.ReplaceAll(valid, double, string(utf8.RuneError))
	}
	return "/" + strings.TrimLeft(valid, "/")
}

// exchange sends the input and the sentinel, ends its half of the connection and
// returns the final answers. It is false if the server took too long.
func exchange(t *testing.T, socket string, input []byte) (finals []*answer, ok bool) {
	conn, err := net.Dial("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(fuzzTime))
	if _, err := conn.Write(append(input[:len(input):len(input)], sentinel...)); err == nil {
		conn.(*net.UnixConn).CloseWrite()
	}
	raw, err := io.ReadAll(conn)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil, false
	}
	answers, _ := parseAnswers(raw, false, true)
	for _, a := range answers {
		if a.status >= 200 {
			finals = append(finals, a)
		}
	}
	return finals, true
}

// accepted reports whether the answer takes the request for good and expects
// another one.
func accepted(a *answer) bool {
	return a.status/100 == 2 && !strings.EqualFold(a.header.Get("Connection"), "close")
}

// compareReading fails the test at the first request that net/http read otherwise.
func compareReading(t *testing.T, got, want []*answer) {
	for i, a := range got {
		switch {
		case !accepted(a):
			return
		case i == len(want) && i > 0 && !accepted(want[i-1]): // it hung up
			return
		case i >= len(want):
			t.Fatalf("request %d: Cantil read %s, net/http nothing", i, a.header.Get("X-Echo"))
		case want[i].status/100 != 2: // it refused
			return
		case a.header.Get("X-Echo") != want[i].header.Get("X-Echo"):
			t.Fatalf("request %d: Cantil read %s, net/http %s", i, a.header.Get("X-Echo"), want[i].header.Get("X-Echo"))
		}
	}
}
