package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cantil-go/cantil/internal/testkit/flask"
)

// TestDoctor: halves that agree, each setting that may differ, planted alone, and
// no key in what is printed.
func TestDoctor(t *testing.T) {
	python := flask.Python(t, "flask")
	folder := module(t, map[string]string{
		"main.go": `package main

import (
	"os"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
	"github.com/cantil-go/cantil/session/storetest"
)

func main() {
	app := cantil.New()
	app.SessionSerializer = codec.TaggedJSON
	app.LoadEnv("GO")
	switch os.Getenv("SESSIONS") {
	case "msgpack":
		app.SessionSerializer = codec.Msgpack
	case "encrypted":
		app.SessionInterface = session.EncryptedCookie{}
	case "overflow":
		app.SessionInterface = session.NewOverflow(session.NewServerSide(storetest.NewMemory()))
	case "rows":
		app.SessionInterface = session.NewServerSide(storetest.NewMemory())
	case "other rows":
		app.SessionInterface = session.NewServerSide(storetest.NewMemory(),
			session.RowSerializer(codec.TaggedJSON), session.KeyPrefix("go:"), session.SignIDs())
	}
	app.Run("localhost:0")
}
`,
		"site/app.py": `print("hello from the import")
from flask import Flask
app = Flask(__name__)
app.config.from_prefixed_env()
`,
		// Of the module that doctor tells Flask-Session by, which no Debian package has.
		"flask_session/__init__.py": "from flask.sessions import SessionInterface\nclass RedisSessionInterface(SessionInterface): pass\n",
		"rows.py": `from flask import Flask
from flask_session import RedisSessionInterface
app = Flask(__name__)
app.config.from_prefixed_env()
app.session_interface = RedisSessionInterface()
`,
		"ends.py": "import sys\nsys.exit()\n",
		"factory.py": `from flask import Flask
def create_app():
    app = Flask(__name__)
    app.config.from_prefixed_env()
    return app
`,
	})
	const key = "the secret of both halves"
	both := []string{"FLASK_SECRET_KEY=" + key, "GO_SECRET_KEY=" + key}
	for _, test := range []struct {
		name, flask string
		env         []string
		differs     string
	}{
		{"alike", "site/app.py", nil, ""},
		{"a factory", "factory:create_app", nil, ""},
		{"found by its name", "factory.py", nil, ""},
		{"a name that numbers", "site/app.py:app", []string{"FLASK_SESSION_COOKIE_SAMESITE=Lax", "GO_SESSION_COOKIE_SAMESITE=Lax"}, ""},
		{"key", "site/app.py", []string{"GO_SECRET_KEY=another"}, "SECRET_KEY"},
		{"no key", "site/app.py", []string{"FLASK_SECRET_KEY="}, "SECRET_KEY"},
		{"cookie name", "site/app.py", []string{"FLASK_SESSION_COOKIE_NAME=sid"}, "SESSION_COOKIE_NAME"},
		{"domain", "site/app.py", []string{"GO_SESSION_COOKIE_DOMAIN=example.com"}, "SESSION_COOKIE_DOMAIN"},
		{"path", "site/app.py", []string{"FLASK_SESSION_COOKIE_PATH=/a"}, "SESSION_COOKIE_PATH"},
		{"httponly", "site/app.py", []string{"GO_SESSION_COOKIE_HTTPONLY=false"}, "SESSION_COOKIE_HTTPONLY"},
		{"secure", "site/app.py", []string{"FLASK_SESSION_COOKIE_SECURE=true"}, "SESSION_COOKIE_SECURE"},
		{"samesite", "site/app.py", []string{"FLASK_SESSION_COOKIE_SAMESITE=Strict", "GO_SESSION_COOKIE_SAMESITE=Lax"}, "SESSION_COOKIE_SAMESITE"},
		{"lifetime", "site/app.py", []string{"FLASK_PERMANENT_SESSION_LIFETIME=3600"}, "PERMANENT_SESSION_LIFETIME"},
		{"refresh", "site/app.py", []string{"GO_SESSION_REFRESH_EACH_REQUEST=false"}, "SESSION_REFRESH_EACH_REQUEST"},
		{"serializer", "site/app.py", []string{"SESSIONS=msgpack"}, "serializer"},
		{"encrypted", "site/app.py", []string{"SESSIONS=encrypted"}, "session interface"},
		{"overflow", "site/app.py", []string{"SESSIONS=overflow"}, "session interface"},
		{"rows", "site/app.py", []string{"SESSIONS=rows"}, "session interface serializer"},
		{"both rows", "rows.py", []string{"SESSIONS=rows"}, ""},
		{"other rows", "rows.py", []string{"SESSIONS=other rows"}, "serializer SESSION_KEY_PREFIX SESSION_USE_SIGNER"},
		{"rows set alike", "rows.py", []string{"SESSIONS=other rows", "FLASK_SESSION_SERIALIZATION_FORMAT=json", "FLASK_SESSION_KEY_PREFIX=go:", "FLASK_SESSION_USE_SIGNER=true"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := append(append([]string{}, both...), test.env...)
			r := cantilIn(t, folder, env, "doctor", "--json", "--python", python, "--flask", filepath.FromSlash(test.flask))
			var findings []struct {
				Setting, Note string
				Agrees        bool
			}
			if err := json.Unmarshal([]byte(r.out), &findings); err != nil {
				t.Fatalf("%d: %v\n%s%s", r.status, err, r.out, r.err)
			}
			var differ []string
			for _, f := range findings {
				if !f.Agrees {
					differ = append(differ, f.Setting)
				}
			}
			if got := strings.Join(differ, " "); got != test.differs || (r.status == 0) != (got == "") {
				t.Errorf("status %d, %q differ, want %q\n%s", r.status, got, test.differs, r.err)
			}
			if strings.Contains(r.out+r.err, key) {
				t.Errorf("the key is printed:\n%s%s", r.out, r.err)
			}
		})
	}
	r := cantilIn(t, folder, append([]string{"FLASK_SESSION_COOKIE_NAME=sid"}, both...), "doctor", "--python", python, "--flask", "site/app.py")
	for _, want := range []string{"≠ SESSION_COOKIE_NAME", "sid", "each half has a login of its own", "1 of 12 settings differ"} {
		if r.status != 1 || !strings.Contains(r.out, want) || strings.Contains(r.out, "\x1b") {
			t.Errorf("%q is not in (%d)\n%s", want, r.status, r.out)
		}
	}
	for _, test := range []struct {
		flask, want string
		status      int
	}{
		{"", "--flask is missing", 2}, {"nowhere.py", "nowhere", 1}, {"site/app.py:other", "no Flask application of the name other", 1},
		{"ends.py", "ended before it could be asked", 1},
	} {
		if r := cantilIn(t, folder, both, "doctor", "--python", python, "--flask", test.flask); r.status != test.status || !strings.Contains(r.err, test.want) || strings.Contains(r.err, "%!") {
			t.Errorf("--flask %s: %d %s", test.flask, r.status, r.err)
		}
	}
}
