package storetest

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
)

// swapGet is about SwapGetter alone; a store may do without.
func (s *suite) swapGet() {
	g, ok := s.store.(session.SwapGetter)
	if !ok {
		return
	}
	swap := func(loaded session.Row, data string, wantSwapped bool, wantCurrent string) {
		s.t.Helper()
		var replacement []byte
		if data != "" {
			replacement = []byte(data)
		}
		swapped, current, err := g.SwapGet(s.ctx, s.key, loaded, replacement, long)
		s.must(err)
		got := ""
		if current != nil {
			got = string(current.Data)
			if there := s.load(); there.Version != current.Version || string(there.Data) != got {
				s.t.Fatalf("SwapGet says that the row is %q, version %d; it is %q, version %d",
					got, current.Version, there.Data, there.Version)
			}
		}
		if swapped != wantSwapped || got != wantCurrent && !(swapped && current == nil) {
			s.t.Fatalf("SwapGet says %v and %q, want %v and %q", swapped, got, wantSwapped, wantCurrent)
		}
	}
	swap(session.Row{Data: []byte("a"), Version: 1}, "b", false, "")
	s.set("a")
	loaded := s.load()
	swap(loaded, "b\x00\xff", true, "b\x00\xff")
	swap(loaded, "c", false, "b\x00\xff")
	swap(loaded, "", false, "b\x00\xff")
	swap(s.load(), "1", true, "1") // what could be taken for an answer of the system's
	swap(loaded, "c", false, "1")
	swap(s.load(), "", true, "")
	s.wantNone()
	swap(loaded, "c", false, "")
	s.wantNone()
}

const (
	programs = 3 // that share the store
	requests = 8 // at once, of each
	times    = 10
)

// hot is a session that many requests of several programs write at once, as
// session.NewServerSide does it: nothing of it is lost.
func (s *suite) hot() {
	var fleet []*program
	for range programs {
		fleet = append(fleet, s.newProgram())
	}
	cookie := fleet[0].login(s)
	s.together(programs*requests, func(i int) error {
		for n := range times {
			err := fleet[i%programs].do(s.ctx, cookie, func(v *session.Session) {
				v.Change("n", plusOne)
				v.Set(fmt.Sprint("k", i), n)
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	s.must(fleet[0].do(s.ctx, cookie, func(v *session.Session) {
		if v.Get("n") != programs*requests*times {
			s.t.Errorf("%v of %d changes of one key were counted", v.Get("n"), programs*requests*times)
		}
		for i := range programs * requests {
			if key := fmt.Sprint("k", i); v.Get(key) != times-1 {
				s.t.Errorf("%s is %v, want %d", key, v.Get(key), times-1)
			}
		}
	}))
}

// hotLogout ends a session under those who write it. It does not come back.
func (s *suite) hotLogout() {
	for name, end := range map[string]func(*session.Session){
		"logged out": (*session.Session).Clear,
		"moved":      (*session.Session).Regenerate,
	} {
		fleet := []*program{s.newProgram(), s.newProgram()}
		cookie := fleet[0].login(s)
		s.together(programs*requests, func(i int) error {
			for n := range times {
				change := func(v *session.Session) {
					if v.Has("user") {
						v.Set(fmt.Sprint("k", i), n)
					}
				}
				if i == 0 && n == times/2 {
					change = end
				}
				if err := fleet[i%2].do(s.ctx, cookie, change); err != nil {
					return err
				}
			}
			return nil
		})
		if row, found, err := s.store.Get(s.ctx, "session:"+cookie); err != nil || found {
			s.t.Errorf("%s: the row is there: %q, %v", name, row.Data, err)
		}
	}
}

func plusOne(old any) any {
	n, _ := old.(int)
	return n + 1
}

// program is one of those that share the store.
type program struct {
	iface session.Interface
	cfg   *session.Config
}

func (s *suite) newProgram() *program {
	return &program{session.NewServerSide(s.store, session.StoreTimeout(time.Minute)), &session.Config{
		SecretKey: "storetest", Lifetime: long, RefreshEachRequest: true,
		Serializer: codec.Msgpack, Logger: slog.New(slog.DiscardHandler),
	}}
}

// login makes a session and returns its cookie.
func (p *program) login(s *suite) string {
	s.t.Helper()
	v, err := p.iface.Open(s.ctx, p.cfg, nil, time.Now())
	s.must(err)
	v.Set("user", "maria")
	cookie, _, err := p.iface.Save(s.ctx, p.cfg, v, nil, time.Now())
	s.must(err)
	return string(cookie)
}

// do is one request.
func (p *program) do(ctx context.Context, cookie string, view func(*session.Session)) error {
	v, err := p.iface.Open(ctx, p.cfg, []byte(cookie), time.Now())
	if err != nil {
		return err
	}
	view(v)
	_, _, err = p.iface.Save(ctx, p.cfg, v, nil, time.Now())
	return err
}
