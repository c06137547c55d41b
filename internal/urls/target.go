package urls

import "bytes"

// CutTarget reads the target of a request line (RFC 9112, 3.2). origin is the
// path with the query, and a fragment if the client sent one, in origin form: it
// begins with exactly one slash, as Flask's request.path does, and the text after
// the slashes at the start of a target is never a host. absolute reports whether
// the target is a whole URL, whose host counts in place of the Host header's: it
// is not checked, and empty in "http:///".
//
// What is neither form ("*", the "host:port" of CONNECT, "path") is taken for a
// path that lacks its slash. The results may alias target.
func CutTarget(target []byte) (host, origin []byte, absolute bool) {
	origin = target
	if i := bytes.Index(target, []byte("://")); i > 0 && isScheme(target[:i]) {
		absolute, origin = true, target[i+3:]
		end := bytes.IndexAny(origin, "/?#")
		if end < 0 {
			end = len(origin)
		}
		host, origin = origin[:end], origin[end:]
	}
	rest := bytes.TrimLeft(origin, "/")
	if slashes := len(origin) - len(rest); slashes > 0 {
		return host, origin[slashes-1:], absolute
	}
	return host, append([]byte{'/'}, rest...), absolute
}
