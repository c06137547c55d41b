package session_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/base64"
	"log/slog"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
	"github.com/cantil-go/cantil/session/itsdangerous"
)

var t0 = time.Unix(1735689600, 0)

// config is an application's, with what it logs.
func config() (*session.Config, *bytes.Buffer) {
	var log bytes.Buffer
	return &session.Config{
		SecretKey: "nova", SecretKeyFallbacks: []string{"antiga"}, Lifetime: time.Hour, RefreshEachRequest: true,
		Serializer: codec.Msgpack,
		Logger:     slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}, &log
}

func open(t testing.TB, cfg *session.Config, cookie []byte) *session.Session {
	t.Helper()
	return openAt(t, cfg, cookie, t0)
}

func openAt(t testing.TB, cfg *session.Config, cookie []byte, now time.Time) *session.Session {
	t.Helper()
	s, err := session.SecureCookie{}.Open(context.Background(), cfg, cookie, now)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func save(t testing.TB, cfg *session.Config, s *session.Session) (string, session.Action) {
	t.Helper()
	value, action, err := session.SecureCookie{}.Save(context.Background(), cfg, s, nil, t0)
	if err != nil {
		t.Fatal(err)
	}
	return string(value), action
}

// The rows of Flask's save_session.
func TestSave(t *testing.T) {
	for _, test := range []struct {
		name    string
		refresh bool
		do      func(s *session.Session)
		want    session.Action
	}{
		{"untouched", true, func(s *session.Session) {}, session.KeepCookie},
		{"read", true, func(s *session.Session) { s.Get("a") }, session.KeepCookie},
		{"set", true, func(s *session.Session) { s.Set("b", 1) }, session.SetCookie},
		{"emptied", true, func(s *session.Session) { s.Pop("a") }, session.DeleteCookie},
		{"cleared", true, func(s *session.Session) { s.Clear() }, session.DeleteCookie},
		{"cleared and set", true, func(s *session.Session) { s.Clear(); s.Set("b", 1) }, session.SetCookie},
		{"marked", true, func(s *session.Session) { s.SetModified(true) }, session.SetCookie},
		{"unmarked", true, func(s *session.Session) { s.Set("b", 1); s.SetModified(false) }, session.KeepCookie},
		{"permanent", true, func(s *session.Session) { s.SetPermanent(true); s.SetModified(false) }, session.SetCookie},
		{"permanent, no refresh", false, func(s *session.Session) { s.SetPermanent(true); s.SetModified(false) }, session.KeepCookie},
	} {
		t.Run(test.name, func(t *testing.T) {
			cfg, _ := config()
			cfg.RefreshEachRequest = test.refresh
			s := stored(t, "a", 1)
			test.do(s)
			if value, action := save(t, cfg, s); action != test.want || (value != "") != (action == session.SetCookie) {
				t.Errorf("action %v with the value %q, want %v", action, value, test.want)
			}
		})
	}
}

func TestEmptySessionsAreDeletedOnlyIfModified(t *testing.T) {
	cfg, _ := config()
	s := session.New()
	if _, action := save(t, cfg, s); action != session.KeepCookie {
		t.Errorf("a visitor who set nothing: %v", action)
	}
	s.Clear()
	if _, action := save(t, cfg, s); action != session.DeleteCookie {
		t.Errorf("clear on an empty session: %v", action)
	}
}

func TestKeyRotation(t *testing.T) {
	old, _ := config()
	old.SecretKey, old.SecretKeyFallbacks = "antiga", nil
	s := session.New()
	s.Set("a", 1)
	cookie, _ := save(t, old, s)

	rotated, _ := config()
	again := open(t, rotated, []byte(cookie))
	if again.Get("a") != 1 || again.New() {
		t.Error("the old key no longer verifies")
	}
	again.Set("a", 2)
	cookie, _ = save(t, rotated, again)
	if s := open(t, old, []byte(cookie)); s.Len() != 0 {
		t.Error("the old key signed after the rotation")
	}
}

// A cookie that is no good is a new session, said at debug; one that this
// application signed itself and cannot read is a warning.
func TestRefusedCookies(t *testing.T) {
	sign := func(payload string, at time.Time) string {
		return string(itsdangerous.NewURLSafeTimedSerializer("nova", itsdangerous.Salt("cookie-session"), itsdangerous.KeyDerivation("hmac")).AppendDumps(nil, []byte(payload), at))
	}
	good := sign("\x81\xa1a\x01", t0)
	for _, test := range []struct{ name, cookie, level string }{
		{"garbage", "lixo", "DEBUG"},
		{"tampered", "B" + good[1:], "DEBUG"},
		{"expired", sign("\x81\xa1a\x01", t0.Add(-time.Hour-time.Second)), "DEBUG"},
		{"from the future", sign("\x81\xa1a\x01", t0.Add(time.Second)), "DEBUG"},
		{"no mapping", sign("\x91\x01", t0), "WARN"},
		{"undecodable", sign("\x81\xa1a\xc1", t0), "WARN"},
	} {
		t.Run(test.name, func(t *testing.T) {
			cfg, log := config()
			if s := open(t, cfg, []byte(test.cookie)); !s.New() || s.Len() != 0 {
				t.Errorf("opened with %q", s.Keys())
			}
			if !strings.Contains(log.String(), "level="+test.level) {
				t.Errorf("the log says %q, want a line of level %s", log, test.level)
			}
		})
	}
	cfg, log := config()
	if s := openAt(t, cfg, []byte(good), t0.Add(time.Hour)); s.New() || s.Get("a") != 1 || log.Len() != 0 {
		t.Errorf("a good cookie was refused: %s", log)
	}
}

// Payloads that cost more than they are, signed with our own key.
func TestHostilePayloads(t *testing.T) {
	var bomb bytes.Buffer
	z, _ := zlib.NewWriterLevel(&bomb, zlib.BestCompression)
	z.Write(bytes.Repeat([]byte("a"), 10<<20))
	z.Close()
	signer := itsdangerous.NewURLSafeTimedSerializer("nova", itsdangerous.Salt("cookie-session"), itsdangerous.KeyDerivation("hmac"))
	plain := func(payload string) []byte { return signer.AppendDumps(nil, []byte(payload), t0) }
	for name, cookie := range map[string][]byte{
		"zlib bomb":              deflated(bomb.Bytes()),
		"map of 4 Gi entries":    plain("\xdf\xff\xff\xff\xff"),
		"list of 4 Gi":           plain("\x81\xa1a\xdd\xff\xff\xff\xff"),
		"string of 4 GiB":        plain("\x81\xa1a\xdb\xff\xff\xff\xff"),
		"binary of 4 GiB":        plain("\x81\xa1a\xc6\xff\xff\xff\xff"),
		"100,000 nested lists":   plain("\x81\xa1a" + strings.Repeat("\x91", 100_000)),
		"100,000 nested objects": plain(strings.Repeat(`{"a":`, 100_000)),
		"100,000 open brackets":  plain(`{"a":` + strings.Repeat("[", 100_000)),
	} {
		t.Run(name, func(t *testing.T) {
			cfg, _ := config()
			open(t, cfg, plain("\x80")) // derive the keys and fill the pools before counting
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			s := open(t, cfg, cookie)
			runtime.ReadMemStats(&after)
			if s.Len() != 0 || !s.New() {
				t.Errorf("opened with %q", s.Keys())
			}
			t.Logf("%d bytes allocated", after.TotalAlloc-before.TotalAlloc)
			if n := after.TotalAlloc - before.TotalAlloc; n > 2<<20 { // the pool of buffers may be empty
				t.Errorf("allocated %d bytes, want less than 2 MiB", n)
			}
		})
	}
}

// deflated is a signed cookie of bytes that are compressed already.
func deflated(stream []byte) []byte {
	encoded := []byte("." + base64.RawURLEncoding.EncodeToString(stream))
	return itsdangerous.NewTimestampSigner("nova", itsdangerous.Salt("cookie-session"), itsdangerous.KeyDerivation("hmac")).AppendSign(nil, encoded, t0)
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte("\x81\xa1a\x01"), true)
	f.Add([]byte(`{"a":{" t":[1]}}`), true)
	f.Add([]byte("gaFhAQ.Z3SFgA.xM-FKXduxksaKiZCgzxyr5rzB7Y"), false)
	signer := itsdangerous.NewURLSafeTimedSerializer("nova", itsdangerous.Salt("cookie-session"), itsdangerous.KeyDerivation("hmac"))
	f.Fuzz(func(t *testing.T, data []byte, signed bool) {
		cfg, _ := config()
		if signed {
			data = signer.AppendDumps(nil, data, t0)
		}
		s := open(t, cfg, data)
		for range s.All() { // every value that was let in can be read
		}
		s.Set("x", 1)
		if s, err := s.AppendTo(nil, codec.Msgpack); err == nil {
			if _, err := session.Decode(string(s), codec.Msgpack); err != nil {
				t.Errorf("what was written cannot be read: %v", err)
			}
		}
	})
}
