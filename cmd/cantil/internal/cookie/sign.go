package cookie

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
)

// Form is what a cookie is to be.
type Form struct {
	Codec   codec.Serializer
	Encrypt bool
}

// ParseForm reads "json", "msgpack", or either with "encrypted".
func ParseForm(name string, encrypt bool) (Form, error) {
	switch name {
	case "json":
		return Form{codec.TaggedJSON, encrypt}, nil
	case "msgpack":
		return Form{codec.Msgpack, encrypt}, nil
	}
	return Form{}, fmt.Errorf("%q is no codec: json, which an unmodified Flask reads, or msgpack", name)
}

// Sign makes the cookie of a session that is given as JSON, with Flask's tags
// for what JSON lacks, signed at Now.
func Sign(text string, form Form, s Settings) (string, error) {
	opened, err := session.Decode(text, readable) // written anew: sorted, without spaces
	if err != nil {
		return "", fmt.Errorf("the session is not a JSON object: %w", err)
	}
	return write(opened, form, s, s.Now)
}

// Convert makes a cookie that was verified into one of another form. The time of
// signing stays: it does not live longer for it.
func Convert(info *Info, form Form, s Settings) (string, error) {
	if info.session == nil {
		return "", errors.New("the cookie holds no session, only the id of one")
	}
	return write(info.session, form, s, info.Signed)
}

func write(opened *session.Session, form Form, s Settings, at time.Time) (string, error) {
	if len(s.Keys) == 0 {
		return "", ErrNoKeys
	}
	if !form.Encrypt {
		payload, err := opened.AppendTo(nil, form.Codec)
		if err != nil {
			return "", err
		}
		return string(serializer(s.Keys[0]).AppendDumps(nil, payload, at)), nil
	}
	cfg := s.config(s.Keys[0], nil)
	cfg.Serializer = form.Codec
	opened.SetModified(true)
	value, action, err := session.EncryptedCookie{}.Save(context.Background(), cfg, opened, nil, at)
	if err == nil && action != session.SetCookie {
		err = errors.New("an empty session has no cookie")
	}
	return string(value), err
}
