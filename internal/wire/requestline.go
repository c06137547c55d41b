package wire

import (
	"bytes"

	"github.com/cantil-go/cantil/internal/urls"
)

// maxMethod is the longest method that is waited for, in bytes.
const maxMethod = 32

// requestLine reads method, target and version (RFC 9112, 3).
func (h *headScanner) requestLine(line []byte) *refusal {
	method, rest, ok := bytes.Cut(line, []byte{' '})
	if !ok {
		return badLine
	}
	if len(method) == 0 || len(method) > maxMethod {
		return badMethod
	}
	for _, c := range method {
		if !isMethodByte(c) {
			return badMethod
		}
	}
	target, version, ok := bytes.Cut(rest, []byte{' '})
	if !ok {
		return badLine
	}
	if bad := h.version(version); bad != nil {
		return bad
	}
	return checkTarget(method, target)
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

// checkTarget checks the form of a request target (RFC 9112, 3.2): a path, a URL
// of http or https, an authority after CONNECT, or "*".
func checkTarget(method, target []byte) *refusal {
	if len(target) == 0 {
		return badTarget
	}
	for _, c := range target {
		if c <= ' ' || c == 0x7f {
			return badTarget
		}
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
