package session_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"testing"
	"time"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/storetest"
)

// signed is value and its signature under a key: what anybody who has the key
// can make, without the help of this module.
func signed(value, key, salt string) string {
	return value + "." + base64.RawURLEncoding.EncodeToString(hmacSHA1(hmacSHA1([]byte(key), salt), value))
}

func hmacSHA1(key []byte, text string) []byte {
	mac := hmac.New(sha1.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// cookieAt is a session cookie with a: 1 in it, signed at a time.
func cookieAt(at time.Time, key string) []byte {
	stamp := binary.BigEndian.AppendUint32(nil, uint32(at.Unix()))
	return []byte(signed("gaFhAQ."+base64.RawURLEncoding.EncodeToString(stamp), key, "cookie-session"))
}

// TestEmptyFallbackVerifiesNothing: with an empty key anybody could sign.
func TestEmptyFallbackVerifiesNothing(t *testing.T) {
	for _, fallbacks := range [][]string{{""}, {"antiga", ""}, {"", "antiga"}, {"", ""}} {
		cfg, _ := config()
		cfg.SecretKeyFallbacks = fallbacks
		if s := open(t, cfg, cookieAt(t0, "nova")); s.Get("a") != 1 {
			t.Fatalf("%q: the test's own cookie is not read", fallbacks)
		}
		if s := open(t, cfg, cookieAt(t0, "")); !s.New() || s.Len() != 0 {
			t.Errorf("%q: a cookie that was signed with the empty key is good: %v", fallbacks, s.All())
		}

		store := storetest.NewMemory()
		v := newVisitor(t, store, session.SignIDs())
		v.cfg.SecretKeyFallbacks = fallbacks
		v.do(set("a", 1))
		v.cookie = signed(v.open().ID(), "", "flask-session")
		if s := v.open(); !s.New() {
			t.Errorf("%q: an id that was signed with the empty key is good", fallbacks)
		}
	}
}

// TestNothingIsSignedWithoutAKey: not with a fallback either, whatever session
// the interface is handed.
func TestNothingIsSignedWithoutAKey(t *testing.T) {
	v := newVisitor(t, storetest.NewMemory(), session.SignIDs())
	s := v.open()
	s.Set("a", 1)
	cookieSession := session.New()
	cookieSession.Set("a", 1)
	v.cfg.SecretKey, v.cfg.SecretKeyFallbacks = "", []string{"antiga"}
	for _, test := range []struct {
		iface session.Interface
		s     *session.Session
	}{{session.SecureCookie{}, cookieSession}, {v.iface, s}} {
		value, action, err := test.iface.Save(context.Background(), v.cfg, test.s, nil, t0)
		if !errors.Is(err, session.ErrNoSecretKey) || action != session.KeepCookie || len(value) != 0 {
			t.Errorf("%T: %q, %v, %v", test.iface, value, action, err)
		}
	}
}

// TestClockSkew: the clocks of two servers that share a session differ.
func TestClockSkew(t *testing.T) {
	for _, test := range []struct {
		skew, lifetime, ahead time.Duration
		good                  bool
	}{
		{0, time.Hour, 0, true},
		{0, time.Hour, time.Second, false}, // as Flask
		{-time.Second, time.Hour, time.Second, false},
		{5 * time.Second, time.Hour, time.Second, true},
		{5 * time.Second, time.Hour, 5 * time.Second, true},
		{5 * time.Second, time.Hour, 6 * time.Second, false},
		{5 * time.Second, time.Hour, time.Hour, false},
		{5 * time.Second, time.Second, 5 * time.Second, true}, // a signature of the future is not old
		{5 * time.Second, 0, 2 * time.Second, true},
		{5 * time.Second, time.Hour, -time.Hour, true},
		{5 * time.Second, time.Hour, -time.Hour - time.Second, false}, // no longer life by it
	} {
		cfg, _ := config()
		cfg.ClockSkew, cfg.Lifetime = test.skew, test.lifetime
		if s := open(t, cfg, cookieAt(t0.Add(test.ahead), "nova")); s.New() == test.good {
			t.Errorf("%+v: new is %v", test, s.New())
		}
		if s := open(t, cfg, cookieAt(t0.Add(test.ahead), "outra")); !s.New() {
			t.Errorf("%+v: a wrong signature is good", test)
		}
	}
}

// TestClockSkewOfCompressedCookies: they are read by another way.
func TestClockSkewOfCompressedCookies(t *testing.T) {
	cfg, _ := config()
	cfg.ClockSkew = 5 * time.Second
	s := session.New()
	s.Set("a", string(make([]byte, 4000)))
	cookie, _, err := session.SecureCookie{}.Save(context.Background(), cfg, s, nil, t0.Add(5*time.Second))
	if err != nil || cookie[0] != '.' {
		t.Fatalf("%.20q, %v", cookie, err)
	}
	if open(t, cfg, cookie).New() {
		t.Error("refused")
	}
	if !openAt(t, cfg, cookie, t0.Add(-time.Second)).New() {
		t.Error("six seconds ahead and taken")
	}
}
