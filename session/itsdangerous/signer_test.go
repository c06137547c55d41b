package itsdangerous

import (
	"crypto/hmac"
	"crypto/sha1"
	"errors"
	"fmt"
	"hash"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// flaskSigner returns a signer as Flask-Session has it; the last key signs.
func flaskSigner(keys []string, salt string) *Signer {
	last := len(keys) - 1
	return NewSigner(keys[last], Keys(keys[:last]...), Salt(salt), KeyDerivation("hmac"))
}

func TestSignerKeys(t *testing.T) {
	value := "a.b"
	for _, c := range []struct {
		name         string
		signs, reads []string
		want         error
	}{
		{"same key", []string{"k"}, []string{"k"}, nil},
		{"fallback reads", []string{"old"}, []string{"older", "old", "new"}, nil},
		{"the last signs", []string{"old", "new"}, []string{"new"}, nil},
		{"fallbacks do not sign", []string{"old", "new"}, []string{"old"}, ErrBadSignature},
		{"other key", []string{"k"}, []string{"K"}, ErrBadSignature},
		{"bytes", []string{"\x00\xff"}, []string{"\x00\xff"}, nil},
	} {
		signed := flaskSigner(c.signs, "salt").Sign(value)
		reader := flaskSigner(c.reads, "salt")
		got, err := reader.Unsign(signed)
		if !errors.Is(err, c.want) || err == nil && got != value || reader.Validate(signed) != (err == nil) {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
		if _, err := flaskSigner(c.reads, "pepper").Unsign(signed); !errors.Is(err, ErrBadSignature) {
			t.Errorf("%s: another salt: %v", c.name, err)
		}
	}
}

// TestSum compares signatures of messages of all lengths around the blocks with
// those of crypto/hmac, computed without a pool.
func TestSum(t *testing.T) {
	message := make([]byte, 300)
	for i := range message {
		message[i] = byte(i * 7)
	}
	for _, secret := range []string{"", "secret", strings.Repeat("long", 30)} {
		k := newKey([]byte(secret), sha1.New)
		for n := range len(message) {
			want := hmac.New(sha1.New, []byte(secret))
			want.Write(message[:n])
			if got := k.appendSignature(nil, message[:n]); string(got) != b64.EncodeToString(want.Sum(nil)) {
				t.Fatalf("%q, %d bytes: %s", secret, n, got)
			}
			if !k.verify(message[:n], []byte(b64.EncodeToString(want.Sum(nil)))) {
				t.Fatalf("%q, %d bytes: not verified", secret, n)
			}
		}
	}
}

// refusing is a hash that takes nothing, as SHA-1 where FIPS 140 is enforced.
type refusing struct{ hash.Hash }

func (refusing) Write([]byte) (int, error) { return 0, errors.New("not allowed") }

// TestHashRefuses: a hash that takes nothing has one sum for all values, which
// must not become a signature.
func TestHashRefuses(t *testing.T) {
	for name, sign := range map[string]func(*key){
		"from the start": func(*key) { newKey([]byte("secret"), func() hash.Hash { return refusing{sha1.New()} }) },
		"later":          func(k *key) { k.appendSignature(nil, []byte("admin=yes")) },
		"verifying":      func(k *key) { k.verify([]byte("admin=yes"), make([]byte, b64.EncodedLen(sha1.Size))) },
	} {
		k := newKey([]byte("secret"), sha1.New)
		k.macs.New = func() any { return &mac{Hash: refusing{sha1.New()}} }
		for k.macs.Get().(*mac).last != nil { // what newKey left
		}
		func() {
			defer func() {
				if err, ok := recover().(error); !ok || !strings.HasPrefix(err.Error(), "itsdangerous: no signature: ") {
					t.Errorf("%s: %v", name, err)
				}
			}()
			sign(k)
			t.Errorf("%s: signed or verified", name)
		}()
	}
}

// TestFIPS: where FIPS 140 is enforced there is no signer with SHA-1.
func TestFIPS(t *testing.T) {
	if os.Getenv("CANTIL_TEST_FIPS") == "1" {
		defer func() { fmt.Println("refused:", recover()) }()
		fmt.Printf("signed: %s\n", NewSigner("a secret of thirty bytes or so", Salt("salt"), KeyDerivation("hmac")).AppendSign(nil, []byte("v")))
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run", "^TestFIPS$")
	cmd.Env = append(os.Environ(), "CANTIL_TEST_FIPS=1", "GODEBUG=fips140=only")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "refused: crypto/hmac: ") || strings.Contains(string(out), "signed:") {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestTampering changes each byte of a signed value: no change passes, but for
// those of the last character's spare bits, which ItsDangerous ignores too.
func TestTampering(t *testing.T) {
	s := NewSigner("secret", Salt("salt"), KeyDerivation("hmac"))
	signed := s.AppendSign(nil, []byte("value"))
	for i := range len(signed) - 1 {
		for _, c := range []byte("A.-_=!\x00\xff") {
			bad := append([]byte(nil), signed...)
			if bad[i] == c {
				continue
			}
			bad[i] = c
			if got, err := s.UnsignBytes(bad); err == nil {
				t.Errorf("%q gives %q", bad, got)
			}
		}
	}
	for i := range len(signed) {
		if got, err := s.UnsignBytes(signed[:i]); err == nil {
			t.Errorf("%q gives %q", signed[:i], got)
		}
	}
}

func TestAppendKeepsPrefix(t *testing.T) {
	s := NewURLSafeTimedSerializer("secret", Salt("salt"), KeyDerivation("hmac"))
	now := time.Unix(1735689600, 0)
	alone := s.AppendDumps(nil, benchPayload, now)
	if got := s.AppendDumps([]byte("session="), benchPayload, now); string(got) != "session="+string(alone) {
		t.Errorf("got %s", got)
	}
	got, _, err := s.AppendLoads([]byte("x"), alone, time.Hour, now)
	if err != nil || string(got) != "x"+string(benchPayload) {
		t.Errorf("got %q, %v", got, err)
	}
}

// TestSetupPanics: what cannot work, or is not safe, is refused at once.
func TestSetupPanics(t *testing.T) {
	for name, build := range map[string]func(){
		"an empty key":              func() { NewSigner("") },
		"an empty older key":        func() { NewURLSafeTimedSerializer("k", Keys("old", "")) },
		"an empty key, timed":       func() { NewTimestampSigner("") },
		"an empty key, serializer":  func() { NewSerializer("") },
		"an empty key, url-safe":    func() { NewURLSafeSerializer("", KeyDerivation("none")) },
		"an empty key, timed json":  func() { NewTimedSerializer("", KeyDerivation("hmac")) },
		"no separator":              func() { NewSigner("k", Sep("")) },
		"a separator of base64":     func() { NewSigner("k", Sep("BA")) },
		"an unknown key derivation": func() { NewSigner("k", KeyDerivation("django")) },
	} {
		func() {
			defer func() {
				if err, ok := recover().(error); !ok || !strings.HasPrefix(err.Error(), "itsdangerous: ") {
					t.Errorf("%s: %v", name, err)
				}
			}()
			build()
			t.Errorf("%s: accepted", name)
		}()
	}
	if signed := NewSigner("", AllowEmptyKey()).Sign("42"); signed != "42._IstfT2QHCgMrqy8ticUvhKwdQM" {
		t.Errorf("Python signs with the empty key: %s", signed)
	}
}

func TestAge(t *testing.T) {
	s := NewTimestampSigner("secret", Salt("salt"), KeyDerivation("hmac"))
	at := time.Unix(1735689600, 999_999_999) // whole seconds count
	signed := s.AppendSign(nil, []byte("v"), at)
	for _, c := range []struct {
		later  time.Duration
		maxAge time.Duration
		want   error
	}{
		{0, 0, nil},
		{time.Second, 0, ErrExpired},
		{time.Minute, time.Minute, nil},
		{time.Minute, time.Minute - 1, ErrExpired}, // 59 whole seconds
		{61 * time.Second, time.Minute, ErrExpired},
		{-time.Second, time.Hour, ErrFuture},
		{-time.Hour, NoMaxAge, nil},
		{0, -1, ErrExpired}, // as in Python: nothing is that young
		{-time.Hour, -time.Hour, ErrExpired},
		{1e6 * time.Hour, NoMaxAge, nil},
	} {
		value, signedAt, err := s.UnsignBytes(signed, c.maxAge, at.Add(c.later))
		if !errors.Is(err, c.want) {
			t.Errorf("after %v of %v: %v, want %v", c.later, c.maxAge, err, c.want)
		}
		if err == nil && (string(value) != "v" || !signedAt.Equal(time.Unix(1735689600, 0))) {
			t.Errorf("after %v: %q of %v", c.later, value, signedAt)
		}
	}
}

// TestClockSkew: a signature of the future passes up to ClockSkew, in whole
// seconds, and the age is bounded as ever.
func TestClockSkew(t *testing.T) {
	at := time.Unix(1735689600, 0)
	timestamped := NewTimestampSigner("secret", Salt("salt"), KeyDerivation("hmac"))
	timed := NewURLSafeTimedSerializer("secret", Salt("salt"), KeyDerivation("hmac"))
	signed := timestamped.AppendSign(nil, []byte("dg"), at)
	for _, c := range []struct {
		skew, ahead time.Duration
		want        error
	}{
		{0, 0, nil},
		{0, time.Second, ErrFuture},
		{5 * time.Second, 5 * time.Second, nil},
		{5*time.Second + 999*time.Millisecond, 6 * time.Second, ErrFuture},
		{5 * time.Second, 6 * time.Second, ErrFuture},
		{5 * time.Second, -time.Hour, nil},
		{5 * time.Second, -time.Hour - time.Second, ErrExpired},
	} {
		timestamped.ClockSkew, timed.ClockSkew = c.skew, c.skew
		if _, _, err := timestamped.UnsignBytes(signed, time.Hour, at.Add(-c.ahead)); !errors.Is(err, c.want) {
			t.Errorf("signer: skew %v, ahead %v: %v, want %v", c.skew, c.ahead, err, c.want)
		}
		if _, _, err := timed.AppendLoads(nil, signed, time.Hour, at.Add(-c.ahead)); !errors.Is(err, c.want) {
			t.Errorf("serializer: skew %v, ahead %v: %v, want %v", c.skew, c.ahead, err, c.want)
		}
	}
}

func TestTimestampBounds(t *testing.T) {
	s := NewTimestampSigner("secret", Salt("salt"), KeyDerivation("hmac"))
	for _, c := range []struct{ in, want int64 }{{-5, 0}, {0, 0}, {255, 255}, {maxTimestamp, maxTimestamp}} {
		signed := s.AppendSign(nil, []byte("v"), time.Unix(c.in, 0))
		if _, at, err := s.UnsignBytes(signed, NoMaxAge, time.Time{}); err != nil || at.Unix() != c.want {
			t.Errorf("%d: %d, %v", c.in, at.Unix(), err)
		}
	}
	late := s.AppendSign(nil, []byte("v"), time.Unix(maxTimestamp+1, 0))
	if _, _, err := s.UnsignBytes(late, NoMaxAge, time.Time{}); err != ErrMalformed {
		t.Errorf("the year 10000: %v", err)
	}
}

func TestConcurrentUse(t *testing.T) {
	s := NewURLSafeTimedSerializer("secret", Salt("salt"), KeyDerivation("hmac"), Keys("old"))
	now := time.Unix(1735689600, 0)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			payload := []byte(strings.Repeat(fmt.Sprintf("payload %d ", i), 1+i*8))
			for range 200 {
				got, _, err := s.AppendLoads(nil, s.AppendDumps(nil, payload, now), time.Hour, now)
				if err != nil || string(got) != string(payload) {
					t.Errorf("%q became %q, %v", payload, got, err)
					return
				}
			}
		})
	}
	wg.Wait()
}
