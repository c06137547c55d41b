package wire

import (
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"testing"
	"time"
)

// pieces is a connection over which bytes come in pieces of given sizes, and then
// its end.
type pieces struct {
	net.Conn
	rest  []byte
	sizes func() int
	sent  strings.Builder
}

func (c *pieces) Read(p []byte) (int, error) {
	if len(c.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, c.rest[:min(max(1, c.sizes()), len(c.rest))])
	c.rest = c.rest[n:]
	return n, nil
}

func (c *pieces) Write(p []byte) (int, error)     { return c.sent.Write(p) }
func (c *pieces) Close() error                    { return nil }
func (c *pieces) SetReadDeadline(time.Time) error { return nil }
func (c *pieces) RemoteAddr() net.Addr            { return &net.TCPAddr{} }

// read returns what a server gets to read of what a client sends, message by
// message: a read never crosses the end of one.
func read(text string, sizes func() int, room int) (messages []string, answer string, err error) {
	inner := &pieces{rest: []byte(text), sizes: sizes}
	l := NewListener(nil, Config{Refuse: func(code int) []byte { return []byte{byte(code / 100), byte(code % 100)} }})
	c := l.add(inner).(*Conn)
	var message strings.Builder
	p := make([]byte, room)
	for range 1 << 20 {
		var n int
		n, err = c.Read(p)
		message.Write(p[:n])
		if n > 0 && c.in.phase == atHead && c.in.ready == 0 {
			messages = append(messages, message.String())
			message.Reset()
		}
		if err != nil {
			break
		}
	}
	if message.Len() > 0 {
		messages = append(messages, message.String()+" (cut)")
	}
	return messages, inner.sent.String(), err
}

func all(n int) func() int { return func() int { return n } }

const get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

func posted(headers, body string) string {
	return "POST / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n" + body
}

// TestMessages: what fasthttp is handed of what arrives, whatever the pieces.
func TestMessages(t *testing.T) {
	te := "Transfer-Encoding: chunked\r\n"
	for _, test := range []struct {
		name, sent string
		want       []string
		err        error
	}{
		{"nothing", "", nil, io.EOF},
		{"blank lines", "\r\n\r\n", nil, io.EOF},
		{"one", get, []string{get}, io.EOF},
		{"blank line before", "\r\n" + get, []string{get}, io.EOF},
		{"three", get + posted("Content-Length: 3\r\n", "abc") + get, []string{get, posted("Content-Length: 3\r\n", "abc"), get}, io.EOF},
		{"a body cut", posted("Content-Length: 9\r\n", "abc"), []string{posted("Content-Length: 9\r\n", "abc (cut)")}, io.ErrUnexpectedEOF},
		{"a body that looks like a request", posted("Content-Length: 27\r\n", get+get), []string{posted("Content-Length: 27\r\n", get), get}, io.EOF},
		{"chunks", posted(te, "5\r\nhello\r\n0\r\n\r\n") + get, []string{posted(te, "5\r\nhello\r\n0\r\n\r\n"), get}, io.EOF},
		{"chunks at their plainest", posted(te, "0005;a=\"b\"\r\nhello\r\n2 \r\n, \r\n00\r\nX-Remote-User: admin\r\nEtag:\r\n\r\n") + get,
			[]string{posted(te, "5\r\nhello\r\n2\r\n, \r\n0\r\n\r\n"), get}, io.EOF},
		{"a size of many digits", posted(te, "0000000000000000000005\r\nhello\r\n0\r\n\r\n"), []string{posted(te, "5\r\nhello\r\n0\r\n\r\n")}, io.EOF},
		{"chunks cut between two", posted(te, "5\r\nhello\r\n"), []string{posted(te, "5\r\nhello\r\n (cut)")}, io.ErrUnexpectedEOF},
		{"chunks cut in the last", posted(te, "5\r\nhello\r\n0\r\n"), []string{posted(te, "5\r\nhello\r\n (cut)")}, io.ErrUnexpectedEOF},
		{"chunks cut in a trailer", posted(te, "5\r\nhello\r\n0\r\nX: a\r\n"), []string{posted(te, "5\r\nhello\r\n (cut)")}, io.ErrUnexpectedEOF},
	} {
		for _, size := range []int{1, 2, 3, 7, 1 << 20} {
			for _, room := range []int{1 << 14, 3} {
				got, answer, err := read(test.sent, all(size), room)
				if strings.Join(got, "|") != strings.Join(test.want, "|") || err != test.err || answer != "" {
					t.Errorf("%s in pieces of %d, room %d: %q, %v, %q; want %q, %v", test.name, size, room, got, err, answer, test.want, test.err)
				}
			}
		}
	}
}

// TestRefusals: what is no request is answered, never handed over, and ends the
// connection's reading.
func TestRefusals(t *testing.T) {
	line := func(s string) string { return s + "\r\nHost: a\r\n\r\n" }
	with := func(s string) string { return "POST / HTTP/1.1\r\nHost: a\r\n" + s + "\r\n\r\nhello" }
	for _, test := range []struct {
		sent string
		code int
	}{
		{"\x16\x03\x01\x02\x00", 400},
		{"get", 400},
		{strings.Repeat("A", 40), 400},
		{"\r\n\r\n\r\n" + get, 400},
		{line("GET  / HTTP/1.1"), 400},
		{line("GET / HTTP/1.1 "), 400},
		{line("GET /a b HTTP/1.1"), 400},
		{line("GET /\x7f HTTP/1.1"), 400},
		{line("GET\t/\tHTTP/1.1"), 400},
		{line("GET /"), 400},
		{line("GET a:80 HTTP/1.1"), 400},
		{line("GET ftp://a/ HTTP/1.1"), 400},
		{line("GET http:///x HTTP/1.1"), 400},
		{line("GET http://u@a/ HTTP/1.1"), 400},
		{line("GET / http/1.1"), 400},
		{line("GET / HTTP/1.11"), 400},
		{line("GET / HTTP/2.0"), 505},
		{line("GET / HTTP/0.9"), 505},
		{line("GET / HTTP/1.2"), 505},
		{line("post / HTTP/1.1"), 400},
		{line("PoST / HTTP/1.1"), 400},
		{line("GET " + strings.Repeat("/..", 300) + " HTTP/1.1"), 414},
		{"GET /" + strings.Repeat("a", 17<<10), 414},
		{"GET / HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("a", 17<<10), 431},
		{"GET / HTTP/1.1\nHost: a\r\n\r\n", 400},
		{"GET / HTTP/1.1\r\nHost: a\n\r\n", 400},
		{"GET / HTTP/1.1\r\nHost: a\r\n\n", 400},
		{"GET / HTTP/1.1\r\n\r\n", 400},
		{"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
		{"GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n", 400},
		{"GET / HTTP/1.0\r\nHost: a/b\r\n\r\n", 400},
		{"GET / HTTP/1.1\r\nHost: a", 400}, // and the end
		{with(" X: folded"), 400},
		{with("X y: 1"), 400},
		{with("X : 1"), 400},
		{with(": 1"), 400},
		{with("no colon"), 400},
		{with("Content-Length: +5"), 400},
		{with("Content-Length: 5, 5"), 400},
		{with("Content-Length:"), 400},
		{with("Content-Length: 5\r\nContent-Length: 5"), 400},
		{with("Content-Length: 99999999999999999999999999"), 413},
		{with("Content-Length: 5\r\nTransfer-Encoding: chunked"), 400},
		{with("Transfer-Encoding: chunked\r\nContent-Length: 5"), 400},
		{with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), 400},
		{with("Transfer-Encoding: identity"), 501},
		{with("Transfer-Encoding: gzip, chunked"), 501},
		{with("Transfer-Encoding: chunked\x00"), 400},
		{with("Transfer-Encoding:"), 400},
		{"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
		{with("Trailer: " + strings.Repeat("a,", 300)), 431},
	} {
		for _, size := range []int{1, 5, 1 << 20} {
			got, answer, err := read(get+test.sent, all(size), 1<<14)
			want := string([]byte{byte(test.code / 100), byte(test.code % 100)})
			if len(got) != 1 || got[0] != get || answer != want || err != io.EOF {
				t.Errorf("%.80q in pieces of %d: handed over %.80q, answered %q (%v), want %q alone and %d", test.sent, size, got, answer, err, get, test.code)
			}
		}
	}
}

// TestBrokenChunks: an error in the framing stays, and what follows is not read.
func TestBrokenChunks(t *testing.T) {
	for _, body := range []string{
		"\x00", "\r\n", " 5\r\nhello\r\n", "+5\r\nhello\r\n", "0x5\r\nhello\r\n", "zz\r\n", "5\nhello\r\n", "5\r\nhelloXX", "5\r\nhello\n",
		"5;a\nb\r\nhello\r\n", "5 x\r\nhello\r\n", "ffffffffffffffff\r\n", "0\r\nGET /evil HTTP/1.1\r\n", "0\r\n X: 1\r\n", "0\r\n\n",
		"5;" + strings.Repeat("a", 20<<10), "0\r\nX: " + strings.Repeat("a", 20<<10), "0\r\n" + strings.Repeat("X: a\r\n", 4<<10),
	} {
		for _, size := range []int{1, 1 << 20} {
			got, _, err := read(posted("Transfer-Encoding: chunked\r\n", body+get), all(size), 1<<14)
			if !errors.As(err, new(framingError)) || len(got) != 1 || strings.Contains(got[0], "GET") {
				t.Errorf("%.60q: %v, handed over %.60q", body, err, got)
			}
		}
	}
}

// TestManySmallChunks: a stream of single bytes is no attack.
func TestManySmallChunks(t *testing.T) {
	body := strings.Repeat("1\r\nx\r\n", 50_000) + "0\r\n\r\n"
	got, _, err := read(posted("Transfer-Encoding: chunked\r\n", body), all(1000), 1<<14)
	if err != io.EOF || len(got) != 1 || got[0] != posted("Transfer-Encoding: chunked\r\n", body) {
		t.Errorf("%v, %d messages", err, len(got))
	}
}

// TestExpectation: fasthttp is shown the expectation in the only case it knows,
// where the client may be told to go on, and in another where it may not.
func TestExpectation(t *testing.T) {
	for _, test := range []struct{ sent, want string }{
		{posted("Content-Length: 1\r\nExpect: 100-Continue\r\n", "x"), "100-continue"},
		{posted("Expect:  100-CONTINUE \r\nContent-Length: 1\r\n", "x"), "100-continue"},
		{posted("Expect: 100-continue\r\n", ""), "100-CONTINUE"},
		{"POST / HTTP/1.0\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\nx", "100-CONTINUE"},
		{posted("Content-Length: 1\r\nExpect: 100-continue, more\r\n", "x"), "100-continue, more"},
	} {
		for _, size := range []int{1, 1 << 20} {
			if got, _, _ := read(test.sent, all(size), 1<<14); len(got) != 1 || !strings.Contains(got[0], test.want) {
				t.Errorf("%q: %q, want %s", test.sent, got, test.want)
			}
		}
	}
}

// FuzzRead: the pieces in which bytes arrive make no difference, and nothing that
// looks like a head is handed over with a line that is none.
func FuzzRead(f *testing.F) {
	f.Add([]byte(get+posted("Content-Length: 3\r\n", "abc")+get), uint64(1))
	f.Add([]byte(posted("Transfer-Encoding: chunked\r\n", "5;x\r\nhello\r\n0\r\nA: b\r\n\r\n")+get), uint64(2))
	f.Add([]byte("\r\nGET http://a/ HTTP/1.0\r\nConnection: close\r\n\r\n"), uint64(3))
	f.Fuzz(func(t *testing.T, sent []byte, seed uint64) {
		whole, answer, err := read(string(sent), all(1<<20), 1<<14)
		r := rand.New(rand.NewPCG(seed, 0))
		pieces, answer2, err2 := read(string(sent), func() int { return r.IntN(20) }, 1<<14)
		if (err == nil) != (err2 == nil) || answer != answer2 || strings.Join(whole, "|") != strings.Join(pieces, "|") {
			t.Errorf("whole: %q %q %v; in pieces: %q %q %v", whole, answer, err, pieces, answer2, err2)
		}
	})
}

func BenchmarkHead(b *testing.B) {
	short := []byte("GET / HTTP/1.1\r\nHost: localhost:5000\r\nCookie: session=gad2aXNpdGFzAQ.awF_GQ.xSRV36CVM2_vqF-xwgHtEqn2xnA\r\n\r\n")
	long := []byte("GET /perfil?x=1 HTTP/1.1\r\nHost: localhost:5000\r\nConnection: keep-alive\r\nCache-Control: max-age=0\r\nUpgrade-Insecure-Requests: 1\r\n" +
		"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36\r\n" +
		"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\nAccept-Encoding: gzip, deflate, br\r\n" +
		"Accept-Language: pt-BR,pt;q=0.9\r\nCookie: session=gad2aXNpdGFzAQ.awF_GQ.xSRV36CVM2_vqF-xwgHtEqn2xnA\r\n\r\n")
	for name, head := range map[string][]byte{"short": short, "browser": long} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var h headScanner
				if done, bad := h.scan(head); !done || bad != nil {
					b.Fatal(bad)
				}
			}
		})
	}
}
