// Package browser lets tests use a real browser, as a visitor would.
package browser

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/cantil-go/cantil/internal/testkit"
)

// browserTime is how long one test may use the browser.
const browserTime = 90 * time.Second

// Browser is one tab of a Chromium of the test's own, with an empty profile.
// What it cannot do fails the test. Selectors are CSS or XPath.
type Browser struct {
	t   testing.TB
	ctx context.Context
}

// New starts a Chromium that ends with the test.
func New(t testing.TB) *Browser {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(t)), chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(900, 700),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.WSURLReadTimeout(testkit.StartTime))
	ctx, cancel := context.WithTimeout(context.Background(), browserTime)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := &Browser{t: t, ctx: ctx}
	b.do(chromedp.Navigate("about:blank"))
	return b
}

func chromium(t testing.TB) string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	testkit.Missing(t, "chromium")
	return ""
}

func (b *Browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// Open goes to a page.
func (b *Browser) Open(url string) { b.t.Helper(); b.do(chromedp.Navigate(url)) }

// Reload gets the page again.
func (b *Browser) Reload() { b.t.Helper(); b.do(chromedp.Reload()) }

// Wait waits until the page shows an element.
func (b *Browser) Wait(selector string) { b.t.Helper(); b.do(chromedp.WaitVisible(selector)) }

// Type types text into a field; "\r" is the enter key.
func (b *Browser) Type(selector, text string) { b.t.Helper(); b.do(chromedp.SendKeys(selector, text)) }

// Clear empties a field.
func (b *Browser) Clear(selector string) { b.t.Helper(); b.do(chromedp.Clear(selector)) }

// Click clicks on an element.
func (b *Browser) Click(selector string) { b.t.Helper(); b.do(chromedp.Click(selector)) }

// Follow clicks on a link or a button and waits for the page that it leads to.
func (b *Browser) Follow(selector string) { b.t.Helper(); b.leave(chromedp.Click(selector)) }

// Submit types text into a field, sends its form with the enter key and waits
// for the next page.
func (b *Browser) Submit(selector, text string) {
	b.t.Helper()
	b.leave(chromedp.SendKeys(selector, text+"\r"))
}

// leave does a step that ends in another page, and waits until that is there: it
// lacks the mark which the old page, maybe of the same address, is given.
func (b *Browser) leave(step chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	Eval[string](b, `document.documentElement.dataset.left = "yes"`)
	b.do(step, chromedp.WaitReady("html:not([data-left]) body"))
	for Eval[string](b, "document.readyState") != "complete" {
		time.Sleep(5 * time.Millisecond)
	}
}

// Phone makes the window as narrow as a phone's.
func (b *Browser) Phone() { b.t.Helper(); b.do(chromedp.EmulateViewport(390, 800)) }

// Desk makes the window as wide as a screen on a desk.
func (b *Browser) Desk() { b.t.Helper(); b.do(chromedp.EmulateViewport(1280, 800)) }

// Text is the text that the first element of the selector shows.
func (b *Browser) Text(selector string) string {
	b.t.Helper()
	text, err := chromedp.Run(b.ctx, chromedp.Text(selector))
	if err != nil {
		b.t.Fatal(err)
	}
	return text
}

// Expect fails the test unless what the selector shows contains text.
func (b *Browser) Expect(selector, text string) {
	b.t.Helper()
	if got := b.Text(selector); !strings.Contains(got, text) {
		b.t.Errorf("the page shows %q, want %q in it", got, text)
	}
}

// Eval is the value of a JavaScript expression in the page.
func Eval[T any](b *Browser, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatal(err)
	}
	return v
}

// Cookie is the page's cookie of a name, nil if it has none.
func (b *Browser) Cookie(name string) *network.Cookie {
	b.t.Helper()
	r, err := chromedp.Call(b.ctx, network.GetCookies, network.GetCookiesParams{})
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range r.Cookies {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// SetCookie gives the page at url a cookie, as somebody with the browser's tools can.
func (b *Browser) SetCookie(url, name, value string) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{URL: url, Name: name, Value: value, Path: "/"})
	if err != nil {
		b.t.Fatal(err)
	}
}

// Screenshot keeps a picture of the page as NAME.png in the folder that
// CANTIL_SCREENSHOTS names, for somebody to look at; without it nothing is kept.
func (b *Browser) Screenshot(name string) {
	b.t.Helper()
	folder := os.Getenv("CANTIL_SCREENSHOTS")
	if folder == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, name+".png"), png, 0o644)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}
