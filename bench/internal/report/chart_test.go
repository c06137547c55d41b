package report

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cantil-go/cantil/internal/testkit/browser"
)

// TestChartLabels draws the committed charts with a font that is much wider than
// the one they are laid out for: no text overlaps a bar, or leaves the picture.
func TestChartLabels(t *testing.T) {
	charts, err := filepath.Glob("../../results/sample/*.svg")
	if err != nil || len(charts) < 4 {
		t.Fatal(charts, err)
	}
	b := browser.New(t)
	for _, chart := range charts {
		svg, err := os.ReadFile(chart)
		if err != nil {
			t.Fatal(err)
		}
		picture := string(svg)[strings.Index(string(svg), "<svg"):]
		page := filepath.Join(t.TempDir(), "page.html")
		style := `<style>text { font-family: monospace !important; font-stretch: expanded; letter-spacing: .2em }</style>`
		if err := os.WriteFile(page, []byte("<!doctype html><meta charset=utf-8>"+style+picture), 0o600); err != nil {
			t.Fatal(err)
		}
		b.Open("file://" + page)
		if got := browser.Eval[string](b, overlaps); got != "" {
			t.Errorf("%s: %s", filepath.Base(chart), got)
		}
	}
}

// overlaps are the texts of a chart that run over a bar.
const overlaps = `(() => {
	const box = e => e.getBoundingClientRect()
	const bars = [...document.querySelectorAll("path")].filter(p => box(p).height > 10 && box(p).height < 40).map(box)
	const picture = box(document.querySelector("svg")), found = []
	if (bars.length < 2) found.push("no bars")
	for (const text of document.querySelectorAll("text")) {
		const t = box(text)
		if (t.left < picture.left - 1 || t.right > picture.right + 1) found.push(text.textContent + " leaves the picture")
		for (const b of bars)
			if (t.right > b.left + 2 && t.left < b.right - 2 && t.bottom > b.top + 2 && t.top < b.bottom - 2) found.push(text.textContent)
	}
	return found.join(", ")
})()`
