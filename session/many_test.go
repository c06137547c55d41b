package session_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
	"github.com/cantil-go/cantil/session/storetest"
)

// TestManyKeys does the same at random to a session and to a plain list of keys,
// around the number from which keys are looked up by a map.
func TestManyKeys(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		s, keys, values := session.New(), []string{}, map[string]int{}
		for step := range 400 {
			key := fmt.Sprint("k", random.IntN(90))
			at := slices.Index(keys, key)
			switch n := random.IntN(20); {
			case n < 11:
				if at < 0 {
					keys = append(keys, key)
				}
				values[key] = step
				s.Set(key, step)
			case n < 15:
				if got := s.Pop(key, nil); at >= 0 && got != values[key] || at < 0 && got != nil {
					t.Fatalf("popped %v", got)
				}
				if at >= 0 {
					keys = slices.Delete(keys, at, at+1)
				}
			case n == 15 && len(keys) > 0:
				last := keys[len(keys)-1]
				if got, value := s.PopItem(); got != last || value != values[last] {
					t.Fatalf("popped %s=%v, want %s=%v", got, value, last, values[last])
				}
				keys = keys[:len(keys)-1]
			case n == 16 && random.IntN(20) == 0:
				s.Clear()
				keys = keys[:0]
			case n == 17:
				s = roundTrip(t, s)
			case n == 18:
				s.Change(key, func(any) any { return nil })
				if at >= 0 {
					keys = slices.Delete(keys, at, at+1)
				}
			}
			if s.Len() != len(keys) || s.Has(key) != slices.Contains(keys, key) {
				t.Fatalf("%d keys, has %s: %v; want %d", s.Len(), key, s.Has(key), len(keys))
			}
			if random.IntN(10) == 0 && !slices.Equal(s.Keys(), keys) {
				t.Fatalf("keys %v, want %v", s.Keys(), keys)
			}
		}
		for key, value := range s.All() {
			if value != values[key] {
				t.Fatalf("%s is %v", key, value)
			}
		}
	}
}

// roundTrip is the session of the next request.
func roundTrip(t *testing.T, s *session.Session) *session.Session {
	data, err := s.AppendTo(nil, codec.Msgpack)
	noError(t, err)
	next, err := session.Decode(string(data), codec.Msgpack)
	noError(t, err)
	return next
}

// TestLinear: twenty times as many keys take twenty times as long, and some more
// for the memory that they need, but not four hundred times. What other programs
// do on the machine is not in the fastest of several tries; with one that is
// good enough it is done.
func TestLinear(t *testing.T) {
	key := make([]string, 20_000)
	for i := range key {
		key[i] = fmt.Sprint("chave", i)
	}
	iface, cfg := session.NewServerSide(storetest.NewMemory()), newVisitor(t, storetest.NewMemory()).cfg
	filled := func(n int) *session.Session {
		s, err := iface.Open(t.Context(), cfg, nil, time.Now())
		noError(t, err)
		for _, k := range key[:n] {
			s.Set(k, 1)
		}
		return s
	}
	save := func(s *session.Session) {
		_, _, err := iface.Save(t.Context(), cfg, s, nil, time.Now())
		noError(t, err)
	}
	for name, work := range map[string]func(n int){
		"set": func(n int) { save(filled(n)) },
		"set again": func(n int) {
			s := filled(n)
			for _, k := range key[:n] {
				s.Set(k, 2)
			}
		},
		"change": func(n int) {
			s := filled(0)
			for range 2 {
				for _, k := range key[:n] {
					s.Change(k, plus(1))
				}
			}
		},
		"delete from the front": func(n int) {
			s := filled(n)
			for _, k := range key[:n] {
				s.Delete(k)
			}
		},
		"pop from the end": func(n int) {
			s := filled(n)
			for range n {
				s.PopItem()
			}
		},
		"done again on a fresh row": func(n int) {
			first := filled(n)
			save(first)
			id := []byte(first.ID())
			var both [2]*session.Session
			for i := range both {
				s, err := iface.Open(t.Context(), cfg, id, time.Now())
				noError(t, err)
				for j, k := range key[:n] {
					if j%2 == i {
						s.Set(k, i)
					} else {
						s.Change(k, plus(1))
					}
				}
				both[i] = s
			}
			save(both[0])
			save(both[1])
		},
	} {
		small, large := time.Hour, time.Hour
		for range 12 {
			small, large = min(small, duration(work, 1_000)), min(large, duration(work, 20_000))
			if large < 150*small {
				break
			}
		}
		if large >= 150*small {
			t.Errorf("%s: 1,000 keys take %v, 20,000 take %v", name, small, large)
		}
	}
}

func duration(work func(n int), n int) time.Duration {
	began := time.Now()
	work(n)
	return time.Since(began)
}
