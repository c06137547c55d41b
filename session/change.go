package session

// replay is a change that is made again on a fresh row.
type replay struct {
	key string
	f   func(old any) any
}

// Change gives key the value that f makes of its old one, which is nil if the
// session has no such key; where f returns nil the key is removed.
//
//	s.Change("n", func(old any) any {
//		n, _ := old.(int)
//		return n + 1
//	})
//
// It is for values that requests of one visitor change at the same time, such
// as counters and carts. With [Session.Set] the last of them wins. Here f runs
// at once, and for a session in a store once more, or several times, when the
// session is saved and the row is another one by then: on the value that the
// others left. So f must depend on old alone, and do nothing but return a
// value. It may run in another goroutine, while the request waits for it, and
// changes old or returns a new value as it likes. A panic in f is the request's
// own: nothing of what it did to the session is saved then.
//
// A request whose store fails while it is saved may have counted or not, and a
// client of the store that sends a command again because the answer to it was
// lost may have it counted twice.
//
// A later Set, Delete or Clear in the same request counts instead. A session
// that lives in the cookie has no row to run f on again: two requests at the
// same time overwrite each other there, whatever they do.
func (s *Session) Change(key string, f func(old any) any) {
	s.writable()
	old, _ := s.data.get(key)
	value := f(old)
	s.change()
	s.row.changeAgain(key, f)
	if value == nil {
		s.data.drop(key)
	} else {
		s.data.set(key, value)
	}
}

// changeAgain notes a change for a fresh row. What this request set or removed
// before is the same there, and so is what is made of it.
func (r *row) changeAgain(key string, f func(old any) any) {
	switch {
	case r == nil:
	case r.cleared:
		r.touch(key)
	case !r.touched.has(key):
		r.again = append(r.again, replay{key, f})
	}
}

// keySet is a set of keys in the order in which they came.
type keySet struct {
	keys []string
	at   map[string]struct{} // of many
}

// manyKeys is from where on keys are looked up by a map.
const manyKeys = 32

func (ks *keySet) has(key string) bool {
	if ks.at != nil {
		_, ok := ks.at[key]
		return ok
	}
	for _, k := range ks.keys {
		if k == key {
			return true
		}
	}
	return false
}

// add adds a key that is not in the set.
func (ks *keySet) add(key string) {
	ks.keys = append(ks.keys, key)
	switch {
	case ks.at != nil:
		ks.at[key] = struct{}{}
	case len(ks.keys) > manyKeys:
		ks.at = make(map[string]struct{}, 2*manyKeys)
		for _, k := range ks.keys {
			ks.at[k] = struct{}{}
		}
	}
}

func (ks *keySet) clear() { ks.keys, ks.at = ks.keys[:0], nil }
