package session

import (
	"context"
	"time"
)

// Store keeps the rows of server-side sessions under their keys, as
// Flask-Session's backends do; see [NewServerSide]. The packages redisstore,
// memcachestore and sqlstore have stores, package storetest a suite that any
// store can run.
//
// EVERY METHOD MUST RETURN SOON AFTER ITS ctx ENDS. The request waits inside of
// the call, and nothing else ends that wait: a store that ignores its context
// hangs the request, and with enough of them the server, when its system does
// not answer. A client that takes contexts is handed ctx. One that takes none
// needs its call in a goroutine of its own, which the method waits for until
// ctx ends, as memcachestore does, and time limits of the client's so that the
// goroutine ends too. What a call that was given up was about may have happened
// or not. A panic in a method is an error of the store.
//
// Any number of goroutines use a store at once. A key that is not there, or
// whose time is over, is no error: an error means that the system failed, and
// ends the request in a 503. Keys are printable ASCII without spaces, at most
// 228 bytes. ttl is how long a row lives from now on; with a ttl of zero or
// less it is over at once.
type Store interface {
	// Get returns the row of key, and whether there is one.
	Get(ctx context.Context, key string) (Row, bool, error)

	// Set writes the row of key, whatever was there. It is asked for keys that
	// no other request knows yet.
	Set(ctx context.Context, key string, data []byte, ttl time.Duration) error

	// Swap replaces the row of key by data if it still is the one that was
	// loaded, and reports whether it was: a compare-and-swap, in one step. A
	// row that was deleted since is not the one that was loaded and never comes
	// back. Nil data deletes the row instead, under the same condition.
	Swap(ctx context.Context, key string, loaded Row, data []byte, ttl time.Duration) (bool, error)

	// Delete removes the row of key. It is no error if there is none.
	Delete(ctx context.Context, key string) error
}

// Row is what a store holds under a key.
type Row struct {
	// Data is the session as a serializer wrote it, the very bytes that
	// Flask-Session reads. Neither side changes them.
	Data []byte
	// Version differs from that of every other row under this key, before and
	// after, in stores that count versions. Others leave it 0 and compare Data.
	Version uint64
}

// Extender is a [Store] that loads a row and extends its life in one step,
// and in one round trip if it can. Without it a request that only reads
// pays a Get and a Swap.
type Extender interface {
	// GetExtend returns the row of key as Get does. A row that is there lives
	// for ttl from now on; one that is not, or was deleted, does not come back.
	GetExtend(ctx context.Context, key string, ttl time.Duration) (Row, bool, error)
}

// SwapGetter is a [Store] that says, in the same step, what is there if a swap
// finds another row than the one that was loaded. Without it a save that met
// one of another program pays a Get before it tries again.
type SwapGetter interface {
	// SwapGet does what Swap does. If it swapped nothing, current is the row that
	// is there instead, nil if there is none. If it swapped, current is the new
	// row where the store knows its version; it is nil otherwise, and after a
	// deletion.
	SwapGet(ctx context.Context, key string, loaded Row, data []byte, ttl time.Duration) (swapped bool, current *Row, err error)
}

// Cleaner is a [Store] whose expired rows stay until they are removed, as those
// in SQL tables do.
type Cleaner interface {
	// Cleanup removes at most limit expired rows and returns how many it
	// removed.
	Cleanup(ctx context.Context, limit int) (int, error)
}
