package session_test

import (
	"bytes"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"
	"time"

	"golang.org/x/crypto/chacha20poly1305"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
)

// seal makes a cookie by the format's description, with the parts that a forger
// with the key could choose.
func seal(secret, purpose, name string, version byte, seconds int64, payload string) string {
	head := binary.BigEndian.AppendUint64(nil, uint64(seconds))[2:]
	head[0] = version
	nonce := make([]byte, 24)
	copy(nonce, "a nonce of the test")
	extra := append(append([]byte(purpose), head...), name...)
	sealed := sealer(secret).Seal(append(head, nonce...), nonce, []byte(payload), extra)
	return base64.RawURLEncoding.EncodeToString(sealed)
}

type aead interface {
	Seal(dst, nonce, plaintext, extra []byte) []byte
	Open(dst, nonce, ciphertext, extra []byte) ([]byte, error)
}

func sealer(secret string) aead {
	key, err := hkdf.Key(sha256.New, []byte(secret), nil, "cantil session cookie, encrypted, v1 xchacha20poly1305", 32)
	if err != nil {
		panic(err)
	}
	a, err := chacha20poly1305.NewX(key)
	if err != nil {
		panic(err)
	}
	return a
}

// TestEncryptedVectors reads cookies that another program made, in another
// language, which shares no code with this one: testdata/record.py.
func TestEncryptedVectors(t *testing.T) {
	var file struct {
		Vectors []struct {
			ID, Secret, Name, Payload, Cookie string
			Timestamp                         int64
		}
	}
	raw, err := os.ReadFile("testdata/encrypted.json")
	noError(t, err)
	noError(t, json.Unmarshal(raw, &file))
	if len(file.Vectors) < 10 {
		t.Fatalf("%d vectors", len(file.Vectors))
	}
	for _, v := range file.Vectors {
		cfg, log := encryptedConfig()
		cfg.SecretKey, cfg.CookieName = v.Secret, v.Name
		s := decrypt(t, cfg, v.Cookie, time.Unix(v.Timestamp, 0))
		payload, err := hex.DecodeString(v.Payload)
		noError(t, err)
		want, err := session.Decode(string(payload), codec.Detect(string(payload)))
		noError(t, err)
		if s.New() || s.Len() != want.Len() || log.Len() > 0 {
			t.Errorf("%s: new %v, %d keys, %s", v.ID, s.New(), s.Len(), log)
		}
		for key, value := range want.All() {
			if s.Get(key) != value {
				t.Errorf("%s: %s is %v, want %v", v.ID, key, s.Get(key), value)
			}
		}
	}
}

// TestEncryptedFormat takes a cookie of this program apart by the description.
func TestEncryptedFormat(t *testing.T) {
	for _, at := range []int64{1735689600, 0, 1<<32 + 5, 1<<40 - 1} {
		cfg, _ := encryptedConfig()
		s := session.New()
		s.Set("a", 1)
		raw, err := base64.RawURLEncoding.Strict().DecodeString(encrypt(t, cfg, s, time.Unix(at, 0)))
		noError(t, err)
		stamp := binary.BigEndian.AppendUint64(nil, uint64(at))
		if raw[0] != 1 || !bytes.Equal(raw[1:6], stamp[3:]) {
			t.Errorf("%d: head %x", at, raw[:6])
		}
		extra := append(append([]byte("cantil.session.cookie\x00"), raw[:6]...), "session"...)
		payload, err := sealer("nova").Open(nil, raw[6:30], raw[30:], extra)
		if err != nil || string(payload) != "\x81\xa1a\x01" {
			t.Errorf("%d: %q, %v", at, payload, err)
		}
	}
	// Clocks that five bytes cannot count stand at the ends.
	for at, want := range map[int64]string{-1: "0000000000", 1 << 40: "ffffffffff"} {
		cfg, _ := encryptedConfig()
		s := session.New()
		s.Set("a", 1)
		raw, _ := base64.RawURLEncoding.DecodeString(encrypt(t, cfg, s, time.Unix(at, 0)))
		if got := hex.EncodeToString(raw[1:6]); got != want {
			t.Errorf("%d is written as %s, want %s", at, got, want)
		}
	}
}
