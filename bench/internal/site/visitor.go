package site

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sort"
	"strings"
	"time"
)

// Dial opens a connection to the server, whatever the address.
type Dial func(ctx context.Context) (net.Conn, error)

// Visitor is a browser with one session: it keeps the cookies that it is given.
type Visitor struct {
	client  *http.Client
	cookies map[string]string
}

// NewVisitor returns a visitor without cookies. Visitors of one dial share
// nothing.
func NewVisitor(dial Dial) *Visitor { return (&Visitor{cookies: map[string]string{}}).Through(dial) }

// Through is the same visitor, with the same cookies, at another server.
func (v *Visitor) Through(dial Dial) *Visitor {
	transport := &http.Transport{
		DialContext:        func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) },
		DisableCompression: true,
	}
	return &Visitor{client: &http.Client{Transport: transport, Timeout: 10 * time.Second}, cookies: v.cookies}
}

// Close closes the connection.
func (v *Visitor) Close() { v.client.CloseIdleConnections() }

// Cookie is the visitor's Cookie header, "" without cookies.
func (v *Visitor) Cookie() string {
	pairs := make([]string, 0, len(v.cookies))
	for name, value := range v.cookies {
		pairs = append(pairs, name+"="+value)
	}
	sort.Strings(pairs)
	return strings.Join(pairs, "; ")
}

// Get returns the body of a page. Any status but 200 is an error, and so is an
// answer that is not HTML in UTF-8: the peers must do the same work.
func (v *Visitor) Get(path string) (string, error) {
	req, err := http.NewRequest("GET", "http://localhost"+path, nil)
	if err != nil {
		return "", err
	}
	if cookie := v.Cookie(); cookie != "" {
		req.Header.Set("Cookie", cookie)
	}
	resp, err := v.client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return "", err
	}
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("GET %s: status %d: %.200s", path, resp.StatusCode, body)
	}
	if got := resp.Header.Get("Content-Type"); !strings.EqualFold(got, HTML) {
		return "", fmt.Errorf("GET %s: Content-Type %q, want %q", path, got, HTML)
	}
	for _, c := range resp.Cookies() { // with the value as it came: it is sent back as it is
		v.cookies[c.Name] = c.Value
	}
	return string(body), nil
}
