package session

import (
	"time"
	"unicode/utf8"
)

// The keys of a session's owner and label. They are keys like "_permanent":
// Flask-Session carries them along.
const (
	ownerKey = "_owner"
	labelKey = "_label"
)

// longestLabel is how many bytes of a label are kept.
const longestLabel = 200

// SetOwner says whose session it is, by an account's id, so that
// [ServerSide.Owned] lists it and [ServerSide.RevokeOwner] ends it. Call it where
// the visitor logs in; an empty owner, or Clear, takes it back. It may be called
// with every request: the same owner again changes nothing. That is also how
// sessions that Flask has made get their owner:
//
//	app.BeforeRequest(func(c *cantil.Context) any {
//		if id, ok := session.Value[string](c.Session(), "_user_id"); ok {
//			c.Session().SetOwner(id)
//		}
//		return nil
//	})
//
// It is a key of the session, "_owner". A session that lives in the cookie, as it
// may with [NewOverflow], cannot be listed or ended: there it does nothing, and
// docs/sessions.md has what helps.
func (s *Session) SetOwner(owner string) {
	s.writable()
	if s.row == nil || s.row.side == nil || s.text(ownerKey) == owner {
		return
	}
	s.row.claimed = time.Now()
	s.setOrPop(ownerKey, owner)
}

// SetLabel gives the session a name by which its owner knows it, such as that of
// the browser. 200 bytes of it are kept. Without an owner it is of no use.
func (s *Session) SetLabel(label string) {
	s.writable()
	if len(label) > longestLabel {
		label = label[:longestLabel]
		for len(label) > 0 && !utf8.ValidString(label) && longestLabel-len(label) < utf8.UTFMax {
			label = label[:len(label)-1]
		}
	}
	if s.row == nil || s.row.side == nil || s.text(labelKey) == label {
		return
	}
	s.setOrPop(labelKey, label)
}

func (s *Session) setOrPop(key, value string) {
	if value == "" {
		s.Pop(key, nil)
		return
	}
	s.Set(key, value)
}

// text is the value of a key if it is text.
func (s *Session) text(key string) string {
	v, _ := s.data.get(key)
	text, _ := v.(string)
	return text
}

// Handle is the id under which [ServerSide.Owned] lists the session: "" without
// an owner. Other than [Session.ID] it can be shown, and opens nothing.
func (s *Session) Handle() string {
	if s.row == nil || s.row.side == nil {
		return ""
	}
	owner := s.text(ownerKey)
	if owner == "" {
		return ""
	}
	return s.row.side.ownerID(owner) + handleOf(s.row.side.prefix+s.ID())
}

// Owned is one of an account's sessions.
type Owned struct {
	// ID stands for the session in [ServerSide.Revoke] and RevokeOwner. It is no
	// session id: who has it can end the session and not use it.
	ID string
	// Created is when the session got its owner, or its first write where
	// Config.AbsoluteLifetime is set.
	Created time.Time
	// LastSeen is when a request last brought the session, to a minute.
	LastSeen time.Time
	// Label is what SetLabel said.
	Label string
}
