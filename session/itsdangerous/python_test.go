package itsdangerous_test

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/json"
	"fmt"
	"hash"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil/internal/testkit/flask"
	"github.com/cantil-go/cantil/session/itsdangerous"
)

// pythonSide reads one case a line and answers with its own token, and with
// what it reads in Go's.
const pythonSide = `
import sys, json, hashlib, itsdangerous
for line in sys.stdin:
    c = json.loads(line)
    s = getattr(itsdangerous, c["class"])(c["keys"], salt=c["salt"], signer_kwargs={
        "key_derivation": c["derivation"], "digest_method": getattr(hashlib, c["digest"])})
    print(json.dumps({"token": s.dumps(c["value"]), "read": s.loads(c["token"])}))
`

type pythonCase struct {
	Class      string   `json:"class"`
	Keys       []string `json:"keys"`
	Salt       string   `json:"salt"`
	Derivation string   `json:"derivation"`
	Digest     string   `json:"digest"`
	Value      any      `json:"value"`
	Token      string   `json:"token"`

	loads func(token string, v any) error
}

// pythonValues are written by encoding/json below as by the serializers.
var pythonValues = []any{"maria@example.com", []any{1.5, "josé", nil, true}, strings.Repeat("ação ", 100),
	map[string]any{"user_id": 7.25, "\u2028<&>\"": "\x00\x7f😀"}}

// pythonCases returns a token of each class for a value.
func pythonCases(t *testing.T, c pythonCase, digest func() hash.Hash) []pythonCase {
	last := len(c.Keys) - 1
	options := []itsdangerous.Option{itsdangerous.Keys(c.Keys[:last]...), itsdangerous.Salt(c.Salt),
		itsdangerous.KeyDerivation(c.Derivation), itsdangerous.Digest(digest)}
	plain := itsdangerous.NewSerializer(c.Keys[last], options...)
	urlSafe := itsdangerous.NewURLSafeSerializer(c.Keys[last], options...)
	timed := itsdangerous.NewTimedSerializer(c.Keys[last], options...)
	urlSafeTimed := itsdangerous.NewURLSafeTimedSerializer(c.Keys[last], options...)
	minute := func(loads func(string, any, ...time.Duration) error) func(string, any) error {
		return func(token string, v any) error { return loads(token, v, time.Minute) }
	}
	var cases []pythonCase
	for _, s := range []struct {
		class string
		dumps func(any) (string, error)
		loads func(string, any) error
	}{
		{"Serializer", plain.Dumps, plain.Loads},
		{"URLSafeSerializer", urlSafe.Dumps, urlSafe.Loads},
		{"TimedSerializer", timed.Dumps, minute(timed.Loads)},
		{"URLSafeTimedSerializer", urlSafeTimed.Dumps, minute(urlSafeTimed.Loads)},
	} {
		var err error
		if c.Token, err = s.dumps(c.Value); err != nil {
			t.Fatal(err)
		}
		c.Class, c.loads = s.class, s.loads
		cases = append(cases, c)
	}
	return cases
}

// TestPythonReadsAndWrites exchanges tokens with the real ItsDangerous, in both
// directions, for every class, derivation and digest.
func TestPythonReadsAndWrites(t *testing.T) {
	python := flask.Python(t, "itsdangerous")
	digests := map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha512": sha512.New}
	var cases []pythonCase
	var input bytes.Buffer
	for _, derivation := range []string{"django-concat", "concat", "hmac", "none"} {
		for digest, newHash := range digests {
			for i, value := range pythonValues {
				c := pythonCase{Keys: []string{"old", "chave"}, Salt: fmt.Sprint("salt ", i), Derivation: derivation, Digest: digest, Value: value}
				cases = append(cases, pythonCases(t, c, newHash)...)
			}
		}
	}
	for _, c := range cases {
		if err := json.NewEncoder(&input).Encode(c); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(python, "-c", pythonSide)
	cmd.Stdin = &input
	var complaint strings.Builder
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, complaint.String())
	}
	answers := json.NewDecoder(bytes.NewReader(out))
	for _, c := range cases {
		c.compare(t, answers)
	}
}

// compare checks Python's token, and what it read in Go's.
func (c pythonCase) compare(t *testing.T, answers *json.Decoder) {
	var answer struct {
		Token string
		Read  any
	}
	if err := answers.Decode(&answer); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(answer.Read, c.Value) {
		t.Errorf("%+v: Python read %#v", c, answer.Read)
	}
	var got any
	if err := c.loads(answer.Token, &got); err != nil || !reflect.DeepEqual(got, c.Value) {
		t.Errorf("%+v: read %#v in Python's %s, %v", c, got, answer.Token, err)
	}
	if untimed := !strings.Contains(c.Class, "Timed"); untimed && answer.Token[0] != '.' && answer.Token != c.Token {
		t.Errorf("%+v: Python wrote %s", c, answer.Token)
	}
}
