package storetest_test

import (
	"testing"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/storetest"
)

func TestMemory(t *testing.T) {
	storetest.Run(t, func(*testing.T) session.Store { return storetest.NewMemory() })
}
