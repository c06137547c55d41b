// Package doctor compares how the Flask half and the Go half of a site keep their
// sessions.
package doctor

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/cantil-go/cantil/internal/command"
)

// Flask is what a Flask application says of itself. It holds no key.
type Flask struct {
	Version string `json:"flask"`
	Kept    string `json:"kept"` // "cookie", "rows" of Flask-Session, or "other"
	command.Session
}

//go:embed describe.py
var script string

// describeLimit is how long an application may take to be imported.
const describeLimit = time.Minute

// AskFlask imports an application with a Python and asks what it is. place is a
// file, or a module, with the application's name after a colon if need be.
func AskFlask(ctx context.Context, python, place string) (*Flask, error) {
	folder, err := os.MkdirTemp("", "cantil-doctor-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	ctx, cancel := context.WithTimeout(ctx, describeLimit)
	defer cancel()
	out := filepath.Join(folder, "flask.json")
	cmd := exec.CommandContext(ctx, python, "-c", script, place, out)
	cmd.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.WaitDelay = time.Second
	ran := cmd.Run()
	text, err := os.ReadFile(out)
	switch {
	case ran == nil && err == nil && len(text) == 0:
		ran = errors.New("it ended before it could be asked what it is")
	case errors.Is(ctx.Err(), context.Canceled):
		ran = errors.New("interrupted")
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		ran = fmt.Errorf("it was not imported within %v", describeLimit)
	}
	if ran != nil || err != nil {
		return nil, fmt.Errorf("%s %s: %w\n%s", python, place, cmp.Or(ran, err), strings.TrimSpace(said.String()))
	}
	var f Flask
	return &f, json.Unmarshal(text, &f)
}

// Finding is one thing that both halves must agree on.
type Finding struct {
	Setting string `json:"setting"` // Flask's key, where there is one
	Flask   string `json:"flask"`
	Cantil  string `json:"cantil"`
	Agrees  bool   `json:"agrees"`
	// Note says what a difference does, or why there is none.
	Note string `json:"note,omitempty"`
}

// Compare compares the halves.
func Compare(flask *Flask, cantil *command.Session) []Finding {
	same := func(setting string, a, b any, note string) Finding {
		f := Finding{Setting: setting, Flask: fmt.Sprint(a), Cantil: fmt.Sprint(b), Agrees: a == b}
		if !f.Agrees {
			f.Note = note
		}
		return f
	}
	const two = "the browser keeps two cookies, and each half sees its own"
	findings := []Finding{
		compareKept(flask, cantil),
		compareSerializer(flask, cantil),
		compareKeys(flask, cantil),
		same("SESSION_COOKIE_NAME", flask.CookieName, cantil.CookieName, "each half has a login of its own"),
		same("SESSION_COOKIE_DOMAIN", flask.Domain, cantil.Domain, two),
		same("SESSION_COOKIE_PATH", flask.Path, cantil.Path, two),
		same("SESSION_COOKIE_HTTPONLY", flask.HTTPOnly, cantil.HTTPOnly, "scripts see the cookie after an answer of one half"),
		same("SESSION_COOKIE_SECURE", flask.Secure, cantil.Secure, "the cookie of one half is lost over http, or sent in the open"),
		same("SESSION_COOKIE_SAMESITE", flask.SameSite, cantil.SameSite, "forms of other sites come with the cookie of one half alone"),
		same("SESSION_COOKIE_PARTITIONED", flask.Partitioned, cantil.Partitioned, two),
		same("PERMANENT_SESSION_LIFETIME", seconds(flask.Lifetime), seconds(cantil.Lifetime), "a session ends earlier at one half"),
		same("SESSION_REFRESH_EACH_REQUEST", flask.Refresh, cantil.Refresh, "pages of one half do not prolong the session"),
	}
	if flask.Kept == "rows" && cantil.Interface == inRows {
		findings = append(findings,
			same("SESSION_KEY_PREFIX", flask.KeyPrefix, cantil.KeyPrefix, "each half finds rows of its own alone"),
			same("SESSION_USE_SIGNER", flask.SignedIDs, cantil.SignedIDs, "one half refuses the ids of the other"))
	}
	return findings
}

func seconds(n int) string { return (time.Duration(n) * time.Second).String() }

// inRows is the type of Cantil's sessions in a store.
const inRows = "*session.ServerSide"

// compareKept compares where the sessions are.
func compareKept(flask *Flask, cantil *command.Session) Finding {
	f := Finding{Setting: "session interface", Flask: flask.Interface, Cantil: cantil.Interface}
	kept := map[string]string{
		"session.SecureCookie": "cookie", inRows: "rows",
		"session.EncryptedCookie": "encrypted", "*session.Overflow": "either",
	}[cantil.Interface]
	switch {
	case flask.Kept == "other" || kept == "":
		f.Agrees, f.Note = true, "one of them is not known here: see for yourself"
	case flask.Kept == kept:
		f.Agrees = true
	case kept == "encrypted" || kept == "either":
		f.Note = "Flask has no such interface: it cannot read these sessions"
	default:
		f.Note = "one half keeps sessions in the cookie, the other in a store"
	}
	return f
}

// compareSerializer compares what the sessions are written with.
func compareSerializer(flask *Flask, cantil *command.Session) Finding {
	f := Finding{Setting: "serializer", Flask: flask.Serializer, Cantil: cantil.Serializer}
	switch {
	case flask.Kept == "other":
		f.Agrees, f.Note = true, "an interface of the application's own: see for yourself"
	case flask.Serializer == cantil.Serializer:
		f.Agrees = true
	case flask.Kept == "rows":
		f.Note = "Flask-Session reads " + flask.Serializer + " alone"
	default:
		f.Note = "an unmodified Flask answers 500 to what Cantil writes: app.SessionSerializer = codec.TaggedJSON"
	}
	return f
}

// compareKeys compares the keys by their fingerprints: each half must be able to
// read what the other one signs.
func compareKeys(flask *Flask, cantil *command.Session) Finding {
	f := Finding{Setting: "SECRET_KEY", Flask: keys(flask.Key, flask.Fallbacks), Cantil: keys(cantil.Key, cantil.Fallbacks)}
	switch {
	case flask.Key == "" || cantil.Key == "":
		f.Note = "without a key there are no sessions"
	case flask.Key == cantil.Key:
		f.Agrees = true
	case slices.Contains(flask.Fallbacks, cantil.Key) && slices.Contains(cantil.Fallbacks, flask.Key):
		f.Agrees, f.Note = true, "each half reads what the other signs, by its fallbacks"
	default:
		f.Note = "one half does not read what the other signs"
	}
	return f
}

func keys(key string, fallbacks []string) string {
	if key == "" {
		key = "none"
	}
	if len(fallbacks) > 0 {
		key += ", before " + strings.Join(fallbacks, ", ")
	}
	return key
}
