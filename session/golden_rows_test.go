package session_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil/internal/testkit/vectors"
	"github.com/cantil-go/cantil/session/codec"
)

// goldenRow is a row as it was recorded.
type goldenRow struct {
	Key, SessionID string
	Value, Data    string
	TTL            *int
	Expiry         *string
	Decoded        *vectors.Value
}

func (row goldenRow) data(t *testing.T) []byte {
	data, err := hex.DecodeString(row.Value + row.Data)
	noError(t, err)
	return data
}

// life is how long a recorded row has to live; memcached does not say.
func (row goldenRow) life(t *testing.T, now time.Time) time.Duration {
	switch {
	case row.TTL != nil:
		return time.Duration(*row.TTL) * time.Second
	case row.Expiry != nil:
		expiry, err := time.Parse("2006-01-02 15:04:05", strings.TrimSuffix(*row.Expiry, ".000000"))
		noError(t, err)
		return expiry.Sub(now)
	}
	return time.Hour
}

// recordedRows are the rows after the step, nil if they did not change.
func (r *replay) recordedRows(step goldenStep) (map[string]goldenRow, error) {
	if string(step.Store) == `"unchanged"` {
		return nil, nil
	}
	var list []struct {
		goldenRow
		SessionID string `json:"session_id"`
	}
	if err := json.Unmarshal(step.Store, &list); err != nil {
		return nil, err
	}
	rows := map[string]goldenRow{}
	for _, row := range list {
		rows[row.Key+row.SessionID] = row.goldenRow
	}
	return rows, nil
}

// compareRows compares what the server holds with what was recorded.
func (r *replay) compareRows(path string) error {
	got := r.rows()
	for recorded, want := range r.want {
		key := r.ours(recorded)
		row, ok := got[key]
		delete(got, key)
		switch {
		case !ok && r.overAtOnce():
			r.grant(noLifetime)
		case !ok:
			return fmt.Errorf("no row %s (recorded as %s)", key, recorded)
		default:
			if err := r.compareRow(path, key, row, want); err != nil {
				return fmt.Errorf("row %s: %w", recorded, err)
			}
		}
	}
	for key := range got {
		return fmt.Errorf("row %s is too much", key)
	}
	return nil
}

// passive are the views that change nothing, or only something in place.
var passive = []string{"/nothing", "/read", "/read-all", "/in", "/pop-missing", "/append"}

func (r *replay) compareRow(path, key string, got rawRow, want goldenRow) error {
	if err := sameSession(got.value, want.data(r.t)); err != nil {
		if !slices.Contains(passive, path) || got.value != r.before[key].value {
			return err
		}
		return r.grant(noRewrite)
	}
	sameLife := want.TTL == nil || (got.ttl-time.Duration(*want.TTL)*time.Second).Abs() < 10*time.Second
	if want.Expiry != nil {
		sameLife = strings.TrimSuffix(got.expiry, ".000000") == strings.TrimSuffix(*want.Expiry, ".000000")
	}
	if !sameLife {
		if fields, err := codec.Detect(got.value).SplitFields(nil, got.value); err == nil && len(fields) > 0 &&
			(len(fields) > 1 || fields[0].Key != "_permanent") && !r.loadedBroken(key) {
			return fmt.Errorf("lives %v, until %q; want %+v", got.ttl, got.expiry, want)
		}
		r.grant(allExtended)
	}
	return nil
}

// loadedBroken tells a row that was put there by another program and cannot be
// read.
func (r *replay) loadedBroken(key string) bool {
	data := r.before[key].value
	_, err := codec.Detect(data).SplitFields(nil, data)
	return data != "" && err != nil
}

// sameSession compares rows: to the byte in msgpack, by what they hold in JSON.
func sameSession(got string, want []byte) error {
	if got == string(want) {
		return nil
	}
	if len(want) > 0 && want[0] == '{' && strings.HasPrefix(got, "{") {
		var a, b any
		if json.Unmarshal([]byte(got), &a) == nil && json.Unmarshal(want, &b) == nil {
			x, _ := json.Marshal(a)
			y, _ := json.Marshal(b)
			if bytes.Equal(x, y) {
				return nil
			}
		}
	}
	return fmt.Errorf("holds %q, want %q", got, want)
}
