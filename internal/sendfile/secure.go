package sendfile

import (
	"runtime"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/cantil-go/cantil/internal/pytext"
)

const windows = runtime.GOOS == "windows"

// deviceNames are files that Windows has in every folder.
var deviceNames = strings.Fields("CON PRN AUX NUL " +
	"COM0 COM1 COM2 COM3 COM4 COM5 COM6 COM7 COM8 COM9 LPT0 LPT1 LPT2 LPT3 LPT4 LPT5 LPT6 LPT7 LPT8 LPT9")

// SecureFilename is Werkzeug's secure_filename: the name in ASCII, without
// folders. It may be empty. On Windows a backslash is a slash, and a device's name
// gets an underscore in front.
func SecureFilename(name string) string {
	name = norm.NFKD.String(name)
	name = strings.Map(func(r rune) rune {
		switch {
		case r > 0x7f:
			return -1
		case r == '/', r == '\\' && windows:
			return ' '
		}
		return r
	}, name)
	name = strings.Join(strings.FieldsFunc(name, pytext.IsSpace), "_")
	name = strings.Map(func(r rune) rune {
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
		if letter || r == '_' || r == '.' || r == '-' {
			return r
		}
		return -1
	}, name)
	name = strings.Trim(name, "._")
	base, _, _ := strings.Cut(name, ".")
	if windows && slices.Contains(deviceNames, strings.ToUpper(base)) {
		name = "_" + name
	}
	return name
}
