package urls

import "strings"

// parts is a URL in its five pieces, still quoted.
type parts struct {
	scheme, host, path, query, fragment string
}

// split cuts a URL as Python's urlsplit does: controls and spaces before it, and
// line ends and tabs anywhere, are dropped, so that none reaches a header.
func split(s string) parts {
	s = strings.TrimLeftFunc(s, func(r rune) bool { return r <= ' ' })
	if strings.ContainsAny(s, "\t\r\n") {
		s = strings.NewReplacer("\t", "", "\r", "", "\n", "").Replace(s)
	}
	var u parts
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

func isScheme[T string | []byte](s T) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || !('0' <= c && c <= '9' || c == '+' || c == '-' || c == '.')) {
			return false
		}
	}
	return true
}

// withAuthority are the schemes whose URLs have a "//" even where no host follows,
// as in file:///etc: urllib's uses_netloc and the one that Werkzeug adds.
var withAuthority = func() map[string]bool {
	schemes := map[string]bool{}
	for _, scheme := range strings.Fields("ftp http gopher nntp telnet imap wais file mms https shttp snews prospero " +
		"rtsp rtsps rtspu rsync svn svn+ssh sftp nfs git git+ssh ws wss itms-services") {
		schemes[scheme] = true
	}
	return schemes
}()

// String puts the pieces together again; empty ones leave no mark.
func (u parts) String() string {
	s := u.path
	if u.host != "" || withAuthority[u.scheme] && !strings.HasPrefix(s, "//") {
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

// Join resolves ref against a base whose path ends with a slash. Of the base only
// the host may be missing: then the result has none either, unless ref names one.
func Join(base, ref string) string {
	if ref == "" {
		return base
	}
	b, u := split(base), split(ref)
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
		u.path = MergeSlashes(b.path + u.path)
	}
	u.path = removeDots(u.path)
	if u.host == "" { // two slashes would make a host of what follows them
		u.path = "/" + strings.TrimLeft(u.path, "/")
	}
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

// MergeSlashes replaces every run of slashes in a path by one slash.
func MergeSlashes(path string) string {
	if !strings.Contains(path, "//") {
		return path
	}
	out := make([]byte, 0, len(path))
	for i := 0; i < len(path); i++ {
		if path[i] != '/' || i == 0 || path[i-1] != '/' {
			out = append(out, path[i])
		}
	}
	return string(out)
}
