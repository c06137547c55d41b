package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"
	"time"
)

// TestCleanupGivesWay: after each full batch others get their turn, and a pause
// ends with its context.
func TestCleanupGivesWay(t *testing.T) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "sessions.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	s := New(db, SQLite)
	fill(t, s, 3*2*batch)
	pauses := 0
	s.pause = func(_ context.Context, d time.Duration) error {
		pauses++
		if d < minPause {
			t.Errorf("a pause of %v", d)
		}
		return nil
	}
	if err := s.cleanupAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	if pauses != 3 { // three full batches, and what has no expiry
		t.Errorf("%d pauses", pauses)
	}
	var left, wrong int
	if err := db.QueryRow(`SELECT COUNT(*), COUNT(CASE WHEN expiry > '2099' THEN NULL ELSE 1 END) FROM sessions`).Scan(&left, &wrong); err != nil {
		t.Fatal(err)
	}
	if wrong != 0 || left != 3*batch-3*2*batch/100 {
		t.Errorf("%d rows are left, %d of them expired", left, wrong)
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := pause(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
