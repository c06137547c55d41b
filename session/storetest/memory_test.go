package storetest_test

import (
	"testing"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/storetest"
)

func TestMemory(t *testing.T) {
	storetest.Run(t, func(*testing.T) session.Store { return storetest.NewMemory() })
}

// TestPlainStore has no power but those of Store, as one's first own store.
func TestPlainStore(t *testing.T) {
	storetest.Run(t, func(*testing.T) session.Store { return struct{ session.Store }{storetest.NewMemory()} })
}
