package conformance

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/internal/testkit/vectors"
	"github.com/cantil-go/cantil/session/codec"
)

// compare says how Cantil's answer differs from Flask's.
func (s *step) compare(app *cantil.App, got *recordedAnswer, etags map[string]string) error {
	want := &recordedAnswer{status: s.Response.Status, headers: s.Response.Headers, body: string(s.Response.Body), page: got.page}
	if s.Request.Method != "HEAD" {
		if err := got.checkLength(); err != nil {
			return err
		}
	}
	if err := s.compareSession(app, want, got); err != nil {
		return err
	}
	learnETag(want, got, etags)
	normalise(want, etags)
	normalise(got, etags)
	readTokens(app, want, got)
	for _, d := range deviations {
		d.ease(&recordedExchange{s, app, want, got})
	}
	if want.status != got.status {
		return fmt.Errorf("status %d, want %d\n%s", got.status, want.status, got.body)
	}
	if want.body != got.body {
		return fmt.Errorf("body\n%.900q, want\n%.900q", got.body, want.body)
	}
	return compareHeaders(want, got)
}

// normalise puts what may differ into one form.
func normalise(a *recordedAnswer, etags map[string]string) {
	// The clock and the software are no part of the conversation.
	a.drop("Date")
	a.drop("Server")
	// Allow is a set.
	a.edit("Allow", func(v string) string {
		methods := strings.Split(v, ", ")
		slices.Sort(methods)
		return strings.Join(methods, ", ")
	})
	// Entity tags are the program's to choose: the first one takes the place of its name in the transcript.
	a.edit("ETag", func(v string) string { return resolveETags(v, etags) })
}

// learnETag keeps the tag that stands where the transcript has a name.
func learnETag(want, got *recordedAnswer, etags map[string]string) {
	name, ok := strings.CutPrefix(want.get("ETag"), `"<etag:`)
	if name = strings.TrimSuffix(name, `>"`); ok && etags[name] == "" {
		etags[name] = strings.Trim(got.get("ETag"), `"`)
	}
}

func resolveETags(text string, etags map[string]string) string {
	for name, tag := range etags {
		text = strings.ReplaceAll(text, "<etag:"+name+">", tag)
	}
	return text
}

// compareHeaders compares the values of each name in order; different names may come in any order.
func compareHeaders(want, got *recordedAnswer) error {
	w, g := want.byName(), got.byName()
	names := slices.Concat(slices.Collect(maps.Keys(w)), slices.Collect(maps.Keys(g)))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if !slices.Equal(w[name], g[name]) {
			return fmt.Errorf("header %s: %q, want %q", name, g[name], w[name])
		}
	}
	return nil
}

// compareSession compares the content of a session cookie whose bytes depend on the deflate program, and puts ours in
// its place.
func (s *step) compareSession(app *cantil.App, want, got *recordedAnswer) error {
	if s.Session == nil || !s.Compressed {
		return nil
	}
	prefix := app.SessionCookieName + "="
	theirs, ours := want.cookie(prefix), got.cookie(prefix)
	if theirs < 0 || ours < 0 {
		return fmt.Errorf("no session cookie among %q", got.byName()["set-cookie"])
	}
	value, attributes := cutCookie(got.headers[ours][1], prefix)
	payload, err := openSession(app, value)
	if err != nil {
		return fmt.Errorf("session cookie: %w", err)
	}
	serializer, format := codec.Detect(payload), vectors.TaggedJSON
	if serializer == codec.Msgpack {
		format = vectors.Msgpack
	}
	fields, err := serializer.SplitFields(nil, payload)
	if err == nil {
		err = s.Session.CompareFields(fields, serializer, format)
	}
	if err != nil {
		return fmt.Errorf("session: %w", err)
	}
	_, wanted := cutCookie(want.headers[theirs][1], prefix)
	want.headers = slices.Clone(want.headers)
	want.headers[theirs][1], got.headers[ours][1] = prefix+wanted, prefix+attributes
	return nil
}

func cutCookie(line, prefix string) (value, attributes string) {
	value, attributes, _ = strings.Cut(strings.TrimPrefix(line, prefix), ";")
	return value, attributes
}

// checkLength compares Content-Length with the body.
func (a *recordedAnswer) checkLength() error {
	if text := a.get("Content-Length"); text != "" && text != strconv.Itoa(len(a.page)) {
		return fmt.Errorf("Content-Length %s of a body of %d", text, len(a.page))
	}
	return nil
}

func (a *recordedAnswer) get(name string) string {
	for _, h := range a.headers {
		if strings.EqualFold(h[0], name) {
			return h[1]
		}
	}
	return ""
}

func (a *recordedAnswer) drop(name string) {
	a.headers = slices.DeleteFunc(slices.Clone(a.headers), func(h [2]string) bool { return strings.EqualFold(h[0], name) })
}

func (a *recordedAnswer) edit(name string, f func(string) string) {
	a.headers = slices.Clone(a.headers)
	for i, h := range a.headers {
		if strings.EqualFold(h[0], name) {
			a.headers[i][1] = f(h[1])
		}
	}
}

// cookie is the place of the Set-Cookie line that begins with prefix, -1 if there is none.
func (a *recordedAnswer) cookie(prefix string) int {
	return slices.IndexFunc(a.headers, func(h [2]string) bool {
		return strings.EqualFold(h[0], "Set-Cookie") && strings.HasPrefix(h[1], prefix)
	})
}

func (a *recordedAnswer) byName() map[string][]string {
	values := map[string][]string{}
	for _, h := range a.headers {
		name := strings.ToLower(h[0])
		values[name] = append(values[name], h[1])
	}
	return values
}
