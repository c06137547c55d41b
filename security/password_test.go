package security

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cantil-go/cantil/internal/testkit/flask"
)

// TestBounds: what a table holds can neither stall nor crash the program.
func TestBounds(t *testing.T) {
	start := time.Now()
	digest := strings.Repeat("0", 128)
	for _, text := range []string{
		"scrypt:262144:8:1", "scrypt:2147483648:8:1", "scrypt:9223372036854775807:8:1", "scrypt:4:4611686018427387904:4",
		"scrypt:1024:1073741824:1", "scrypt:16:1:1073741823", "scrypt:131072:8:9", "scrypt:2:1:4194305", "scrypt:0:8:1", "scrypt:1024:0:1", "scrypt:1024:8:0",
		"scrypt:1:8:1", "scrypt:3:8:1", "scrypt:-2:8:1", "scrypt:1024:8", "scrypt:", "scrypt:::", "scrypt:1024:8:1:1", "scrypt:1e3:8:1",
		"pbkdf2:sha256:10000001", "pbkdf2:sha256:99999999999999999999", "pbkdf2:sha256:0", "pbkdf2:sha256:-1", "pbkdf2:sha256:",
		"pbkdf2::1", "pbkdf2:", "pbkdf2:sha256:1:1", "", ":", "plain", "sha1", "md5",
	} {
		for _, hash := range []string{text, text + "$", text + "$salt$" + digest, text + "$$", text + "$salt$" + digest + "$"} {
			if CheckPasswordHash(hash, "") || !NeedsRehash(hash) {
				t.Errorf("%q was taken", hash)
			}
		}
		if _, err := generate("", Method(text)); err == nil {
			t.Errorf("%q: made a hash", text)
		}
	}
	if spent := time.Since(start); spent > 5*time.Second {
		t.Errorf("refusing took %v", spent)
	}
}

// TestLargest: what OWASP recommends for scrypt is within the bounds.
func TestLargest(t *testing.T) {
	for _, text := range []string{"scrypt:131072:8:1", "scrypt:65536:8:2", "scrypt:32768:8:32", "pbkdf2:sha256:10000000", "pbkdf2:SHA512:210000"} {
		if m, err := parseMethod(text); err != nil || m.String() != text {
			t.Errorf("%s: %v, %v", text, m, err)
		}
	}
}

func TestNeedsRehash(t *testing.T) {
	const salt, digest = "$Xy7Qk2LmN9pRs4Tv$", "00"
	for hash, want := range map[string]bool{
		"scrypt:32768:8:1" + salt + digest:      false,
		"scrypt" + salt + digest:                false,
		"scrypt:65536:8:1" + salt + digest:      false,
		"pbkdf2:SHA512:600000" + salt + digest:  false,
		"scrypt:16384:8:1" + salt + digest:      true,
		"scrypt:32768:8:1$a1B2c3D4$" + digest:   true,
		"pbkdf2:sha256:1000000" + salt + digest: false,
		"pbkdf2:sha256:600000" + salt + digest:  false,
		"pbkdf2:sha256:260000" + salt + digest:  true,
		"pbkdf2:sha1:1000000" + salt + digest:   true,
		"sha1" + salt + digest:                  true,
		"$2b$12$abc":                            true,
		"":                                      true,
	} {
		if got := NeedsRehash(hash); got != want {
			t.Errorf("%s: %v", hash, got)
		}
	}
}

func TestLegacy(t *testing.T) {
	for hash, want := range map[string]bool{
		"sha1$abcdefgh$e8b8850c11636711d5d72401f901f1a17d717336": true,
		"sha1$abcdefgX$e8b8850c11636711d5d72401f901f1a17d717336": false,
		"SHA1$abcdefgh$e8b8850c11636711d5d72401f901f1a17d717336": true,
		"md5$$5ebe2294ecd0e0f08eab7690d2a6ee69":                  true,
		"plain$$secret":                                          false,
		"nada$salt$secret":                                       false,
		"$$":                                                     false,
		"scrypt:1024:8:1$abcdefghABCDEFGH$8ff2b2ffb60227032cfc72ef844725d3d1559d24e311e9ddbf390f5dc43c2a8a2b3d51815a2e0372b9796b590b12d993c06fc5d2ad8c0bc9ba6c0b6aeb9d81be": true,
	} {
		if got := (Checker{Legacy: true}).CheckPasswordHash(hash, "secret"); got != want {
			t.Errorf("%s: %v", hash, got)
		}
		if legacy := !strings.Contains(hash, ":"); legacy && CheckPasswordHash(hash, "secret") {
			t.Errorf("%s: taken without Legacy", hash)
		}
	}
}

func TestSaltsDiffer(t *testing.T) {
	seen := map[string]bool{}
	letters := map[rune]int{}
	for range 2000 {
		salt := newSalt(16)
		if seen[salt] || len(salt) != 16 {
			t.Fatalf("salt %q", salt)
		}
		seen[salt] = true
		for _, c := range salt {
			letters[c]++
		}
	}
	for c, n := range letters { // 516 of each on the average
		if n < 350 || n > 700 {
			t.Errorf("%q is there %d times", c, n)
		}
	}
	if len(letters) != 62 {
		t.Errorf("%d characters", len(letters))
	}
}

// TestBudget: no more is used at a time than there is, one that needs all gets
// it, and all come through.
func TestBudget(t *testing.T) {
	b := newBudget(4)
	var mu sync.Mutex
	var wg sync.WaitGroup
	used, peak := 0, 0
	for i := range 60 {
		want := []int{1, 2, 4, 9}[i%4] // the last is more than there is
		wg.Go(func() {
			release := b.take(int64(want) << 20)
			mu.Lock()
			used += min(want, 4)
			peak = max(peak, used)
			mu.Unlock()
			mu.Lock()
			used -= min(want, 4)
			mu.Unlock()
			release()
		})
	}
	wg.Wait()
	if peak > 4 || len(b.used) != 0 {
		t.Errorf("%d MiB at a time, %d kept", peak, len(b.used))
	}
}

// TestPython exchanges hashes with the real Werkzeug, in both directions.
func TestPython(t *testing.T) {
	python := flask.Python(t, "werkzeug")
	passwords := []string{"segredo", "", "ação 😀", strings.Repeat("x", 200)}
	methods := []string{"pbkdf2:sha256:1000", "pbkdf2:sha512:1", "pbkdf2:sha1:10", "pbkdf2:sha3_256:10", "pbkdf2:sha512_256:10", "scrypt:1024:8:1"}
	const script = `
import sys, json
from werkzeug.security import generate_password_hash, check_password_hash
for line in sys.stdin:
    c = json.loads(line)
    try:
        made = generate_password_hash(c["password"], c["method"])
    except ValueError: # a Werkzeug before 2.3 knows no scrypt
        print("null"); continue
    print(json.dumps([made, check_password_hash(c["hash"], c["password"]), check_password_hash(c["hash"], c["password"] + "x")]))
`
	var input strings.Builder
	type asked struct{ Password, Method, Hash string }
	var all []asked
	for _, method := range methods {
		for _, password := range passwords {
			a := asked{password, method, GeneratePasswordHash(password, Method(method))}
			line, _ := json.Marshal(map[string]string{"password": a.Password, "method": a.Method, "hash": a.Hash})
			all = append(all, a)
			fmt.Fprintf(&input, "%s\n", line)
		}
	}
	cmd := exec.Command(python, "-c", script)
	cmd.Stdin = strings.NewReader(input.String())
	var complaint strings.Builder
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, complaint.String())
	}
	answers := bufio.NewScanner(strings.NewReader(string(out)))
	for _, a := range all {
		if !answers.Scan() {
			t.Fatal("Werkzeug said too little")
		}
		var made string
		var right, wrong bool
		if answers.Text() == "null" {
			continue
		}
		if err := json.Unmarshal(answers.Bytes(), &[]any{&made, &right, &wrong}); err != nil {
			t.Fatal(err)
		}
		if !right || wrong || !CheckPasswordHash(made, a.Password) || CheckPasswordHash(made, a.Password+"x") {
			t.Errorf("%+v: Werkzeug made %s and says %v, %v", a, made, right, wrong)
		}
	}
}

// FuzzCheckPasswordHash feeds what a table may hold.
func FuzzCheckPasswordHash(f *testing.F) {
	for _, hash := range []string{"scrypt:16:1:1$salt$00", "pbkdf2:sha256:10$salt$00", "pbkdf2$$", "sha1$a$b", "scrypt:2:99999:9$a$b", "$$$"} {
		f.Add(hash, "segredo")
	}
	f.Fuzz(func(t *testing.T, hash, password string) {
		if text, _, _, _ := split(hash); len(text) > len("pbkdf2:sha256:1000") || text == "scrypt" || text == "pbkdf2" {
			return // nothing that takes long is asked here
		}
		NeedsRehash(hash)
		if CheckPasswordHash(hash, password) && CheckPasswordHash(hash, password+"x") {
			t.Errorf("%q is of two passwords", hash)
		}
	})
}

// TestPythonChecks: what OpenSSL refuses, with the memory that Werkzeug allows, is
// not made: the answer of Flask to its owner would be a 500.
func TestPythonChecks(t *testing.T) {
	for method, want := range map[string]error{
		"scrypt:65536:1:1": errPython, "scrypt:16:8:1": errPython, "scrypt:64:8:1": errPython,
		"scrypt:128:8:1": nil, "scrypt:32768:1:1": nil, "scrypt:16:8:2": nil, "pbkdf2:sha256:1": nil,
		"pbkdf2:blake2b:10": errHash, "pbkdf2:sha256:0": errParameters, "bcrypt": errMethod,
	} {
		func() {
			defer func() {
				err, _ := recover().(error)
				if !errors.Is(err, want) {
					t.Errorf("%s: %v, want %v", method, err, want)
				}
			}()
			GeneratePasswordHash("secret", Method(method))
		}()
	}
}
