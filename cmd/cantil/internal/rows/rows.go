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

// list reads the rows of one kind of store.
type list func(ctx context.Context, address string, o Options, yield func(Row) error) error

// lists are those that there are, by the scheme of the address; a file of SQLite
// has none.
var lists = map[string]list{
	"": listSQLite, "redis": listRedis, "rediss": listRedis, "unix": listRedis, "postgres": listPostgres, "postgresql": listPostgres,
	"mysql": listMySQL, "mariadb": listMySQL,
}

func schemeOf(address string) string {
	scheme, _, isURL := strings.Cut(address, "://")
	if !isURL {
		return ""
	}
	return scheme
}

// Check refuses what no store can be asked.
func Check(address string, o Options) error {
	switch scheme := schemeOf(address); {
	case lists[scheme] == nil:
		return fmt.Errorf("%s:// is no store that can be listed: redis://, postgres://, mysql://, or a file of SQLite", scheme)
	case !tableName.MatchString(o.Table):
		return fmt.Errorf("%q is no name of a table", o.Table)
	case o.Limit < 0:
		return fmt.Errorf("a limit of %d rows: it is 0 or more", o.Limit)
	}
	return nil
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
	if err := Check(address, o); err != nil {
		return false, err
	}
	if err = lists[schemeOf(address)](ctx, address, o, counted); err == errEnough {
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
