package urls

import (
	"errors"
	"strings"

	"golang.org/x/net/idna"

	"github.com/cantil-go/cantil/internal/pytext"
)

// idnaProfile maps names as Python's codec "idna" does, which is that of IDNA 2003
// (RFC 3490): ß is ss, and hyphens and underscores may stand anywhere.
var idnaProfile = idna.New(idna.MapForLookup(), idna.Transitional(true),
	idna.StrictDomainName(false), idna.CheckHyphens(false))

var (
	errLabel = errors.New("label empty or too long")
	errHost  = errors.New("too long")
	errChar  = errors.New("a character that no host name has")
)

// maxHost is the length in bytes above which no name is tried: that of the longest
// is 253 characters, of which decomposed ones take many bytes, and the time to
// encode a label grows with its square.
const maxHost = 4 << 10

// hostChars may be in what a name is mapped to. Wide forms of / and ? and the like
// are mapped to those, and would end the host of a URL early.
const hostChars = "abcdefghijklmnopqrstuvwxyz0123456789-_."

// IDNA returns a host name in its ASCII form, host.encode("idna") in Python: labels
// outside ASCII begin with xn--. It fails for what is no host name: a label that is
// empty, but for the last, or longer than 63 bytes. Where Python looks at the
// direction of the writing this does not.
func IDNA(host string) (string, error) {
	if !pytext.IsASCII(host) {
		if len(host) > maxHost {
			return "", errHost
		}
		var err error
		if host, err = idnaProfile.ToASCII(host); err != nil {
			return "", err
		}
		if strings.Trim(host, hostChars) != "" {
			return "", errChar
		}
	}
	label, rest, more := "", host, true
	for more {
		label, rest, more = strings.Cut(rest, ".")
		if len(label) > 63 || more && label == "" {
			return "", errLabel
		}
	}
	return host, nil
}
