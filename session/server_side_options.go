package session

import (
	"fmt"
	"time"

	"github.com/cantil-go/cantil/session/codec"
)

// ServerSideOption changes what [NewServerSide] does by default, which is what
// Flask-Session does by default. A mistake in one panics.
type ServerSideOption func(*serverSide)

// maxPrefix leaves room for the longest id in memcached's keys of 250 bytes and
// in Flask-Session's column of 255.
const maxPrefix = 100

// KeyPrefix begins the keys of the rows, SESSION_KEY_PREFIX: "session:". It is
// printable ASCII without spaces, of at most 100 bytes.
func KeyPrefix(prefix string) ServerSideOption {
	for i := range len(prefix) {
		if prefix[i] <= ' ' || prefix[i] > '~' {
			panic(fmt.Sprintf("session: KeyPrefix(%q): only printable ASCII without spaces", prefix))
		}
	}
	if len(prefix) > maxPrefix {
		panic(fmt.Sprintf("session: KeyPrefix: longer than %d bytes", maxPrefix))
	}
	return func(v *serverSide) { v.prefix = prefix }
}

// Permanent says whether new sessions are permanent, SESSION_PERMANENT: true,
// other than Flask's own sessions. It is SetPermanent for every new session.
func Permanent(permanent bool) ServerSideOption {
	return func(v *serverSide) { v.transient = !permanent }
}

// SignIDs signs the ids in the cookies with the application's secret key,
// SESSION_USE_SIGNER: false. Cookies with other signatures are refused before
// the store is asked, and without a secret key sessions cannot be written.
func SignIDs() ServerSideOption {
	return func(v *serverSide) { v.signed = true }
}

// IDLength is how many random bytes make an id, SESSION_ID_LENGTH: 32. From 16
// to 96 are possible; four characters of the id hold three bytes.
func IDLength(bytes int) ServerSideOption {
	if bytes < 16 || bytes > 96 {
		panic(fmt.Sprintf("session: IDLength(%d): from 16 to 96 bytes", bytes))
	}
	return func(v *serverSide) { v.idLength = bytes }
}

// RowSerializer writes the rows, SESSION_SERIALIZATION_FORMAT: codec.Msgpack.
// Flask-Session reads msgpack whatever format it is told to write, so there is
// seldom a reason to change it. Rows in msgpack and in JSON are read either
// way; a serializer of one's own reads everything itself.
func RowSerializer(serializer codec.Serializer) ServerSideOption {
	if serializer == nil {
		panic("session: RowSerializer(nil)")
	}
	return func(v *serverSide) { v.serializer = serializer }
}

// StoreTimeout is how long a request waits for the store: once to load its
// session, once to save it with all that takes. 3 seconds unless set.
func StoreTimeout(timeout time.Duration) ServerSideOption {
	if timeout <= 0 {
		panic(fmt.Sprintf("session: StoreTimeout(%v): not above zero", timeout))
	}
	return func(v *serverSide) { v.timeout = timeout }
}
