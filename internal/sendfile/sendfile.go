// Package sendfile holds what send_file makes of the names of files: their
// media types, the header that names a download, and the path that a URL leads
// to inside a directory.
package sendfile

import (
	"path"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/cantil-go/cantil/internal/httpheader"
	"github.com/cantil-go/cantil/internal/pytext"
)

// safeInFilename are the characters that filename* shows as they are (RFC 8187).
var safeInFilename = pytext.NewSafeSet("!#$&+-.^_`|~")

// Disposition gives the Content-Disposition header of a file, as send_file does: a name outside ASCII is sent
// folded to ASCII and in full as filename* (RFC 6266).
func Disposition(name string, attachment bool) string {
	b := make([]byte, 0, 64)
	if attachment {
		b = append(b, "attachment; filename="...)
	} else {
		b = append(b, "inline; filename="...)
	}
	if pytext.IsASCII(name) {
		return string(httpheader.AppendValue(b, name))
	}
	b = httpheader.AppendValue(b, asciiFold(name))
	b = append(b, "; filename*=UTF-8''"...)
	return string(pytext.AppendQuoted(b, name, safeInFilename))
}

// asciiFold returns the ASCII that is left of a name's compatibility decomposition
// (NFKD), as Werkzeug sends it: "relatório é.txt" is "relatorio e.txt".
func asciiFold(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= utf8.RuneSelf {
			return -1
		}
		return r
	}, norm.NFKD.String(name))
}

// SafeJoin joins a path from a URL to a directory and is not ok if the path would leave it (werkzeug.security.safe_join).
// A NUL is refused too: no file has one in its name.
func SafeJoin(directory, untrusted string) (string, bool) {
	if directory == "" {
		directory = "."
	}
	if untrusted == "" {
		return directory, true
	}
	if strings.IndexByte(untrusted, 0) >= 0 || untrusted[0] == '/' {
		return "", false
	}
	part := path.Clean(untrusted)
	if part == ".." || strings.HasPrefix(part, "../") {
		return "", false
	}
	// Where the slash is not the only separator, the system's own rules decide about drives, devices and backslashes.
	if filepath.Separator != '/' && (strings.ContainsRune(part, filepath.Separator) || !filepath.IsLocal(part)) {
		return "", false
	}
	if strings.HasSuffix(directory, "/") {
		return directory + part, true
	}
	return directory + "/" + part, true
}
