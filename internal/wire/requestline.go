package wire

import (
	"bytes"

	"github.com/cantil-go/cantil/internal/urls"
)

// maxMethod is the longest method that is waited for, in bytes.
const maxMethod = 32

// requestLine reads method, target and version (RFC 9112, 3).
func (h *headScanner) requestLine(line []byte) *refusal {
	n := 0
	for n < len(line) && isMethodByte(line[n]) {
		n++
	}
	switch {
	case n == len(line):
		return badLine
	case n == 0, n > maxMethod, line[n] != ' ':
		return badMethod
	}
	method, target := line[:n], line[n+1:]
	for n = 0; n < len(target) && target[n] > ' ' && target[n] != 0x7f; {
		n++
	}
	if n == len(target) || target[n] != ' ' {
		return badTarget
	}
	if bad := h.version(target[n+1:]); bad != nil {
		return bad
	}
	return checkTarget(method, target[:n])
}

// version reads "HTTP/1.1" or "HTTP/1.0".
func (h *headScanner) version(v []byte) *refusal {
	switch string(v) {
	case "HTTP/1.1":
		return nil
	case "HTTP/1.0":
		h.http10 = true
		return nil
	}
	if len(v) == 8 && string(v[:5]) == "HTTP/" && isDigit(v[5]) && v[6] == '.' && isDigit(v[7]) {
		return otherVersion
	}
	return badVersion
}

// checkTarget checks the form of a request target without spaces (RFC 9112, 3.2):
// a path, a URL of http or https, an authority after CONNECT, or "*".
func checkTarget(method, target []byte) *refusal {
	if len(target) == 0 {
		return badTarget
	}
	switch {
	case target[0] == '/':
		return checkSegments(target)
	case string(target) == "*":
		return nil
	case string(method) == "CONNECT":
		if !urls.ValidHost(target) {
			return badTarget
		}
		return nil
	}
	rest, ok := cutPrefixFold(target, "http://")
	if !ok {
		rest, ok = cutPrefixFold(target, "https://")
	}
	host, path := rest, []byte(nil)
	if end := bytes.IndexAny(rest, "/?#"); end >= 0 {
		host, path = rest[:end], rest[end:]
	}
	if !ok || len(host) == 0 || !urls.ValidHost(host) {
		return badTarget
	}
	return checkSegments(path)
}

// maxSegments is how many empty, "." and ".." segments a path may have. fasthttp
// moves the rest of the path for each of them, before any handler runs.
const maxSegments = 256

func checkSegments(path []byte) *refusal {
	if len(path) < 2*maxSegments {
		return nil
	}
	if bytes.Count(path, []byte("//"))+bytes.Count(path, []byte("/.")) > maxSegments {
		return longTarget
	}
	return nil
}

func cutPrefixFold(b []byte, prefix string) ([]byte, bool) {
	if len(b) < len(prefix) || !equalFold(b[:len(prefix)], prefix) {
		return nil, false
	}
	return b[len(prefix):], true
}
