package session_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil/internal/testkit/vectors"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
	"github.com/cantil-go/cantil/session/itsdangerous"
)

// The deviations from Flask-Session, on purpose, by kind. Each is granted only
// where its condition in compareStep holds, and counted.
const (
	noRewrite   = "a session that was not modified is not written again, in another format or with what was changed in place"
	brokenEmpty = "data that does not read as a session is an empty session, not a 500"
	pickleGone  = "a pickled session is absent"
	allExtended = "the life of a row is extended when it is loaded, also if it then turns out to be empty or broken"
	attributes  = "a cookie is deleted with the attributes that it was set with"
	partitioned = "SESSION_COOKIE_PARTITIONED is heeded"
	noLifetime  = "a lifetime of zero is over at once, on every store"
)

type goldenStep struct {
	Path, Status  json.RawMessage
	Put           *struct{ Key, Value string }
	Cookie        *string
	Now           int64
	Headers       [][2]string
	Body          *string
	GeneratedSIDs []string `json:"generated_sids"`
	Exception     *vectors.Failure
	Store         json.RawMessage
}

type goldenSequence struct {
	ID, Store string
	Config    flaskConfig
	Steps     []goldenStep
}

// replay is a sequence under way.
type replay struct {
	t       *testing.T
	b       backend
	seq     goldenSequence
	store   session.Store
	front   goldenFront
	get     func(path, cookie string) *goldenAnswer
	now     time.Time
	ids     map[string]string    // the recorded session ids, and those drawn here
	want    map[string]goldenRow // the rows as recorded, by their keys there
	before  map[string]rawRow    // the rows as they were before the step
	granted map[string]int       // deviations, by kind
	signer  *itsdangerous.Signer
}

func TestGoldenSequences(t *testing.T) {
	goldenSequences(t, "flask-session.json sequences", throughCantil)
}

func goldenSequences(t *testing.T, title string, front goldenFront) {
	var file struct{ Sequences []goldenSequence }
	vectors.Load(t, "flask-session.json", &file)
	report := vectors.NewReport(t, title)
	granted := map[string]int{}
	for _, name := range []string{"redis", "memcached", "sqlite", "postgresql"} {
		t.Run(name, func(t *testing.T) {
			b := openers[name](t)
			for _, seq := range file.Sequences {
				if !strings.HasPrefix(seq.Store, name) { // memcached has been recorded with two clients
					continue
				}
				report.Case(seq.ID, func() error {
					b.clear(t)
					r := &replay{t: t, b: b, seq: seq, front: front, ids: map[string]string{}, granted: granted,
						signer: itsdangerous.NewSigner(goldenSecret, itsdangerous.Salt("flask-session"), itsdangerous.KeyDerivation("hmac"))}
					return r.run()
				})
			}
		})
	}
	for _, kind := range slices.Sorted(maps.Keys(granted)) {
		fmt.Printf("golden %s: %d times on purpose: %s\n", title, granted[kind], kind)
	}
}

func (r *replay) run() error {
	clock := func() time.Time { return r.now }
	r.store = r.b.store(r.t, clock, r.seq.Config.table())
	get, stop := r.front(r.t, r.seq.Config, r.store, clock)
	defer stop()
	r.get = get
	r.now = time.Unix(2_000_000_000, 0)
	for i, step := range r.seq.Steps {
		if step.Put != nil {
			value, err := hex.DecodeString(step.Put.Value)
			noError(r.t, err)
			r.b.put(r.t, r.seq.Config.table(), r.ours(step.Put.Key), value, r.now, time.Hour)
			continue
		}
		r.now = time.Unix(step.Now, 0)
		r.before = r.rows()
		if err := r.step(step); err != nil {
			return fmt.Errorf("step %d, %s: %w", i, step.Path, err)
		}
	}
	return nil
}

func (r *replay) rows() map[string]rawRow { return r.b.rows(r.t, r.seq.Config.table()) }

// grant counts a deviation and lets it pass. What follows is about
// Flask-Session's rows.
func (r *replay) grant(kind string) error {
	r.granted[kind]++
	got := r.rows()
	for recorded, row := range r.want {
		key := r.ours(recorded)
		data := row.data(r.t)
		if old, ok := got[key]; !ok || sameSession(old.value, data) != nil {
			r.b.put(r.t, r.seq.Config.table(), key, data, r.now, row.life(r.t, r.now))
		}
		delete(got, key)
	}
	for key := range got {
		noError(r.t, r.store.Delete(r.t.Context(), key))
	}
	return nil
}

// step makes the request and compares all that there is to see.
func (r *replay) step(step goldenStep) error {
	var cookie, path string
	if step.Cookie != nil && *step.Cookie != "" {
		cookie = r.ourCookie(*step.Cookie)
	}
	noError(r.t, json.Unmarshal(step.Path, &path))
	answer := r.get(path, cookie)
	if rows, err := r.recordedRows(step); err != nil {
		return err
	} else if rows != nil {
		r.want = rows
	}
	if kind := r.unreadable(step); kind != "" {
		if err := r.compareUnreadable(step, answer); err != nil {
			return err
		}
		return r.grant(kind)
	}
	var status int
	noError(r.t, json.Unmarshal(step.Status, &status))
	if r.overAtOnce() && (status == 500 || r.b.name == "memcached") { // one refuses to store it, the other keeps it for ever
		return r.grant(noLifetime)
	}
	if answer.Status != status {
		return fmt.Errorf("status %d, want %d: %s", answer.Status, status, answer.Body)
	}
	if err := r.compareHeaders(step, answer); err != nil {
		return err
	}
	if err := r.compareRows(path); err != nil {
		return err
	}
	if step.Body != nil && status == 200 && string(answer.Body) != *step.Body {
		return fmt.Errorf("body %s, want %s", answer.Body, *step.Body)
	}
	return nil
}

func (r *replay) overAtOnce() bool { return r.seq.Config.lifetime() <= 0 }

// unreadable tells why this program does not take the row that the request's
// cookie names, if it does not.
func (r *replay) unreadable(step goldenStep) string {
	if step.Cookie == nil {
		return ""
	}
	data := r.before[r.rowKey(step)].value
	if data == "" {
		return ""
	}
	_, err := codec.Detect(data).SplitFields(nil, data)
	switch {
	case err == nil:
		return ""
	case data[0] == 0x80 && strings.HasSuffix(data, "."):
		return pickleGone
	}
	return brokenEmpty
}

// compareUnreadable wants an answer as to a visitor without a session, and the
// row left alone.
func (r *replay) compareUnreadable(step goldenStep, answer *goldenAnswer) error {
	if answer.Status != 200 {
		return fmt.Errorf("status %d, want an empty session", answer.Status)
	}
	key := r.rowKey(step)
	if now := r.rows()[key]; now.value != r.before[key].value {
		return fmt.Errorf("row %s was changed", key)
	}
	if line := answer.Header("Set-Cookie"); strings.Contains(line, *step.Cookie) {
		return fmt.Errorf("%s was taken over: %s", *step.Cookie, line)
	}
	return nil
}

// rowKey is the key of the row that the request's cookie names.
func (r *replay) rowKey(step goldenStep) string {
	_, id, _ := strings.Cut(*step.Cookie, "=")
	if unsigned, err := r.signer.UnsignBytes([]byte(id)); err == nil {
		id = string(unsigned)
	}
	return r.ours(setting(r.seq.Config, "SESSION_KEY_PREFIX", "session:") + id)
}

func (r *replay) compareHeaders(step goldenStep, answer *goldenAnswer) error {
	var cookies, vary []string
	for _, h := range step.Headers {
		switch h[0] {
		case "Set-Cookie":
			cookies = append(cookies, h[1])
		case "Vary":
			vary = append(vary, h[1])
		}
	}
	if got := answer.HeaderAll("Vary"); !slices.Equal(got, vary) {
		return fmt.Errorf("Vary %q, want %q", got, vary)
	}
	got := answer.HeaderAll("Set-Cookie")
	if len(got) != len(cookies) {
		return fmt.Errorf("Set-Cookie %q, want %q", got, cookies)
	}
	for i := range got {
		if err := r.compareCookie(got[i], cookies[i]); err != nil {
			return err
		}
	}
	return nil
}

// compareCookie compares a Set-Cookie line, and takes note of the session id.
func (r *replay) compareCookie(got, want string) error {
	gotPair, gotRest, _ := strings.Cut(got, ";")
	wantPair, wantRest, _ := strings.Cut(want, ";")
	name, gotValue, _ := strings.Cut(gotPair, "=")
	wantName, wantValue, _ := strings.Cut(wantPair, "=")
	if name != wantName || (gotValue == "") != (wantValue == "") {
		return fmt.Errorf("Set-Cookie %q, want %q", got, want)
	}
	if wantValue != "" {
		if err := r.meet(gotValue, wantValue); err != nil {
			return err
		}
	}
	missing, more := difference(strings.Split(wantRest, ";"), strings.Split(gotRest, ";"))
	if len(more) > 0 && slices.Contains(more, " Partitioned") {
		r.grant(partitioned)
		more = slices.DeleteFunc(more, func(a string) bool { return a == " Partitioned" })
	}
	if len(more) > 0 && wantValue == "" {
		r.grant(attributes)
		more = nil
	}
	if len(missing)+len(more) > 0 {
		return fmt.Errorf("Set-Cookie %q, want %q", got, want)
	}
	return nil
}

// difference is what only one of two lists has.
func difference(a, b []string) (onlyA, onlyB []string) {
	not := func(list []string) func(string) bool {
		return func(s string) bool { return slices.Contains(list, s) }
	}
	return slices.DeleteFunc(slices.Clone(a), not(b)), slices.DeleteFunc(slices.Clone(b), not(a))
}

// meet pairs the session id in a cookie with the recorded one: they stay a
// pair.
func (r *replay) meet(got, want string) error {
	if setting(r.seq.Config, "SESSION_USE_SIGNER", false) {
		gotID, err := r.signer.UnsignBytes([]byte(got))
		if err != nil {
			return fmt.Errorf("cookie %q: %w", got, err)
		}
		wantID, err := r.signer.UnsignBytes([]byte(want))
		if err != nil {
			return fmt.Errorf("recorded cookie %q: %w", want, err)
		}
		got, want = string(gotID), string(wantID)
	}
	if known, ok := r.ids[want]; ok && known != got || len(got) != len(want) {
		return fmt.Errorf("session id %s, want %s (recorded as %s)", got, known, want)
	}
	if got == want && slices.ContainsFunc(r.seq.Steps, func(s goldenStep) bool { return slices.Contains(s.GeneratedSIDs, want) }) {
		return fmt.Errorf("session id %s was not drawn", got)
	}
	r.ids[want] = got
	return nil
}

// ours puts the session ids of this run into a recorded text.
func (r *replay) ours(text string) string {
	for recorded, id := range r.ids {
		text = strings.ReplaceAll(text, recorded, id)
	}
	return text
}

// ourCookie is a recorded Cookie header with the session ids of this run,
// signed anew if they were signed well.
func (r *replay) ourCookie(header string) string {
	name, value, _ := strings.Cut(header, "=")
	if id, err := r.signer.UnsignBytes([]byte(value)); err == nil {
		return name + "=" + string(r.signer.AppendSign(nil, []byte(r.ours(string(id)))))
	}
	return r.ours(header)
}
