package memcachestore

import (
	"math"
	"testing"
	"time"
)

func TestExptime(t *testing.T) {
	now := time.Unix(2_000_000_000, 0)
	for _, c := range []struct {
		ttl  time.Duration
		want int32
	}{
		{0, -1}, {-time.Hour, -1}, {time.Millisecond, 1}, {time.Second, 1}, {120 * time.Second, 120},
		{30 * 24 * time.Hour, 2_592_000},
		{30*24*time.Hour + time.Second, 2_002_592_001},
		{31 * 24 * time.Hour, 2_002_678_400},
		{100 * 365 * 24 * time.Hour, math.MaxInt32},
	} {
		if got := exptime(c.ttl, now); got != c.want {
			t.Errorf("exptime(%v) = %d, want %d", c.ttl, got, c.want)
		}
	}
}
