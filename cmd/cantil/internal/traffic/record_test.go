package traffic

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// recorded is a recorder in front of a site, and what it has written.
func recorded(t *testing.T, site http.HandlerFunc) (proxy string, r *Recorder, out *bytes.Buffer) {
	t.Helper()
	server := httptest.NewServer(site)
	t.Cleanup(server.Close)
	target, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	out = &bytes.Buffer{}
	r = NewRecorder(target, out)
	front := httptest.NewServer(r)
	t.Cleanup(front.Close)
	return front.URL, r, out
}

// settled waits until n requests were dealt with: an answer may have reached its
// visitor before its line is written.
func settled(t *testing.T, r *Recorder, n int) Count {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for range 10_000 {
		if c := r.Count(); c.Written+c.Early+c.Lost >= n {
			return c
		}
		<-tick.C
	}
	t.Fatalf("%+v, where %d were expected", r.Count(), n)
	return Count{}
}

// raw sends a request as it is written and returns the answer.
func raw(t *testing.T, address, request string) string {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}

// TestRecorderPassesOn: the site is asked what the browser asked, and told what
// the proxies before this one said.
func TestRecorderPassesOn(t *testing.T) {
	proxy, recorder, out := recorded(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s %s", r.RequestURI, r.Host)
		for _, name := range append(ofProxies, "Cookie", "Via") {
			fmt.Fprintf(w, " %s=%q", name, r.Header[name])
		}
	})
	const want = `/search?q=100%&b=1;2&z=1&a=2 loja.example Forwarded=["for=203.0.113.9"] X-Forwarded-For=["203.0.113.9" "10.0.0.1"]` +
		` X-Forwarded-Host=["loja.example"] X-Forwarded-Proto=["https"] Cookie=["a=1; b=2"] Via=[]`
	answer := raw(t, proxy, "GET /search?q=100%&b=1;2&z=1&a=2 HTTP/1.1\r\nHost: loja.example\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: loja.example\r\n"+
		"X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-For: 10.0.0.1\r\nForwarded: for=203.0.113.9\r\nCookie: a=1; cantil_record=ABCDEFGHIJKLMNOPQRSTUVWXYZ; b=2\r\nConnection: close\r\n\r\n")
	if !strings.Contains(answer, want) {
		t.Errorf("the site was asked\n%s\nwant\n%s", answer, want)
	}
	settled(t, recorder, 1)
	if !strings.Contains(out.String(), `"client":"ABCDEFGHIJKLMNOPQRSTUVWXYZ"`) || strings.Contains(answer, "Set-Cookie") {
		t.Errorf("a browser that is known: %s\n%s", answer, out)
	}
	if answer := raw(t, proxy, "GET / HTTP/1.1\r\nHost: x\r\nCookie: cantil_record=<b>\r\nConnection: close\r\n\r\n"); !strings.Contains(answer, "Set-Cookie: cantil_record=") {
		t.Errorf("a browser that is not: %s", answer)
	}
}

// TestRecorderRefuses what compare could not send again: one such line would make
// a recording useless.
func TestRecorderRefuses(t *testing.T) {
	proxy, r, out := recorded(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok") })
	for _, line := range []string{"GET *", "GET mailto:x", "CONNECT x:80"} {
		if answer := raw(t, proxy, line+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"); !strings.HasPrefix(answer, "HTTP/1.1 400 ") {
			t.Errorf("%s: %s", line, answer)
		}
	}
	if out.Len() > 0 || r.Count() != (Count{}) {
		t.Errorf("%+v\n%s", r.Count(), out)
	}
}

// full is a disk that is full for a while, in the middle of a line.
type full struct {
	bytes.Buffer
	room int
}

var errFull = errors.New("no space left on device")

func (f *full) Write(p []byte) (int, error) {
	if f.room < 0 || len(p) <= f.room {
		return f.Buffer.Write(p)
	}
	n, _ := f.Buffer.Write(p[:f.room])
	f.room = 0
	return n, errFull
}

// TestRecorderRecovers: what cannot be written is counted, and the next line is one
// of its own.
func TestRecorderRecovers(t *testing.T) {
	proxy, r, _ := recorded(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok") })
	disk := &full{room: 20}
	r.out = disk
	get := func() {
		raw(t, proxy, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	}
	get()
	get()
	settled(t, r, 2)
	disk.room = -1
	get()
	get()
	if n := settled(t, r, 4); n.Written != 2 || n.Lost != 2 || !errors.Is(n.Err, errFull) {
		t.Errorf("%+v", n)
	}
	reader, good, bad := NewReader(&disk.Buffer), 0, 0
	for {
		_, err := reader.Next()
		var line *LineError
		if errors.Is(err, io.EOF) {
			break
		} else if errors.As(err, &line) {
			bad++
		} else if err == nil {
			good++
		}
	}
	if good != 2 || bad != 1 {
		t.Errorf("%d lines can be read and %d cannot", good, bad)
	}
}

// TestRecorderHalfAnswers: an answer that the visitor did not wait for is not
// written down as if it were whole, nor a body that the site did not read.
func TestRecorderHalfAnswers(t *testing.T) {
	left := make(chan struct{})
	proxy, r, out := recorded(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/half":
			w.Header().Set("Content-Length", "20")
			io.WriteString(w, "0123456789")
			w.(http.Flusher).Flush()
			<-left
		case "/large":
			w.Header().Set("Connection", "close")
			w.WriteHeader(413)
		default:
			io.Copy(w, r.Body)
		}
	})
	conn, err := net.Dial("tcp", strings.TrimPrefix(proxy, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(conn, "GET /half HTTP/1.1\r\nHost: x\r\n\r\n")
	if _, err := http.ReadResponse(bufio.NewReader(conn), nil); err != nil {
		t.Fatal(err)
	}
	conn.Close()
	close(left)
	raw(t, proxy, "POST /whole HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
	raw(t, proxy, "POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	large := strings.Repeat("x", 8<<20)
	response, err := http.Post(proxy+"/large", "text/plain", strings.NewReader(large))
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if n := settled(t, r, 4); n.Early != 1 || n.Written != 3 {
		t.Errorf("%+v\n%s", n, out)
	}
	if strings.Contains(out.String(), "/half") {
		t.Errorf("%s", out)
	}
	for reader := NewReader(out); ; {
		e, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if cut := e.Request.Body.Cut; (cut != nil) != (e.Request.Target == "/large") || cut != nil && (cut.SHA256 == "") != (cut.Size < int64(len(large))) {
			t.Errorf("%s: %+v", e.Request.Target, e.Request.Body)
		}
	}
}
