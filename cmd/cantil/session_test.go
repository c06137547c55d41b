package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/redis/go-redis/v9"

	"github.com/cantil-go/cantil/internal/testkit/servers"
	"github.com/cantil-go/cantil/session/redisstore"
	"github.com/cantil-go/cantil/session/sqlstore"
)

const (
	key       = "dev"
	otherKey  = "another key that is long enough"
	sessionOf = `{"b": "é", "lista": [1, {" t": ["a"]}], "quando": {" d": "Thu, 26 Nov 2026 08:00:00 GMT"}}`
)

func env(name, value string) []string { return []string{name + "=" + value} }

// sign makes a cookie and fails if that cannot be.
func sign(t *testing.T, text string, args ...string) string {
	t.Helper()
	r := cantil(t, env("FLASK_SECRET_KEY", key), text, append([]string{"session", "sign"}, args...)...)
	if r.status != 0 {
		t.Fatalf("sign: %d %s", r.status, r.err)
	}
	return strings.TrimSpace(r.out)
}

func TestSessionDecode(t *testing.T) {
	big := `{"texto": "` + strings.Repeat("abc", 200) + `"}`
	for _, test := range []struct {
		name, text string
		args       []string
		want       []string
	}{
		{"json", sessionOf, nil, []string{"kind:       signed", "codec:      json", "compressed: no"}},
		{"msgpack", `{"a": 1}`, []string{"--codec", "msgpack"}, []string{"codec:      msgpack", `"a": 1`, "compressed: no, 4 bytes"}},
		{"compressed", big, nil, []string{"compressed: yes, from 612 bytes", "abcabc"}},
		{"encrypted", `{"a": 1}`, []string{"--encrypt"}, []string{"kind:       encrypted", `"a": 1`, "codec:      json"}},
		{"encrypted msgpack", `{"a": 1}`, []string{"--encrypt", "--codec", "msgpack"}, []string{"codec:      msgpack"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			value := sign(t, test.text, test.args...)
			r := cantil(t, env("FLASK_SECRET_KEY", key), "", "session", "decode", "Set-Cookie: session="+value+"; HttpOnly; Path=/")
			for _, want := range append(test.want, "signed:     20", "of 4093 bytes") {
				if r.status != 0 || !strings.Contains(r.out, want) {
					t.Errorf("%d: the output lacks %q:\n%s%s", r.status, want, r.out, r.err)
				}
			}
			if size := "size:       " + itoa(len("session=")+len(value)); !strings.Contains(r.out, size) {
				t.Errorf("the output lacks %q:\n%s", size, r.out)
			}
			var info struct{ Payload json.RawMessage }
			r = cantil(t, env("FLASK_SECRET_KEY", key), value, "session", "decode", "--json")
			if err := json.Unmarshal([]byte(r.out), &info); err != nil || !sameJSON(t, string(info.Payload), test.text) {
				t.Errorf("--json: %v\n%s\nwant the payload %s", err, r.out, test.text)
			}
		})
	}
}

func itoa(n int) string { text, _ := json.Marshal(n); return string(text) }

// sameJSON compares two texts by value.
func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	canonical := func(text string) string {
		var v any
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		out, _ := json.Marshal(v)
		return string(out)
	}
	return canonical(a) == canonical(b)
}

// What Python made with the key "dev" at 2025-11-26T08:00:00Z: Flask's session of
// {"user": "Maria", "t": (1, 2)}, and
// URLSafeTimedSerializer("dev", salt="email-confirm").dumps("maria@example.com").
const (
	flaskCookie = "eyJ1c2VyIjoiTWFyaWEiLCJ0Ijp7IiB0IjpbMSwyXX19.aSazgA.zttWKI811PguTLOF6DumKXwEmzQ"
	pythonToken = "Im1hcmlhQGV4YW1wbGUuY29tIg.aSazgA.BLndm3ThWIuyM1mF8P4Xabdla0o"
)

func TestPythons(t *testing.T) {
	keys := env("FLASK_SECRET_KEY", key)
	r := cantil(t, keys, flaskCookie, "session", "verify", "--lifetime", "876000h")
	for _, want := range []string{"valid: signed by", `"user": "Maria"`, `" t": [`, "signed:     2025-11-26T08:00:00Z", "codec:      json"} {
		if r.status != 0 || !strings.Contains(r.out, want) {
			t.Errorf("%d: the output lacks %q:\n%s%s", r.status, want, r.out, r.err)
		}
	}
	// {"j": float("inf")}, which Flask signs and JSON lacks.
	r = cantil(t, keys, "eyJqIjpJbmZpbml0eX0.awkIKA.b_OVG6J4BeqBaWJ2zBnESPdaHuA", "session", "decode")
	if r.status != 0 || !strings.Contains(r.out, `{\"j\":Infinity}`) || !strings.Contains(r.out, "which JSON lacks") {
		t.Errorf("Infinity: %d %s%s", r.status, r.out, r.err)
	}
	r = cantil(t, keys, pythonToken, "token", "verify", "--salt", "email-confirm")
	if r.status != 0 || !strings.Contains(r.out, `"maria@example.com"`) || !strings.Contains(r.out, "2025-11-26T08:00:00Z") {
		t.Errorf("%d %s%s", r.status, r.out, r.err)
	}
	if r := cantil(t, keys, pythonToken, "token", "verify", "--salt", "email-confirm", "--max-age", "1h"); r.status != 1 || !strings.Contains(r.out, "expired") {
		t.Errorf("an old token: %d %s", r.status, r.out)
	}
}

func TestSessionVerify(t *testing.T) {
	good := sign(t, `{"a": 1}`)
	changed := "f" + good[1:]
	cut := good[:len(good)-3]
	token := strings.TrimSpace(cantil(t, env("FLASK_SECRET_KEY", key), `{"a": 1}`, "token", "sign").out)
	for _, test := range []struct {
		name, cookie, key string
		args              []string
		status            int
		want              string
	}{
		{"good", good, key, nil, 0, "valid: signed by FLASK_SECRET_KEY ("},
		{"another key", good, otherKey, nil, 1, "none of FLASK_SECRET_KEY ("},
		{"changed", changed, key, nil, 1, "another key did, or it was changed"},
		{"cut", cut, key, nil, 1, "the signature has 24 characters"},
		{"line end in the key", good, "'" + key + "'", nil, 1, "in the spaces, line end or quotes around it alone"},
		{"a token", token, key, nil, 1, `with the salt "itsdangerous" and the key derivation "django-concat"`},
		{"expired", good, key, []string{"--lifetime", "-1s"}, 1, "expired: it was signed"},
		{"an id", "x7PZ0yFz0Wq1cA2m0p3bGd9vN4kJ8sLhTgYwUoRiEzQ", key, nil, 1, "the id of a session in a store"},
		{"a header", "Cookie: a=b; session=" + good + "; c=d", key, nil, 0, "valid: signed by"},
		{"a header without it", "Cookie: a=b; loja=" + good, key, nil, 1, `no cookie "session" here, only "a", "loja": --name`},
		{"another answer's", "Set-Cookie: loja=" + good + "; Path=/", key, nil, 1, `only "loja": --name`},
		{"its name", "Set-Cookie: loja=" + good + "; Path=/", key, []string{"--name", "loja"}, 0, "valid: signed by"},
		{"an empty variable", "", key, []string{""}, 2, "nothing is given"},
		{"a sentence", "no cookie at all", key, nil, 1, "neither payload.time.signature, nor"},
		{"long", strings.Repeat("a", 300), key, nil, 1, "neither payload.time.signature, nor"},
		{"too long", strings.Repeat("a", 1<<20+1), key, nil, 1, "more than 1048576 bytes"},
		{"nonsense", "a.b.c", key, nil, 1, "the signature has 1 characters"},
		{"no key", good, "", nil, 1, "no secret key: set FLASK_SECRET_KEY"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := cantil(t, env("FLASK_SECRET_KEY", test.key), test.cookie, append([]string{"session", "verify"}, test.args...)...)
			if r.status != test.status || !strings.Contains(r.out+r.err, test.want) {
				t.Errorf("%d, want %d and %q:\n%s%s", r.status, test.status, test.want, r.out, r.err)
			}
			if strings.Contains(r.out+r.err, otherKey) {
				t.Error("the output shows a key")
			}
		})
	}
}

func TestSessionKeys(t *testing.T) {
	good := sign(t, `{"a": 1}`)
	folder := t.TempDir()
	write(t, folder, "notepad", "\ufeff"+key+"\r\n")
	write(t, folder, "keys", otherKey+"\r\n\n"+key+"\n")
	for _, test := range []struct {
		name string
		env  []string
		args []string
		want string
	}{
		{"a fallback", []string{"FLASK_SECRET_KEY=" + otherKey, `FLASK_SECRET_KEY_FALLBACKS=["old", "dev"]`}, nil, "FLASK_SECRET_KEY_FALLBACKS[1]"},
		{"another prefix", env("LOJA_SECRET_KEY", key), []string{"--env", "LOJA"}, "LOJA_SECRET_KEY ("},
		{"no prefix", env("SECRET_KEY", key), []string{"--env", ""}, "signed by SECRET_KEY ("},
		{"a file of Windows", nil, []string{"--key-file", filepath.Join(folder, "notepad")}, "notepad:1 ("},
		{"a file", nil, []string{"--key-file", filepath.Join(folder, "keys")}, "keys:3 ("},
	} {
		r := cantil(t, test.env, good, append([]string{"session", "verify"}, test.args...)...)
		if r.status != 0 || !strings.Contains(r.out, test.want) {
			t.Errorf("%s: %d, want %q:\n%s%s", test.name, r.status, test.want, r.out, r.err)
		}
	}
}

// TestSessionConvert: every form into every other; the time of signing stays.
func TestSessionConvert(t *testing.T) {
	forms := [][]string{{"--codec", "json"}, {"--codec", "msgpack"}, {"--codec", "json", "--encrypt"}, {"--codec", "msgpack", "--encrypt"}}
	signed := regexp.MustCompile(`(?m)^signed: +(\S+),`)
	for _, from := range forms {
		value := sign(t, `{"a": 1, "nome": "José"}`, from...)
		before := signed.FindStringSubmatch(cantil(t, env("FLASK_SECRET_KEY", key), value, "session", "decode").out)
		for _, to := range forms {
			r := cantil(t, []string{"FLASK_SECRET_KEY=" + otherKey, "FLASK_SECRET_KEY_FALLBACKS=" + key}, value, append([]string{"session", "convert"}, to...)...)
			read := cantil(t, env("FLASK_SECRET_KEY", otherKey), r.out, "session", "verify")
			after := signed.FindStringSubmatch(read.out)
			if r.status != 0 || read.status != 0 || !strings.Contains(read.out, `"nome": "José"`) || before == nil || after == nil || before[1] != after[1] {
				t.Errorf("%v to %v: %s%s\n%s %q %q", from, to, r.out, r.err, read.out, before, after)
			}
		}
	}
	if r := cantil(t, env("FLASK_SECRET_KEY", otherKey), sign(t, `{"a": 1}`), "session", "convert"); r.status != 1 || r.out != "" {
		t.Errorf("a cookie that nobody signed: %d %s", r.status, r.out)
	}
}

func TestSessionSignRefuses(t *testing.T) {
	for text, want := range map[string]string{`[1]`: "not a JSON object", `{"a":`: "not a JSON object", ``: "nothing is given"} {
		if r := cantil(t, env("FLASK_SECRET_KEY", key), text, "session", "sign"); r.status == 0 || !strings.Contains(r.err, want) {
			t.Errorf("%q: %d %s", text, r.status, r.err)
		}
	}
	random := strings.Repeat("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", 80)
	if r := cantil(t, env("FLASK_SECRET_KEY", key), `{"a": "`+random+`"}`, "session", "sign", "--encrypt"); r.status != 0 || !strings.Contains(r.err, "browsers drop") {
		t.Errorf("a large cookie: %d %s", r.status, r.err)
	}
}

func TestTokens(t *testing.T) {
	keys := env("FLASK_SECRET_KEY", key)
	for _, form := range [][]string{nil, {"--no-time"}, {"--plain"}, {"--no-time", "--plain"}, {"--salt", "s", "--derivation", "hmac", "--digest", "sha512"}, {"--csrf"}} {
		token := strings.TrimSpace(cantil(t, keys, `{"id": 7, "nome": "é"}`, append([]string{"token", "sign"}, form...)...).out)
		r := cantil(t, keys, token, append([]string{"token", "verify"}, form...)...)
		if r.status != 0 || !strings.Contains(r.out, `"id": 7`) || !strings.Contains(r.out, "valid: signed by") {
			t.Errorf("%v: verify: %d %s%s", form, r.status, r.out, r.err)
		}
		if r := cantil(t, nil, token, append([]string{"token", "decode"}, form...)...); r.status != 0 || !strings.Contains(r.out, `"id": 7`) {
			t.Errorf("%v: decode: %d %s%s", form, r.status, r.out, r.err)
		}
		if r := cantil(t, env("FLASK_SECRET_KEY", otherKey), token, append([]string{"token", "verify"}, form...)...); r.status != 1 || !strings.Contains(r.out, "refused: none of") {
			t.Errorf("%v: another key: %d %s%s", form, r.status, r.out, r.err)
		}
	}
	token := cantil(t, keys, `1`, "token", "sign", "--derivation", "hmac").out
	if r := cantil(t, keys, token, "token", "verify"); r.status != 1 || !strings.Contains(r.out, "--derivation hmac") {
		t.Errorf("another derivation: %d %s", r.status, r.out)
	}
	if r := cantil(t, keys, "text without quotes", "token", "sign"); r.status != 1 || !strings.Contains(r.err, "not JSON") {
		t.Errorf("no JSON: %d %s", r.status, r.err)
	}
}

// TestCSRFToken: a token belongs to one session.
func TestCSRFToken(t *testing.T) {
	keys := env("FLASK_SECRET_KEY", key)
	token := strings.TrimSpace(cantil(t, keys, `"0123abc"`, "token", "sign", "--csrf").out)
	for text, status := range map[string]int{`{"csrf_token": "0123abc"}`: 0, `{"csrf_token": "other"}`: 1, `{"a": 1}`: 1} {
		if r := cantil(t, keys, token, "token", "verify", "--csrf", "--session", sign(t, text)); r.status != status {
			t.Errorf("%s: %d, want %d: %s%s", text, r.status, status, r.out, r.err)
		}
	}
}

const rowID = "session:x7PZ0yFz0Wq1cA2m0p3bGd9vN4kJ8sLhTgYwUoRiEzQ"

func TestRowsRedis(t *testing.T) {
	address := servers.Redis(t).Addr
	client := redis.NewClient(&redis.Options{Addr: address})
	t.Cleanup(func() { client.Close() })
	ctx := context.Background()
	if err := redisstore.New(client).Set(ctx, rowID, []byte("\x81\xa1n\x07"), time.Hour); err != nil {
		t.Fatal(err)
	}
	for key, value := range map[string]string{"session:json": `{"a": "é"}`, "other:x": "1", "session:old": "\x80\x04}\x94."} {
		if err := client.Set(ctx, key, value, 0).Err(); err != nil {
			t.Fatal(err)
		}
	}
	client.LPush(ctx, "session:list", 1)
	checkRows(t, "redis://"+address, []string{"session:x7PZ0y…  expires 2", `{"n":7}`, "4 bytes of msgpack", "no expiry", `"a":"é"`, "pickled"})
}

func TestRowsSQLite(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sessions.db")
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	fill(t, db, sqlstore.SQLite)
	checkRows(t, file, []string{"session:x7PZ0y…  expires 2", `{"n":7}`})
	if r := cantil(t, nil, "", "session", "rows", file+"-missing"); r.status != 1 || !strings.Contains(r.err, "no such file") {
		t.Errorf("a file that is not there: %d %s", r.status, r.err)
	}
}

func TestRowsPostgres(t *testing.T) {
	url := servers.Postgres(t)
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	fill(t, db, sqlstore.PostgreSQL)
	checkRows(t, url, []string{"session:x7PZ0y…  expires 2", `{"n":7}`})
}

func TestRowsMySQL(t *testing.T) {
	source := servers.MariaDB(t)
	db, err := sql.Open("mysql", source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	fill(t, db, sqlstore.MySQL)
	config, err := mysql.ParseDSN(source)
	if err != nil {
		t.Fatal(err)
	}
	checkRows(t, "mysql://"+config.User+"@"+config.Addr+"/"+config.DBName, []string{"session:x7PZ0y…  expires 2", `{"n":7}`})
}

func fill(t *testing.T, db *sql.DB, dialect sqlstore.Dialect) {
	t.Helper()
	store := sqlstore.New(db, dialect)
	ctx := context.Background()
	if err := store.CreateTable(ctx); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{rowID, "other:x"} {
		if err := store.Set(ctx, key, []byte("\x81\xa1n\x07"), time.Hour); err != nil {
			t.Fatal(err)
		}
	}
}

func checkRows(t *testing.T, address string, want []string) {
	t.Helper()
	r := cantil(t, nil, "", "session", "rows", address)
	for _, text := range want {
		if r.status != 0 || !strings.Contains(r.out, text) {
			t.Errorf("%d: the output lacks %q:\n%s%s", r.status, text, r.out, r.err)
		}
	}
	if strings.Contains(r.out, "other:") || strings.Contains(r.out, "list") || strings.Contains(r.out, rowID) {
		t.Errorf("the output has what is no session, or a whole id:\n%s", r.out)
	}
	r = cantil(t, nil, "", "session", "rows", address, "--json", "--show-ids", "--limit", "100")
	if !strings.Contains(r.out, `"key":"`+rowID+`"`) {
		t.Errorf("--show-ids:\n%s", r.out)
	}
	for line := range strings.Lines(r.out) {
		if !json.Valid([]byte(line)) {
			t.Errorf("--json: %s", line)
		}
	}
	if r = cantil(t, nil, "", "session", "rows", address, "--limit", "0"); r.out != "" || !strings.Contains(r.err, "more than 0 rows") {
		t.Errorf("--limit: %s%s", r.out, r.err)
	}
}
