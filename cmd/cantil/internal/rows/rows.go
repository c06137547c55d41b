// Package rows lists the sessions that Flask-Session or Cantil keep in a store.
// It only reads.
package rows

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/cantil-go/cantil/cmd/cantil/internal/cookie"
	"github.com/cantil-go/cantil/session/codec"
)

// Options say which rows.
type Options struct {
	Prefix string // of the keys
	Table  string // of SQL
	Limit  int
}

// Row is one session of a store.
type Row struct {
	Key     string          `json:"key"`
	Expires time.Time       `json:"expires,omitzero"`
	Size    int             `json:"size"`  // bytes
	Codec   string          `json:"codec"` // "json" or "msgpack"
	Payload json.RawMessage `json:"payload,omitempty"`
	Problem string          `json:"problem,omitempty"` // why it cannot be decoded
}

// List calls yield with at most o.Limit rows of the store at address, and
// reports whether there are more. An error of yield ends it.
func List(ctx context.Context, address string, o Options, yield func(Row) error) (more bool, err error) {
	n := 0
	counted := func(r Row) error {
		if n++; n > o.Limit {
			return errEnough
		}
		return yield(r)
	}
	scheme, _, isURL := strings.Cut(address, "://")
	switch {
	case !isURL:
		err = listSQLite(ctx, address, o, counted)
	case scheme == "redis", scheme == "rediss", scheme == "unix":
		err = listRedis(ctx, address, o, counted)
	case scheme == "postgres", scheme == "postgresql":
		err = listPostgres(ctx, address, o, counted)
	case scheme == "mysql", scheme == "mariadb":
		err = listMySQL(ctx, address, o, counted)
	default:
		return false, fmt.Errorf("%s:// is no store that can be listed: redis://, postgres://, mysql://, or a file of SQLite", scheme)
	}
	if err == errEnough {
		return true, nil
	}
	return false, err
}

type enough struct{}

func (enough) Error() string { return "the limit is reached" }

var errEnough error = enough{}

// newRow decodes a row.
func newRow(key string, data []byte, expires time.Time) Row {
	r := Row{Key: key, Expires: expires, Size: len(data)}
	payload := string(data)
	r.Codec = "json"
	if codec.Detect(payload) == codec.Msgpack {
		r.Codec = "msgpack"
	}
	var err error
	if r.Payload, err = cookie.ReadableJSON(payload); err == nil {
		return r
	}
	r.Problem = err.Error()
	if len(data) > 2 && data[0] == 0x80 && data[1] <= 5 && data[len(data)-1] == '.' {
		r.Codec, r.Problem = "pickle", "pickled by an old Flask-Session; Cantil treats it as absent"
	}
	return r
}

// shownOfID is how much of an id is shown: enough to tell them apart.
const shownOfID = 6

// Masked is a key without the end of its id.
func Masked(key string) string {
	prefix, id := "", key
	if i := strings.LastIndexByte(key, ':'); i >= 0 {
		prefix, id = key[:i+1], key[i+1:]
	}
	if len(id) <= shownOfID {
		return prefix + "…"
	}
	return prefix + id[:shownOfID] + "…"
}
