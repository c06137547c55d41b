package docstest

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil/internal/testkit/browser"
)

// recorder keeps what a page says to the console, from its first line on, and has
// colors change at once.
const recorder = `<style>* { transition: none !important }</style><script>window.faults = []; for (const kind of ["error", "warn"]) { const say = console[kind]; ` +
	`console[kind] = (...what) => { faults.push(kind + ": " + what.join(" ")); say(...what) } } ` +
	`addEventListener("error", e => faults.push("error: " + e.message)); addEventListener("unhandledrejection", e => faults.push("rejected: " + e.reason))</script>`

// site serves what make docs has built.
func site(t *testing.T) string {
	t.Helper()
	dist := filepath.Join(root, "docs", ".vitepress", "dist")
	if os.Getenv("CANTIL_SITE") == "" {
		t.Skip("make docs-check builds the site and looks at it")
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := filepath.Join(dist, filepath.FromSlash(r.URL.Path))
		if strings.HasSuffix(r.URL.Path, "/") {
			name = filepath.Join(name, "index.html")
		} else if filepath.Ext(name) == "" {
			name += ".html"
		}
		text, err := os.ReadFile(name)
		if err != nil {
			http.NotFound(w, r)
			return
		}
		if filepath.Ext(name) == ".html" {
			text = bytes.Replace(text, []byte("<head>"), []byte("<head>"+recorder), 1)
		}
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(text))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// faults are what is wrong with the page that the browser shows.
const faults = `(() => {
	const found = [...window.faults]
	if (document.documentElement.scrollWidth > innerWidth) found.push("it scrolls to the side: " + document.documentElement.scrollWidth)
	const headings = [...document.querySelectorAll("main h1, main h2, main h3, main h4")].map(h => +h.tagName[1])
	if (headings.filter(n => n == 1).length != 1 || headings[0] != 1) found.push("headings: " + headings)
	headings.forEach((n, i) => { if (i && n > headings[i - 1] + 1) found.push("a heading is left out before the " + (i + 1) + "th") })
	for (const image of document.images) if (!image.alt || !image.complete || !image.naturalWidth) found.push("image " + image.src)
	for (const field of document.querySelectorAll("input, button, select")) {
		const label = field.getAttribute("aria-label") || field.innerText || field.labels?.length || field.title || field.getAttribute("aria-labelledby") || field.querySelector("[class*=text]")
		if (!label && field.checkVisibility()) found.push("no label: " + field.outerHTML.slice(0, 80))
	}
	for (const r of performance.getEntriesByType("resource")) if (!r.name.startsWith(location.origin)) found.push("another host: " + r.name)
	const number = text => text.match(/[\d.]+/g).map(Number)
	const light = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0)
	const behind = element => {
		for (; element; element = element.parentElement) {
			const color = number(getComputedStyle(element).backgroundColor)
			if (color.length < 4 || color[3] > .99) return color
		}
		return document.documentElement.classList.contains("dark") ? [27, 27, 31] : [255, 255, 255]
	}
	const walker = document.createTreeWalker(document.querySelector("#app"), NodeFilter.SHOW_TEXT), seen = new Set()
	while (walker.nextNode()) {
		const element = walker.currentNode.parentElement
		if (!walker.currentNode.data.trim() || seen.has(element) || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
		seen.add(element)
		const style = getComputedStyle(element), size = parseFloat(style.fontSize)
		const back = behind(element), front = number(style.color)
		const alpha = front[3] ?? 1, mixed = front.slice(0, 3).map((v, i) => v * alpha + back[i] * (1 - alpha))
		const [a, b] = [light(mixed), light(back)].sort((x, y) => y - x)
		const least = size >= 24 || size >= 18.66 && style.fontWeight >= 700 ? 3 : 4.5
		if ((a + .05) / (b + .05) < least) found.push("contrast " + ((a + .05) / (b + .05)).toFixed(2) + ": " + element.className + " " + element.innerText.slice(0, 30))
	}
	return found.slice(0, 12).join("\n")
})()`

// TestSite looks at every page of the site in a browser, at a desk and on a phone,
// light and dark: nothing is fetched from elsewhere, nothing is said to the
// console, and it can be read.
func TestSite(t *testing.T) {
	address := site(t)
	anchors := anchors{ids: map[string]bool{}, links: map[string]string{}}
	defer anchors.check(t)
	for _, phone := range []bool{false, true} {
		b := browser.New(t)
		if b.Desk(); phone {
			b.Phone()
		}
		for _, page := range pages(t) {
			name, ok := strings.CutPrefix(page, "docs/")
			if !ok {
				continue
			}
			path := "/" + strings.TrimSuffix(strings.TrimSuffix(name, ".md"), "index")
			b.Open(address + path)
			b.Wait("main h1")
			anchors.add(b)
			for _, dark := range []bool{false, true} {
				browser.Eval[bool](b, fmt.Sprintf(`document.documentElement.classList.toggle("dark", %v)`, dark))
				if got := browser.Eval[string](b, faults); got != "" {
					t.Errorf("%s, phone %v, dark %v:\n%s", path, phone, dark, got)
				}
			}
			if name == "pt/course.md" || name == "index.md" {
				b.Screenshot(fmt.Sprintf("site_%s_%v", strings.ReplaceAll(name, "/", "_"), phone))
			}
		}
	}
}

// anchors are what pages have headings for, and the links to such, with the page
// that each is on.
type anchors struct {
	ids   map[string]bool
	links map[string]string
}

// add looks at the page that the browser shows.
func (a anchors) add(b *browser.Browser) {
	for _, id := range browser.Eval[[]string](b, `[...document.querySelectorAll("main [id]")].map(e => location.origin + location.pathname + "#" + e.id)`) {
		a.ids[id] = true
	}
	here := browser.Eval[string](b, `location.pathname`)
	for _, link := range browser.Eval[[]string](b, `[...document.querySelectorAll("main a[href*='#']")].filter(e => e.origin == location.origin).map(e => e.origin + e.pathname.replace(/\.html$/, "") + decodeURIComponent(e.hash))`) {
		a.links[link] = here
	}
}

func (a anchors) check(t *testing.T) {
	for link, page := range a.links {
		if !a.ids[link] {
			t.Errorf("%s leads to %s, which has no such heading", page, link)
		}
	}
	if len(a.links) < 100 {
		t.Errorf("%d links to headings", len(a.links))
	}
}

// TestSiteNavigation: the languages lead to the same page, or to the English one
// where there is none, and the search finds words of each.
func TestSiteNavigation(t *testing.T) {
	address := site(t)
	b := browser.New(t)
	for _, step := range []struct{ from, to, title string }{
		{"/first-hour", "/pt/first-hour", "Sua primeira hora"}, {"/pt/course", "/ru/course", "Курс"}, {"/ru/first-hour", "/first-hour", "Your first hour"},
		{"/guide", "/pt/guide", "What there is"},
	} {
		b.Open(address + step.from)
		b.Wait("main h1")
		browser.Eval[any](b, fmt.Sprintf(`document.querySelector('.VPNavBarTranslations a[href="%s"]').click()`, step.to))
		b.Wait(fmt.Sprintf(`//main//h1[contains(., %q)]`, step.title))
	}
	for _, search := range []struct{ from, words, finds string }{
		{"/", "signature does not match", "Signed out"}, {"/pt/", "formulário de login", "O curso"}, {"/ru/", "подписан", "Курс"},
	} {
		b.Open(address + search.from)
		b.Click(".DocSearch-Button")
		b.Type("#localsearch-input", search.words)
		b.Wait(fmt.Sprintf(`//*[contains(@class, "result") and contains(., %q)]`, search.finds))
	}
}
