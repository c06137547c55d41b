package session

import (
	"errors"
	"fmt"
	"time"

	"github.com/cantil-go/cantil/session/codec"
)

// ServerSideOption changes what [NewServerSide] does by default, which is what
// Flask-Session does by default. A mistake in one panics.
type ServerSideOption func(*ServerSide)

// maxPrefix leaves room for the longest id in memcached's keys of 250 bytes and
// in Flask-Session's column of 255.
const maxPrefix = 100

// KeyPrefix begins the keys of the rows, SESSION_KEY_PREFIX: "session:". It is
// printable ASCII without spaces, of at most 100 bytes.
func KeyPrefix(prefix string) ServerSideOption {
	for i := range len(prefix) {
		if prefix[i] <= ' ' || prefix[i] > '~' {
			panic(fmt.Errorf("session: KeyPrefix(%q): only printable ASCII without spaces", prefix))
		}
	}
	if len(prefix) > maxPrefix {
		panic(fmt.Errorf("session: KeyPrefix: longer than %d bytes", maxPrefix))
	}
	return func(ss *ServerSide) { ss.prefix = prefix }
}

// Permanent sets whether new sessions are permanent, SESSION_PERMANENT: true,
// other than Flask's own sessions. It is SetPermanent for every new session.
func Permanent(permanent bool) ServerSideOption {
	return func(ss *ServerSide) { ss.transient = !permanent }
}

// SignIDs signs the ids in the cookies with the application's secret key,
// SESSION_USE_SIGNER: false. Cookies with other signatures are refused before
// the store is asked, and without a secret key sessions cannot be written.
func SignIDs() ServerSideOption {
	return func(ss *ServerSide) { ss.signed = true }
}

// IDLength is how many random bytes make an id, SESSION_ID_LENGTH: 32. From 16
// to 96 are possible; four characters of the id hold three bytes.
func IDLength(bytes int) ServerSideOption {
	if bytes < 16 || bytes > 96 {
		panic(fmt.Errorf("session: IDLength(%d): from 16 to 96 bytes", bytes))
	}
	return func(ss *ServerSide) { ss.idLength = bytes }
}

// RowSerializer writes the rows, SESSION_SERIALIZATION_FORMAT: codec.MsgpackRows,
// for which codec.Msgpack stands too.
// Flask-Session reads msgpack whatever format it is told to write, so there is
// seldom a reason to change it. Rows in msgpack and in JSON are read either
// way; a custom serializer reads everything itself.
func RowSerializer(serializer codec.Serializer) ServerSideOption {
	if serializer == nil {
		panic(errors.New("session: RowSerializer(nil)"))
	}
	if serializer == codec.Msgpack {
		serializer = codec.MsgpackRows
	}
	return func(ss *ServerSide) { ss.serializer = serializer }
}

// RowFormat is what another program must know to read the rows of a ServerSide
// and the ids in its cookies.
type RowFormat struct {
	KeyPrefix  string // SESSION_KEY_PREFIX
	Serializer codec.Serializer
	SignedIDs  bool // SESSION_USE_SIGNER
}

// RowFormat returns what the options made of it.
func (ss *ServerSide) RowFormat() RowFormat { return RowFormat{ss.prefix, ss.serializer, ss.signed} }

// StoreTimeout is how long the context of a call of the store lasts: once to
// load a session, once to save it with all that takes. 3 seconds unless set. A
// request waits no longer if the store heeds its context, as [Store] demands.
func StoreTimeout(timeout time.Duration) ServerSideOption {
	if timeout <= 0 {
		panic(fmt.Errorf("session: StoreTimeout(%v): not above zero", timeout))
	}
	return func(ss *ServerSide) { ss.timeout = timeout }
}
