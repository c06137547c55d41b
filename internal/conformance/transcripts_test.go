package conformance

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/internal/testkit/vectors"
	"github.com/cantil-go/cantil/session/codec"
)

// A transcript is a conversation that somebody had with a Flask program.
type transcript struct {
	ID, Category, App string
	Config            map[string]json.RawMessage
	JSONProvider      map[string]bool `json:"json_provider"`
	Serializer        string          `json:"session_serializer"`
	Steps             []step
}

// A step is one request and what Flask answered.
type step struct {
	Now        int64
	Request    request
	Response   response
	Exception  *vectors.Failure
	Session    *vectors.Value
	Compressed bool   `json:"session_compressed"`
	Level      string // "free": any answer will do
	Random     *drawing
}

type request struct {
	Method, Scheme, Target string
	RemoteAddr             string `json:"remote_addr"`
	Headers                [][2]string
	Body                   body
}

type response struct {
	Status  int
	Headers [][2]string
	Body    body
}

// A body is null, {"text"}, {"hex"} or {"repeat": [character, n]}.
type body []byte

func (b *body) UnmarshalJSON(raw []byte) error {
	var form struct {
		Text, Hex string
		Repeat    *[2]json.RawMessage
	}
	err := json.Unmarshal(raw, &form)
	data, bad := hex.DecodeString(form.Hex)
	*b = append([]byte(form.Text), data...)
	if err == nil && form.Repeat != nil {
		var char string
		var n int
		if err = json.Unmarshal(form.Repeat[0], &char); err == nil {
			err = json.Unmarshal(form.Repeat[1], &n)
		}
		*b = []byte(strings.Repeat(char, n))
	}
	if err == nil {
		err = bad
	}
	return err
}

func TestTranscripts(t *testing.T) {
	runTranscripts(t, filepath.Join(vectors.Dir(t), "http-transcripts.json"))
}

// TestMoreTranscripts runs conversations that this project recorded with the same programs in the real Flask.
func TestMoreTranscripts(t *testing.T) {
	runTranscripts(t, filepath.Join("..", "..", "testdata", "http", "more-transcripts.json"))
}

// TestExtensionTranscripts runs conversations with programs that use Flask-Login, Flask-WTF and Werkzeug's hashes.
func TestExtensionTranscripts(t *testing.T) {
	runTranscripts(t, filepath.Join(vectors.Dir(t), "extensions-transcripts.json"))
}

// TestMoreExtensionTranscripts runs conversations with them whose requests were drawn at random.
func TestMoreExtensionTranscripts(t *testing.T) {
	runTranscripts(t, filepath.Join("..", "..", "testdata", "http", "more-extensions-transcripts.json"))
}

func runTranscripts(t *testing.T, path string) {
	var file struct{ Transcripts []transcript }
	raw, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(raw, &file)
	}
	if err != nil {
		t.Fatal(err)
	}
	folder := copyFiles(t)
	report := vectors.NewReport(t, filepath.Base(path))
	counts := map[string][2]int{}
	for i := range file.Transcripts {
		tr := &file.Transcripts[i]
		count := counts[tr.Category]
		count[0]++
		report.Case(tr.ID, func() error {
			err := tr.run(folder)
			if err == nil {
				count[1]++
			}
			return err
		})
		counts[tr.Category] = count
	}
	for _, category := range sortedKeys(counts) {
		fmt.Printf("golden %s %s: %d ran, %d passed\n", filepath.Base(path), category, counts[category][0], counts[category][1])
	}
}

// copyFiles puts the programs' templates and static files into a folder, the files as old as they were for Flask.
func copyFiles(t *testing.T) string {
	source := filepath.Join(vectors.Dir(t), "apps")
	if _, err := os.Stat(source); err != nil { // transcripts without the programs' files: ours are the same
		source = filepath.Join("..", "..", "testdata", "golden", "apps")
	}
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS(source)); err != nil {
		t.Fatal(err)
	}
	age := time.Unix(1700000000, 0)
	err := filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chtimes(path, age, age)
	})
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// run has a fresh application hold the conversation.
func (tr *transcript) run(folder string) error {
	port := programs[tr.App]
	if port == nil {
		return fmt.Errorf("no port of %s", tr.App)
	}
	app := port()
	app.StaticFolder, app.TemplateFolder = filepath.Join(folder, "static"), filepath.Join(folder, "templates")
	app.Logger = slog.New(slog.DiscardHandler)
	now := time.Time{}
	app.Now = func() time.Time { return now }
	if err := tr.configure(app); err != nil {
		return err
	}
	etags := map[string]string{}
	for i := range tr.Steps {
		s := &tr.Steps[i]
		now = time.Unix(s.Now, 0)
		got, err := send(app, &s.Request, etags)
		if err != nil {
			return fmt.Errorf("step %d: %w", i, err)
		}
		if s.Level == "free" {
			continue
		}
		if err := s.undraw(app, got); err != nil {
			return fmt.Errorf("step %d: %w", i, err)
		}
		if err := s.compare(app, got, etags); err != nil {
			return fmt.Errorf("step %d: %s %s: %w", i, s.Request.Method, s.Request.Target, err)
		}
	}
	return nil
}

// configure gives the application the transcript's settings.
func (tr *transcript) configure(app *cantil.App) error {
	app.MaxContentLength = 0 // Flask has no limit of its own; Cantil has 16 MiB
	var options []codec.Option
	for name, on := range tr.JSONProvider {
		switch name {
		case "sort_keys":
			app.JSONSortKeys = on
			options = append(options, codec.SortKeys(on))
		case "ensure_ascii":
			app.JSONASCII = on
			options = append(options, codec.EnsureASCII(on))
		default:
			return fmt.Errorf("unknown JSON option %q", name)
		}
	}
	if tr.Serializer == "tagged-json" {
		app.SessionSerializer = codec.NewTaggedJSON(options...)
	}
	for _, key := range sortedKeys(tr.Config) {
		if known, err := setExtension(app, key, tr.Config[key]); known {
			if err != nil {
				return fmt.Errorf("config %s: %w", key, err)
			}
			continue
		}
		if err := setConfig(&app.Config, key, tr.Config[key]); err != nil {
			return fmt.Errorf("config %s: %w", key, err)
		}
	}
	return nil
}

// setConfig sets a field by its key in Flask's config.
func setConfig(c *cantil.Config, key string, raw json.RawMessage) error {
	fields := map[string]any{
		"SESSION_COOKIE_NAME": &c.SessionCookieName, "SESSION_COOKIE_DOMAIN": &c.SessionCookieDomain,
		"SESSION_COOKIE_PATH": &c.SessionCookiePath, "SESSION_COOKIE_HTTPONLY": &c.SessionCookieHTTPOnly,
		"SESSION_COOKIE_SECURE": &c.SessionCookieSecure, "SESSION_COOKIE_SAMESITE": &c.SessionCookieSameSite,
		"SESSION_COOKIE_PARTITIONED": &c.SessionCookiePartitioned, "SESSION_REFRESH_EACH_REQUEST": &c.SessionRefreshEachRequest,
		"MAX_CONTENT_LENGTH": &c.MaxContentLength, "MAX_FORM_MEMORY_SIZE": &c.MaxFormMemorySize, "MAX_FORM_PARTS": &c.MaxFormParts,
		"APPLICATION_ROOT": &c.ApplicationRoot, "PREFERRED_URL_SCHEME": &c.PreferredURLScheme, "SERVER_NAME": &c.ServerName,
		"TRUSTED_HOSTS": &c.TrustedHosts, "TRAP_BAD_REQUEST_ERRORS": &c.TrapBadRequestErrors,
		"TRAP_HTTP_EXCEPTIONS": &c.TrapHTTPExceptions, "TESTING": &c.Testing, "DEBUG": &c.Debug,
	}
	switch key {
	case "SECRET_KEY":
		return setSecret(&c.SecretKey, raw)
	case "SECRET_KEY_FALLBACKS":
		var keys []json.RawMessage
		err := json.Unmarshal(raw, &keys)
		c.SecretKeyFallbacks = make([]string, len(keys))
		for i := range keys {
			err = cmpOr(err, setSecret(&c.SecretKeyFallbacks[i], keys[i]))
		}
		return err
	case "PERMANENT_SESSION_LIFETIME":
		return setSeconds(&c.PermanentSessionLifetime, raw)
	case "SEND_FILE_MAX_AGE_DEFAULT":
		return setSeconds(&c.SendFileMaxAge, raw)
	}
	field := fields[key]
	if field == nil {
		return fmt.Errorf("unknown key")
	}
	if text, ok := field.(*string); ok && (string(raw) == "false" || string(raw) == "null") {
		*text = "" // SESSION_COOKIE_DOMAIN = False, SAMESITE = None
		return nil
	}
	return json.Unmarshal(raw, field)
}

func cmpOr(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// setSecret reads a key: text, or bytes in hexadecimal.
func setSecret(key *string, raw json.RawMessage) error {
	if string(raw) == "null" {
		*key = ""
		return nil
	}
	if json.Unmarshal(raw, key) == nil {
		return nil
	}
	var secret vectors.Secret
	err := json.Unmarshal(raw, &secret)
	*key = string(secret)
	return err
}

func setSeconds(d *time.Duration, raw json.RawMessage) error {
	var seconds float64
	err := json.Unmarshal(raw, &seconds)
	*d = time.Duration(seconds * float64(time.Second))
	return err
}
