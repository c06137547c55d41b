package urls

import (
	"errors"
	"net/url"
)

// Reason is why an address could not be read, or did not answer, without the
// address itself, which may have a password in it: the cause of a *[url.Error].
func Reason(err error) error {
	var failed *url.Error
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}
