package conformance

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// A cost is a request that is dear to read, and what may be asked for it.
type cost struct {
	name   string
	raw    []byte
	times  int
	mark   string
	before string // at the baseline
}

// lines makes n header lines.
func lines(n int, name, value string) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "%s%d: %s\r\n", name, i, value)
	}
	return text.String()
}

func get(target, headers string) []byte {
	return []byte("GET " + target + " HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n")
}

// costs are the requests; 15 KB is what request line and headers may have.
func costs() []cost {
	const size = 15_000
	fill := func(piece string) string { return strings.Repeat(piece, size/len(piece)) }
	dashes := strings.Repeat("-", 14_000)
	multipart := func(boundary string) []byte {
		body := multipartBody(boundary, "-", 16<<20-20_000-2*len(boundary))
		return measuredUpload("/multipart", "multipart/form-data; boundary="+boundary, body).raw
	}
	form := func(text string) []byte {
		return measuredUpload("/form", "application/x-www-form-urlencoded", []byte(text)).raw
	}
	json := func(text string) []byte { return measuredUpload("/json", "application/json", []byte(text)).raw }
	return []cost{
		{"a small page", get("/", ""), 2000, "-", "22µs"},
		{"path of /", get(fill("/"), ""), 200, "1ms", "0.93ms"},
		{"path of /./", get(fill("/."), ""), 200, "1ms", "0.50ms"},
		{"path of /a/..", get(fill("/a/.."), ""), 200, "1ms", "0.33ms"},
		{"path of a/a/ and ../", get("/"+strings.Repeat("a/", 3750)+strings.Repeat("../", 2500), ""), 200, "1ms", "1.33ms"},
		{"query of a&", get("/asked?"+fill("a&"), ""), 200, "1ms", "2.07ms"},
		{"1,500 headers", get("/", lines(1500, "X", "y")), 200, "1ms", "-"},
		{"2,500 Trailer names", get("/", "Trailer: "+strings.Repeat("a,", 2500)+"a\r\n"), 200, "1ms", "-"},
		{"16 KB of Cookie", get("/asked", "Cookie: "+fill("a=b; ")+"\r\n"), 200, "1ms", "0.28ms"},
		{"16 KB of Accept", get("/asked", "Accept: "+fill("a/b;q=0.5,")+"\r\n"), 200, "1ms", "1.05ms"},
		{"16 KB of Range", get("/static/a.css", "Range: bytes="+fill("1-2,")+"1-\r\n"), 200, "1ms", "-"},
		{"form of a&, 500 kB", form(strings.Repeat("a&", 240_000)), 10, "50ns a byte", "215ns a byte"},
		{"file of 16 MiB, boundary of 14", multipart("-------edge---"), 3, "50ns a byte", "1.5ns a byte"},
		{"file of 16 MiB, boundary of 14,000", multipart(dashes), 3, "50ns a byte", "122ns a byte"},
		{"1,000 parts", parts(999), 20, "50ns a byte", "-"},
		{"JSON 10,000 deep", json(strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000)), 20, "50ns a byte", "3.6ms"},
		{"JSON of 1 MiB", json("[" + strings.Repeat("0,", 1<<19-2) + "0]"), 3, "50ns a byte", "105ns a byte"},
	}
}

// parts is a form of n files.
func parts(n int) []byte {
	end := []byte("--e--\r\n")
	part := bytes.TrimSuffix(multipartBody("e", "m", 100), end)
	return measuredUpload("/multipart", "multipart/form-data; boundary=e", append(bytes.Repeat(part, n), end...)).raw
}

// TestSoakCPU prints what a request costs the program, in processor time of its
// own. It asserts only that each is answered.
func TestSoakCPU(t *testing.T) {
	needSoak(t)
	p := startProgram(t, programConfig{})
	p.warm()
	for _, c := range costs() {
		began := p.cpu()
		unanswered := 0
		for range c.times {
			if !answeredOnce(p.addr, c.raw) {
				unanswered++
			}
		}
		each := (p.cpu() - began) / time.Duration(c.times)
		shows(t, "cpu: "+c.name, fmt.Sprintf("%v a request, %.1fns a byte", each, float64(each)/float64(len(c.raw))), c.mark, c.before)
		atMost(t, "cpu: "+c.name+": not answered", unanswered, 0)
	}
	byteByByte(t, p, "one header", get("/", "X: "+strings.Repeat("y", 15_900)+"\r\n"), "65ms")
	byteByByte(t, p, "many headers", get("/", lines(1600, "X", "y")), "121ms")
	byteByByte(t, p, "a body", measuredUpload("/raw", "text/plain", bytes.Repeat([]byte("x"), 16_000)).raw, "63ms")
	holds(t, "cpu: the program is alive", p.alive())
}

// answeredOnce sends a request and reads until there is an answer.
func answeredOnce(addr string, raw []byte) bool {
	conn, err := net.DialTimeout("tcp", addr, fetchTime)
	if err != nil {
		return false
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(fetchTime))
	sent := make(chan struct{})
	go func() { conn.Write(raw); close(sent) }()
	n, _ := io.ReadFull(conn, make([]byte, len("HTTP/1.1 ")))
	conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	<-sent
	return n > 0
}

// byteByByte sends each byte in a packet of its own.
func byteByByte(t *testing.T, p *program, what string, raw []byte, before string) {
	conn, err := net.DialTimeout("tcp", p.addr, fetchTime)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(fetchTime))
	began := p.cpu()
	for i := range raw {
		if _, err := conn.Write(raw[i : i+1]); err != nil {
			break // refused before the end
		}
	}
	n, _ := conn.Read(make([]byte, 1))
	shows(t, "cpu: byte by byte, "+what, p.cpu()-began, "300ms", before)
	holds(t, "cpu: byte by byte, "+what+": answered", n == 1)
}
