package session_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
)

// encryptedConfig is config for a cookie of a name.
func encryptedConfig() (*session.Config, *bytes.Buffer) {
	cfg, log := config()
	cfg.CookieName = "session"
	return cfg, log
}

func decrypt(t testing.TB, cfg *session.Config, cookie string, now time.Time) *session.Session {
	t.Helper()
	s, err := session.EncryptedCookie{}.Open(context.Background(), cfg, []byte(cookie), now)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func encrypt(t testing.TB, cfg *session.Config, s *session.Session, now time.Time) string {
	t.Helper()
	value, action, err := session.EncryptedCookie{}.Save(context.Background(), cfg, s, nil, now)
	if err != nil || action != session.SetCookie {
		t.Fatal(action, err)
	}
	return string(value)
}

// encrypted is a good cookie with a: 1 in it.
func encrypted(t testing.TB, cfg *session.Config) string {
	t.Helper()
	s := session.New()
	s.Set("a", 1)
	return encrypt(t, cfg, s, t0)
}

func TestEncryptedRoundTrip(t *testing.T) {
	for _, serializer := range []codec.Serializer{codec.Msgpack, codec.TaggedJSON} {
		cfg, log := encryptedConfig()
		cfg.Serializer = serializer
		s := session.New()
		s.Set("usuario", "Maria")
		s.Set("lista", []any{1, "dois"})
		cookie := encrypt(t, cfg, s, t0)
		raw, _ := base64.RawURLEncoding.DecodeString(cookie)
		if bytes.Contains(raw, []byte("Maria")) || bytes.Contains(raw, []byte("usuario")) {
			t.Errorf("%T: the cookie can be read: %q", serializer, raw)
		}
		again := decrypt(t, cfg, cookie, t0)
		if again.New() || again.Modified() || again.Get("usuario") != "Maria" || again.Get("lista").([]any)[1] != "dois" {
			t.Errorf("%T: read back %v, new %v", serializer, again.Keys(), again.New())
		}
		if log.Len() > 0 {
			t.Error(log)
		}
	}
}

// Each cookie is refused and is a new session, said at debug.
func TestEncryptedRefused(t *testing.T) {
	cfg, _ := encryptedConfig()
	good := encrypted(t, cfg)
	if decrypt(t, cfg, good, t0).New() {
		t.Fatal("the good cookie is refused")
	}
	other, _ := encryptedConfig()
	other.CookieName = "admin"
	renamed := encrypted(t, other)
	other, _ = encryptedConfig()
	other.SecretKey = "outra"
	foreign := encrypted(t, other)
	now := t0.Unix()
	signedCookie := string(cookieAt(t0, "nova"))
	for name, cookie := range map[string]string{
		"garbage":               "lixo",
		"no base64":             strings.Repeat("ç%", 50),
		"another cookie's name": renamed,
		"another key":           foreign,
		"the empty key":         seal("", "cantil.session.cookie\x00", "session", 1, now, "\x81\xa1a\x01"),
		"another purpose":       seal("nova", "cantil.remember.cookie\x00", "session", 1, now, "\x81\xa1a\x01"),
		"no purpose":            seal("nova", "", "session", 1, now, "\x81\xa1a\x01"),
		"another version":       seal("nova", "cantil.session.cookie\x00", "session", 2, now, "\x81\xa1a\x01"),
		"a signed cookie":       signedCookie,
		"both in one":           good + "." + signedCookie,
		"padding":               good + "==",
		"a line break":          good[:9] + "\n" + good[9:],
		"a line break behind":   good + "\r\n",
		"one character more":    good + "A",
		"twice":                 good + good,
		"a space before":        " " + good,
		"1 MiB of zeros":        strings.Repeat("A", 1<<20),
		"1 MiB behind it":       good + strings.Repeat("A", 1<<20),
		"head of zeros":         strings.Repeat("A", len(good)),
	} {
		cfg, log := encryptedConfig()
		if s := decrypt(t, cfg, cookie, t0); !s.New() || s.Len() != 0 {
			t.Errorf("%s: opened with %q", name, s.Keys())
		}
		if !strings.Contains(log.String(), "level=DEBUG") {
			t.Errorf("%s: the log says %q", name, log)
		}
	}
	if s := decrypt(t, cfg, seal("nova", "cantil.session.cookie\x00", "session", 1, now, "\x81\xa1a\x01"), t0); s.Get("a") != 1 {
		t.Error("the test's own cookie is refused: the rows above say nothing")
	}
}

// TestEncryptedTampering changes each character and cuts at each length.
func TestEncryptedTampering(t *testing.T) {
	cfg, _ := encryptedConfig()
	good := encrypted(t, cfg)
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	for i := range good {
		for range 4 {
			c := alphabet[rand.IntN(len(alphabet))]
			changed := good[:i] + string(c) + good[i+1:]
			if changed != good && !decrypt(t, cfg, changed, t0).New() {
				t.Errorf("%q at %d is taken", c, i)
			}
		}
		if i > 0 && !decrypt(t, cfg, good[:i], t0).New() {
			t.Errorf("cut at %d it is taken", i)
		}
	}
	last := strings.IndexByte(alphabet, good[len(good)-1])
	if spare := good[:len(good)-1] + string(alphabet[last^1]); !decrypt(t, cfg, spare, t0).New() {
		t.Error("spare bits that are not zero are taken: two spellings of one cookie")
	}
}

func TestEncryptedKeyRotation(t *testing.T) {
	old, _ := encryptedConfig()
	old.SecretKey, old.SecretKeyFallbacks = "mais antiga", nil
	cookie := encrypted(t, old)

	rotated, _ := encryptedConfig()
	rotated.SecretKeyFallbacks = []string{"mais antiga", "", "antiga"}
	s := decrypt(t, rotated, cookie, t0)
	if s.New() || s.Get("a") != 1 {
		t.Fatal("the old key no longer decrypts")
	}
	s.Set("a", 2)
	if cookie = encrypt(t, rotated, s, t0); decrypt(t, rotated, cookie, t0).Get("a") != 2 {
		t.Error("what was encrypted after the rotation is refused")
	}
	if !decrypt(t, old, cookie, t0).New() {
		t.Error("the old key encrypted after the rotation")
	}
	empty := seal("", "cantil.session.cookie\x00", "session", 1, t0.Unix(), "\x81\xa1a\x01")
	if !decrypt(t, rotated, empty, t0).New() {
		t.Error("what the empty fallback encrypted is taken")
	}
}

// The age is that of signed cookies, to the second.
func TestEncryptedAge(t *testing.T) {
	for _, skew := range []time.Duration{0, 5 * time.Second, -time.Second} {
		for _, lifetime := range []time.Duration{time.Hour, time.Second, 0, -time.Second} {
			for _, age := range []time.Duration{0, time.Second, -time.Second, -5 * time.Second, -6 * time.Second,
				time.Hour, time.Hour + time.Second, -time.Hour, 1000 * time.Hour} {
				cfg, _ := encryptedConfig()
				cfg.ClockSkew, cfg.Lifetime = skew, lifetime
				signed := openAt(t, cfg, cookieAt(t0, "nova"), t0.Add(age)).New()
				if got := decrypt(t, cfg, encrypted(t, cfg), t0.Add(age)).New(); got != signed {
					t.Errorf("skew %v, lifetime %v, age %v: new is %v, of a signed cookie %v", skew, lifetime, age, got, signed)
				}
			}
		}
	}
}

// Signed cookies are read for as long as the application says and then replaced.
func TestEncryptedReadsSigned(t *testing.T) {
	iface := session.EncryptedCookie{SignedUntil: t0.Add(time.Minute)}
	for _, test := range []struct {
		name, cookie string
		now          time.Time
		replaced     bool
	}{
		{"in time", string(cookieAt(t0, "nova")), t0, true},
		{"by a fallback key", string(cookieAt(t0, "antiga")), t0, true},
		{"too late", string(cookieAt(t0, "nova")), t0.Add(time.Minute), false},
		{"wrong key", string(cookieAt(t0, "errada")), t0, false},
		{"expired", string(cookieAt(t0.Add(-2*time.Hour), "nova")), t0, false},
	} {
		cfg, _ := encryptedConfig()
		cfg.RefreshEachRequest = false
		s, err := iface.Open(t.Context(), cfg, []byte(test.cookie), test.now)
		if err != nil || s.New() == test.replaced || s.Modified() {
			t.Fatalf("%s: new %v, modified %v, %v", test.name, s.New(), s.Modified(), err)
		}
		value, action, err := iface.Save(t.Context(), cfg, s, nil, test.now)
		if err != nil || (action == session.SetCookie) != test.replaced {
			t.Fatalf("%s: %v, %v", test.name, action, err)
		}
		if test.replaced && decrypt(t, cfg, string(value), test.now).Get("a") != 1 {
			t.Errorf("%s: replaced by %s", test.name, value)
		}
	}
	cfg, _ := encryptedConfig()
	cfg.RefreshEachRequest = false
	s, err := iface.Open(t.Context(), cfg, []byte(encrypted(t, cfg)), t0)
	if err != nil || s.Get("a") != 1 {
		t.Fatal("an encrypted cookie is refused while signed ones are read", err)
	}
	if _, action, _ := iface.Save(t.Context(), cfg, s, nil, t0); action != session.KeepCookie {
		t.Error("an encrypted cookie is replaced")
	}
}

func TestEncryptedWithoutAKey(t *testing.T) {
	cfg, _ := encryptedConfig()
	cookie := []byte(encrypted(t, cfg))
	cfg, _ = encryptedConfig()
	cfg.SecretKey = ""
	if s, err := (session.EncryptedCookie{}).Open(t.Context(), cfg, cookie, t0); s != nil || err != nil {
		t.Errorf("opened %v, %v", s, err)
	}
	s := session.New()
	s.Set("a", 1)
	value, action, err := session.EncryptedCookie{}.Save(t.Context(), cfg, s, nil, t0)
	if !errors.Is(err, session.ErrNoSecretKey) || action != session.KeepCookie || len(value) != 0 {
		t.Errorf("%q, %v, %v", value, action, err)
	}
}

// What was encrypted with our key and is no session is a warning; what cannot be
// encrypted is the application's mistake.
func TestEncryptedBadPayloads(t *testing.T) {
	for name, payload := range map[string]string{
		"nothing": "", "no mapping": "\x91\x01", "cut short": "\x81\xa1a", "list of 4 Gi": "\x81\xa1a\xdd\xff\xff\xff\xff",
	} {
		cfg, log := encryptedConfig()
		cookie := seal("nova", "cantil.session.cookie\x00", "session", 1, t0.Unix(), payload)
		if s := decrypt(t, cfg, cookie, t0); !s.New() || s.Len() != 0 || !strings.Contains(log.String(), "level=WARN") {
			t.Errorf("%s: %q, %s", name, s.Keys(), log)
		}
	}
	cfg, _ := encryptedConfig()
	s := session.New()
	s.Set("a", make(chan int))
	value, action, err := session.EncryptedCookie{}.Save(t.Context(), cfg, s, []byte("session="), t0)
	if err == nil || action != session.KeepCookie || string(value) != "session=" {
		t.Errorf("%q, %v, %v", value, action, err)
	}
}

// TestEncryptedSays nothing of the values: nor by nonces used again, nor by a
// length that depends on what they have in common.
func TestEncryptedSaysNothing(t *testing.T) {
	cfg, _ := encryptedConfig()
	seen := map[string]bool{}
	for range 1000 {
		raw, err := base64.RawURLEncoding.DecodeString(encrypted(t, cfg))
		noError(t, err)
		nonce := string(raw[6:30])
		if seen[nonce] {
			t.Fatal("a nonce was used twice")
		}
		seen[nonce] = true
	}
	length := func(guess string) int {
		s := session.New()
		s.Set("csrf_token", "0123456789abcdef0123456789abcdef")
		s.Set("nome", strings.Repeat(guess, 60))
		return len(encrypt(t, cfg, s, t0))
	}
	if right, wrong := length("0123456789abcdef"), length("0q1w2e3r4t5y6u7i"); right != wrong {
		t.Errorf("a guess that is right makes %d characters, a wrong one %d", right, wrong)
	}
}

// Two applications on one host, one key, two cookies: neither is the other's.
func TestEncryptedApps(t *testing.T) {
	newApp := func(name string) *cantil.App {
		app := cantil.New()
		app.SecretKey = "the same secret key for both"
		app.SessionCookieName = name
		app.SessionInterface = session.EncryptedCookie{}
		app.Get("/set", cantil.Endpoint("set"))(func(c *cantil.Context) any {
			c.Session().Set("papel", "admin")
			return "ok"
		})
		app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any {
			return c.Session().Get("papel", "visitante")
		})
		return app
	}
	shop, admin := newApp("loja"), newApp("painel")
	client := shop.TestClient()
	client.Get("/set")
	cookie, _ := client.Cookie("loja")
	if got := client.Get("/").Text(); got != "admin" {
		t.Errorf("the shop reads %q", got)
	}
	answer := admin.TestClient().Get("/", cantil.RequestHeader("Cookie", "painel="+cookie))
	if answer.Text() != "visitante" {
		t.Errorf("the other application takes the shop's cookie: %q", answer.Text())
	}
}

func FuzzOpenEncrypted(f *testing.F) {
	cfg, _ := encryptedConfig()
	good := seal("nova", "cantil.session.cookie\x00", "session", 1, t0.Unix(), "\x81\xa1a\x01") // the same in each worker
	f.Add([]byte(good), false, uint16(0))
	f.Add([]byte("\x81\xa1a\x01"), true, uint16(0))
	f.Add([]byte(`{"a":1}`), true, uint16(17))
	f.Fuzz(func(t *testing.T, data []byte, sealed bool, flip uint16) {
		cookie := string(data)
		if sealed {
			cookie = seal("nova", "cantil.session.cookie\x00", "session", 1, t0.Unix(), cookie)
		}
		s := decrypt(t, cfg, cookie, t0)
		for range s.All() { // every value that was let in can be read
		}
		if !sealed {
			if s.New() == (cookie == good) {
				t.Errorf("new is %v: %q", s.New(), cookie)
			}
			return
		}
		at := int(flip) % len(cookie)
		changed := []byte(cookie)
		changed[at] ^= byte(flip>>8)&0x3f | 1
		if !decrypt(t, cfg, string(changed), t0).New() {
			t.Errorf("changed at %d and taken: %s", at, changed)
		}
	})
}
