package sqlstore

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// batch is how many rows CleanupEvery removes at once. Between two batches it
// waits as long as one took, or a bit, so that other clients get their turn: in
// SQLite, which has one writer at a time, they would not otherwise.
const (
	batch    = 500
	minPause = time.Millisecond
)

// Cleanup implements [session.Cleaner]: it removes at most limit expired rows
// and returns how many it removed. It does what flask session_cleanup and
// SESSION_CLEANUP_N_REQUESTS do, in pieces that do not lock the table for long,
// by the index that CreateTable makes.
func (s *Store) Cleanup(ctx context.Context, limit int) (int, error) {
	n, err := s.exec(ctx, s.cleanup, values{nowParam: s.until(0), limitParam: limit})
	if left := limit - int(n); err == nil && left > 0 && s.cleanupUndated.text != "" {
		var undated int64
		undated, err = s.exec(ctx, s.cleanupUndated, values{limitParam: left})
		n += undated
	}
	if err == nil {
		err = s.cleanupOwners(ctx, limit)
	}
	return int(n), failed("cleanup", err)
}

// cleanupOwners removes entries that are forgotten. A program that has not seen
// the table of owners, which a site may lack, leaves it alone.
func (s *Store) cleanupOwners(ctx context.Context, limit int) error {
	if !s.hasOwners.Load() {
		return nil
	}
	_, err := s.exec(ctx, s.owners.cleanup, values{nowParam: s.now().UnixMicro(), limitParam: limit})
	return err
}

// CleanupEvery removes expired rows now and at every interval, in the
// background, until ctx ends. What fails is logged and tried again at the next
// interval. One program of a fleet is enough to call it; several do no harm. An
// interval that is not above zero panics.
func (s *Store) CleanupEvery(ctx context.Context, interval time.Duration) {
	if interval <= 0 {
		panic(fmt.Errorf("sqlstore: CleanupEvery(%v): not above zero", interval))
	}
	go func() {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for {
			if err := s.cleanupAll(ctx); err != nil && ctx.Err() == nil {
				slog.Warn("sqlstore: expired sessions were not removed", slog.Any("error", err))
			}
			select {
			case <-ticker.C:
			case <-ctx.Done():
				return
			}
		}
	}()
}

// cleanupAll removes rows until a batch is not full.
func (s *Store) cleanupAll(ctx context.Context) error {
	for {
		began := time.Now()
		n, err := s.Cleanup(ctx, batch)
		if err != nil || n < batch {
			return err
		}
		if err := s.pause(ctx, max(time.Since(began), minPause)); err != nil {
			return err
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
