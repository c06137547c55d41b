package itsdangerous

import (
	"encoding/base64"
	"fmt"

	"github.com/cantil-go/cantil/internal/pytext"
)

var b64 = base64.RawURLEncoding

var errBase64 = fmt.Errorf("%w: base64 ends inside a group", ErrBadPayload)

// appendDecode appends the bytes that src stands for. It takes what Python's
// urlsafe_b64decode takes, so that both sides of a site agree about every
// cookie; what encoders write takes the fast way.
func appendDecode(dst, src []byte) ([]byte, error) {
	start, want := len(dst), b64.DecodedLen(len(src))
	// Go skips line breaks and Python counts them into the padding: a short
	// result goes the slow way too.
	if out, err := b64.AppendDecode(dst, src); err == nil && len(out)-start == want {
		return out, nil
	}
	out, ok := pytext.AppendBase64URL(dst[:start], src)
	if !ok {
		return out, errBase64
	}
	return out, nil
}
