package session_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
	"github.com/cantil-go/cantil/session/storetest"
)

// visitor makes requests with the cookie that it got, on the interface itself.
type visitor struct {
	t      *testing.T
	iface  session.Interface
	cfg    *session.Config
	cookie string
	log    *bytes.Buffer
}

func newVisitor(t *testing.T, store session.Store, options ...session.ServerSideOption) *visitor {
	log := new(bytes.Buffer)
	return &visitor{t: t, iface: session.NewServerSide(store, options...), log: log, cfg: &session.Config{
		SecretKey: "k", Lifetime: time.Hour, RefreshEachRequest: true, Serializer: codec.Msgpack,
		Logger: slog.New(slog.NewTextHandler(log, nil)),
	}}
}

// again is another request of the same visitor, at the same time.
func (v *visitor) again() *visitor {
	other := *v
	return &other
}

func (v *visitor) open() *session.Session {
	v.t.Helper()
	s, err := v.iface.Open(v.t.Context(), v.cfg, []byte(v.cookie), time.Now())
	noError(v.t, err)
	return s
}

func (v *visitor) save(s *session.Session) session.Action {
	v.t.Helper()
	value, action, err := v.iface.Save(v.t.Context(), v.cfg, s, nil, time.Now())
	noError(v.t, err)
	switch action {
	case session.SetCookie:
		v.cookie = string(value)
	case session.DeleteCookie:
		v.cookie = ""
	}
	return action
}

// do is one request.
func (v *visitor) do(view func(s *session.Session)) session.Action {
	v.t.Helper()
	s := v.open()
	view(s)
	return v.save(s)
}

// holds compares the stored session with keys and values in turn.
func (v *visitor) holds(want string) {
	v.t.Helper()
	var got []string
	for key, value := range v.open().All() {
		got = append(got, fmt.Sprintf("%s=%v", key, value))
	}
	if strings.Join(got, " ") != want {
		v.t.Errorf("the session holds %q, want %q", strings.Join(got, " "), want)
	}
}

func nothing(*session.Session) {}

func set(key string, value any) func(*session.Session) {
	return func(s *session.Session) { s.Set(key, value) }
}

func TestServerSideSession(t *testing.T) {
	v := newVisitor(t, storetest.NewMemory())
	s := v.open()
	id := s.ID()
	if !s.New() || s.Modified() || !s.Permanent() || s.Len() != 1 || len(id) != 43 || s.ID() != id {
		t.Errorf("new session: %v %v %v %d %q", s.New(), s.Modified(), s.Permanent(), s.Len(), s.ID())
	}
	s.Set("a", 1)
	if v.save(s) != session.SetCookie || v.cookie != id {
		t.Errorf("cookie %q, id %q", v.cookie, id)
	}
	if s = v.open(); s.New() || s.ID() != id || s.Get("a") != 1 {
		t.Errorf("opened: %v %q %v", s.New(), s.ID(), s.Get("a"))
	}
	if s.Clear(); !s.Permanent() || s.Len() != 1 || !s.Modified() {
		t.Errorf("cleared: %v %d", s.Permanent(), s.Len())
	}
	if v.save(s) != session.DeleteCookie {
		t.Error("the cookie stays")
	}
	v.cookie = id
	if s = v.open(); !s.New() || s.ID() == id {
		t.Errorf("the id %q was taken over after the logout", id)
	}
}

func TestCookieSessionsHaveNoID(t *testing.T) {
	s := session.New()
	s.Set("a", 1)
	s.SetModified(false)
	if s.Regenerate(); s.ID() != "" || s.Modified() || s.Len() != 1 {
		t.Errorf("%q %v %d", s.ID(), s.Modified(), s.Len())
	}
	if s.Clear(); s.Len() != 0 {
		t.Error("Clear leaves something")
	}
}

func TestRegenerate(t *testing.T) {
	v := newVisitor(t, storetest.NewMemory())
	v.do(set("a", 1))
	old := v.again()
	v.do(func(s *session.Session) {
		if s.Regenerate(); s.ID() == old.cookie {
			t.Error("the same id")
		}
	})
	if v.cookie == old.cookie {
		t.Error("the same cookie")
	}
	v.holds("_permanent=true a=1")
	old.holds("_permanent=true")

	// Of a visitor for whom nothing was set, nothing is stored or deleted.
	fresh := newVisitor(t, storetest.NewMemory())
	if action := fresh.do((*session.Session).Regenerate); action != session.KeepCookie {
		t.Errorf("action %d", action)
	}
	v.do(func(s *session.Session) { s.Regenerate(); s.SetModified(false) })
	v.holds("_permanent=true a=1")
	if action := v.do(func(s *session.Session) { s.Regenerate(); s.Clear() }); action != session.DeleteCookie {
		t.Errorf("action %d", action)
	}
}

// TestCalls: how often the store is asked.
func TestCalls(t *testing.T) {
	store := watch(storetest.NewMemory())
	v := newVisitor(t, store)
	expect := func(doing, want string) {
		t.Helper()
		if got := strings.Join(store.take(), " "); got != want {
			t.Errorf("%s: the store is asked %q, want %q", doing, got, want)
		}
	}
	v.do(nothing)
	expect("a new visitor", "")
	v.do(func(s *session.Session) { s.Get("a"); s.Pop("b", nil); _ = s.ID() })
	expect("a new visitor who reads", "")
	v.do((*session.Session).Clear)
	expect("a new visitor who logs out", "")
	if action := v.do(func(s *session.Session) { s.Set("a", 1); s.SetModified(false) }); action != session.KeepCookie {
		t.Errorf("changes that were taken back: %d", action)
	}
	expect("changes that were taken back", "")
	v.do(set("a", 1))
	expect("the first write", "set")
	v.do(nothing)
	expect("untouched", "getextend")
	v.do(func(s *session.Session) { s.Get("a") })
	expect("read", "getextend")
	v.do(set("b", 1))
	expect("write", "getextend swap")
	v.do((*session.Session).Regenerate)
	expect("new id", "getextend set swap")
	v.cfg.RefreshEachRequest = false
	v.do(nothing)
	expect("untouched without refresh", "get")
	v.cfg.RefreshEachRequest = true
	v.do((*session.Session).Clear)
	expect("logout", "getextend delete")
	for _, cookie := range []string{"a b", "a\r\nb", "../x", "é", "a.b", "=", strings.Repeat("x", 129), "\x00"} {
		v.cookie = cookie
		v.do(nothing)
		expect(cookie, "")
	}
	v.cookie = strings.Repeat("x", 43)
	v.do(set("a", 1))
	expect("an unknown id", "getextend set")
	if v.cookie == strings.Repeat("x", 43) {
		t.Error("an unknown id was taken over")
	}
}

// plainStore has no power but those of Store.
type plainStore struct{ session.Store }

func TestStoreThatCannotExtend(t *testing.T) {
	now := time.Now()
	memory := storetest.NewMemory()
	memory.Now = func() time.Time { return now }
	v := newVisitor(t, plainStore{memory})
	v.do(set("a", 1))
	for range 3 {
		now = now.Add(50 * time.Minute)
		v.do(nothing)
	}
	v.do(set("b", 2))
	v.holds("_permanent=true a=1 b=2")
}

func TestOptions(t *testing.T) {
	store := watch(storetest.NewMemory())
	v := newVisitor(t, store, session.KeyPrefix("meu:app:"), session.Permanent(false), session.IDLength(16),
		session.RowSerializer(session.RowJSON))
	v.do(set("a", []byte{0, 255}))
	row, found, err := store.Get(t.Context(), "meu:app:"+v.cookie)
	if err != nil || !found || string(row.Data) != `{"a":"AP8="}` || len(v.cookie) != 22 {
		t.Errorf("%q %v %v, cookie %q", row.Data, found, err, v.cookie)
	}
	v.do(set("b", 1))
	v.holds("a=AP8= b=1")
	for name, option := range map[string]func(){
		"spaces":      func() { session.KeyPrefix("a b") },
		"long prefix": func() { session.KeyPrefix(strings.Repeat("x", 101)) },
		"short ids":   func() { session.IDLength(15) },
		"long ids":    func() { session.IDLength(97) },
		"timeout":     func() { session.StoreTimeout(0) },
		"serializer":  func() { session.RowSerializer(nil) },
		"store":       func() { session.NewServerSide(nil) },
	} {
		func() {
			defer func() {
				if err, ok := recover().(error); !ok || !strings.HasPrefix(err.Error(), "session: ") {
					t.Errorf("%s: panics with %v", name, err)
				}
			}()
			option()
		}()
	}
}

func TestSignedIDs(t *testing.T) {
	v := newVisitor(t, storetest.NewMemory(), session.SignIDs())
	v.do(set("a", 1))
	id, _, signed := strings.Cut(v.cookie, ".")
	if !signed || id != v.open().ID() {
		t.Errorf("cookie %q, id %q", v.cookie, v.open().ID())
	}
	for _, cookie := range []string{id, id + ".", id + ".AAAAAAAAAAAAAAAAAAAAAAAAAAA", v.cookie + "x"} {
		other := v.again()
		if other.cookie = cookie; !other.open().New() {
			t.Errorf("cookie %q is good", cookie)
		}
	}
	rotated := newVisitor(t, storetest.NewMemory())
	rotated.iface, rotated.cookie = v.iface, v.cookie
	rotated.cfg.SecretKey, rotated.cfg.SecretKeyFallbacks = "new", []string{"k"}
	if rotated.open().New() {
		t.Error("an older key does not verify")
	}
	keyless := newVisitor(t, storetest.NewMemory(), session.SignIDs())
	keyless.cfg.SecretKey = ""
	if s := keyless.open(); s != nil {
		t.Error("sessions without a key")
	}
}

func TestBrokenRows(t *testing.T) {
	memory := storetest.NewMemory()
	v := newVisitor(t, memory)
	for _, data := range []string{"\xc1\xc1", "\x05", "\xc0", "{", "", "\x81\xa1a"} {
		noError(t, memory.Set(t.Context(), "session:x", []byte(data), time.Hour))
		v.cookie = "x"
		v.log.Reset()
		s := v.open()
		if !s.New() || s.ID() == "x" || strings.Count(v.log.String(), "level=WARN") != 1 {
			t.Errorf("%q: new %v, id %q, log %q", data, s.New(), s.ID(), v.log)
		}
	}
	v.log.Reset()
	for range 3 { // the pickle of {'a': 1}
		noError(t, memory.Set(t.Context(), "session:x", []byte("\x80\x04\x95\x0a\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x01a\x94K\x01s."), time.Hour))
		if s := v.open(); !s.New() {
			t.Error("a pickle was read")
		}
	}
	if n := strings.Count(v.log.String(), "pickle"); n != 1 {
		t.Errorf("pickles are logged %d times: %s", n, v.log)
	}
}
