package routing

import "strings"

// splitted is a URL in its five pieces, still quoted.
type splitted struct {
	scheme, host, path, query, fragment string
}

// splitURL cuts a URL as Python's urlsplit does. Line ends and tabs are dropped, so that none reaches a header.
func splitURL(s string) splitted {
	s = strings.TrimLeft(s, "\x00\x01\x02\x03\x04\x05\x06\x07\x08\t\n\x0b\x0c\r\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f ")
	if strings.ContainsAny(s, "\t\r\n") {
		s = strings.NewReplacer("\t", "", "\r", "", "\n", "").Replace(s)
	}
	var u splitted
	if i := strings.IndexByte(s, ':'); i > 0 && isScheme(s[:i]) {
		u.scheme, s = strings.ToLower(s[:i]), s[i+1:]
	}
	if strings.HasPrefix(s, "//") {
		end := strings.IndexAny(s[2:], "/?#")
		if end < 0 {
			end = len(s) - 2
		}
		u.host, s = s[2:2+end], s[2+end:]
	}
	s, u.fragment, _ = strings.Cut(s, "#")
	u.path, u.query, _ = strings.Cut(s, "?")
	return u
}

func isScheme(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || !('0' <= c && c <= '9' || c == '+' || c == '-' || c == '.')) {
			return false
		}
	}
	return true
}

// String puts the pieces together again; empty ones leave no mark.
func (u splitted) String() string {
	s := u.path
	web := u.scheme == "http" || u.scheme == "https"
	if u.host != "" || web && !strings.HasPrefix(s, "//") {
		if s != "" && s[0] != '/' {
			s = "/" + s
		}
		s = "//" + u.host + s
	}
	if u.scheme != "" {
		s = u.scheme + ":" + s
	}
	if u.query != "" {
		s += "?" + u.query
	}
	if u.fragment != "" {
		s += "#" + u.fragment
	}
	return s
}

// joinURL resolves ref against an absolute base whose path ends with a slash (scheme, host, script root).
func joinURL(base, ref string) string {
	if ref == "" {
		return base
	}
	b, u := splitURL(base), splitURL(ref)
	if u.scheme != "" && u.scheme != b.scheme {
		return ref
	}
	u.scheme = b.scheme
	if u.host != "" {
		return u.String()
	}
	u.host = b.host
	if u.path == "" {
		u.path = b.path
		return u.String()
	}
	if u.path[0] != '/' { // a relative path loses its empty segments, an absolute one keeps them
		u.path = mergeSlashes(b.path + u.path)
	}
	u.path = removeDots(u.path)
	return u.String()
}

// removeDots resolves the segments "." and "..".
func removeDots(path string) string {
	segments := strings.Split(path, "/")
	last := len(segments) - 1
	out := make([]string, 0, len(segments))
	for _, s := range segments {
		switch s {
		case "..":
			out = out[:max(len(out)-1, 0)]
		case ".":
		default:
			out = append(out, s)
		}
	}
	if segments[last] == "." || segments[last] == ".." {
		out = append(out, "")
	}
	if joined := strings.Join(out, "/"); joined != "" {
		return joined
	}
	return "/"
}
