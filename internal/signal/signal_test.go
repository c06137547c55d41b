package signal

import (
	"slices"
	"sync"
	"testing"
)

func TestSignal(t *testing.T) {
	var s Signal[func() string]
	call := func() (all []string) {
		for _, f := range s.Receivers() {
			all = append(all, (*f)())
		}
		return all
	}
	if s.Receivers() != nil {
		t.Error("a new signal has receivers")
	}
	first := s.Connect(func() string { return "a" })
	second := s.Connect(func() string { return "b" })
	if got := call(); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("called %q", got)
	}
	running := s.Receivers()
	first()
	first()
	if got := call(); !slices.Equal(got, []string{"b"}) {
		t.Errorf("after a disconnect: %q", got)
	}
	if len(running) != 2 || running[0] == nil {
		t.Errorf("who was reading lost a receiver: %v", running)
	}
	second()
	if s.Receivers() != nil {
		t.Error("without receivers the list is not nil")
	}
}

// TestSignalConcurrent: functions come and go while others are called.
func TestSignalConcurrent(t *testing.T) {
	var s Signal[func()]
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				disconnect := s.Connect(func() {})
				for _, f := range s.Receivers() {
					(*f)()
				}
				disconnect()
			}
		})
	}
	wg.Wait()
	if s.Receivers() != nil {
		t.Error("a receiver was left over")
	}
}
