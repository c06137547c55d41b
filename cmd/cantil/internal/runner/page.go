package runner

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/cantil-go/cantil/internal/debugpage"
)

// problem is what keeps a program from running.
type problem struct {
	title  string
	text   string
	places []place
}

// place is one error of the compiler, with the lines around it.
type place struct {
	File    string
	Line    int
	Column  int
	Message string
	Lines   []sourceLine
}

type sourceLine struct {
	Number int
	Text   string
	Wrong  bool
}

const (
	neighbours = 3  // lines shown before and after the wrong one
	maxPlaces  = 20 // that are shown
)

// position begins an error of the compiler: main.go:12:5: undefined: x
var position = regexp.MustCompile(`(?m)^(?:vet: )?((?:[A-Za-z]:)?[^:\n]+\.(?:go|mod|work|s|c)):(\d+)(?::(\d+))?: (.*(?:\n\t.*)*)`)

// explainBuild reads what go build wrote.
func explainBuild(output string, err error) problem {
	p := problem{title: "The program does not compile", text: strings.TrimSpace(output)}
	if p.text == "" {
		p.text = err.Error()
	}
	for _, m := range position.FindAllStringSubmatch(output, maxPlaces) {
		line, _ := strconv.Atoi(m[2])
		column, _ := strconv.Atoi(m[3])
		p.places = append(p.places, place{File: m[1], Line: line, Column: column, Message: m[4], Lines: excerpt(m[1], line)})
	}
	return p
}

// excerpt is a line of a file with its neighbours, nothing if it cannot be read.
func excerpt(file string, line int) []sourceLine {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	all := strings.Split(string(text), "\n")
	var lines []sourceLine
	for n := max(1, line-neighbours); n <= min(len(all), line+neighbours); n++ {
		lines = append(lines, sourceLine{n, strings.TrimSuffix(all[n-1], "\r"), n == line})
	}
	return lines
}

// terminal is the problem as text.
func (p problem) terminal(color bool) string {
	bold, red, dim, end := "\x1b[1m", "\x1b[31m", "\x1b[2m", "\x1b[0m"
	if !color {
		bold, red, dim, end = "", "", "", ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s%s%s%s\n", bold, red, p.title, end)
	if len(p.places) == 0 {
		return b.String() + p.text + "\n"
	}
	for _, at := range p.places {
		fmt.Fprintf(&b, "\n%s%s:%d:%d:%s %s\n", bold, at.File, at.Line, at.Column, end, at.Message)
		for _, l := range at.Lines {
			mark, style := " ", dim
			if l.Wrong {
				mark, style = ">", red
			}
			fmt.Fprintf(&b, "%s%s %4d │ %s%s\n", style, mark, l.Number, l.Text, end)
		}
	}
	return b.String()
}

//go:embed page.html
var pageSource string

var pageTemplate = template.Must(template.New("page").Parse(pageSource))

// page answers with the problem to who sits at this machine, as an application's
// debug page does: a browser gets HTML that asks again by itself, any other client
// text. Others are told that something is wrong, and no more.
func (p problem) page() http.Handler {
	mask := debugpage.NewMasker().Mask
	p.text = mask(p.text)
	p.places = slices.Clone(p.places)
	for i := range p.places {
		at := &p.places[i]
		at.Message, at.Lines = mask(at.Message), slices.Clone(at.Lines)
		for k := range at.Lines {
			at.Lines[k].Text = mask(at.Lines[k].Text)
		}
	}
	var page bytes.Buffer
	err := pageTemplate.Execute(&page, map[string]any{"Title": p.title, "Text": p.text, "Places": p.places})
	if err != nil {
		page.Reset()
		fmt.Fprintf(&page, "<pre>%s</pre>", template.HTMLEscapeString(p.text))
	}
	text := p.terminal(false)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Type", "text/plain; charset=utf-8")
		status, body := http.StatusInternalServerError, text
		switch {
		case !isLocal(r):
			status, body = http.StatusServiceUnavailable, "The program is not running. Its terminal says why.\n"
		case strings.Contains(r.Header.Get("Accept"), "text/html"):
			h.Set("Content-Type", "text/html; charset=utf-8")
			body = page.String()
			if r.Method == http.MethodGet {
				h.Set("Refresh", "1")
			}
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

// isLocal reports whether a request comes from this machine, and not through a
// proxy or by a name of another host.
func isLocal(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && debugpage.Visitor{
		Addr: net.TCPAddrFromAddrPort(peer), Host: r.Host, HTTP10: !r.ProtoAtLeast(1, 1), Header: r.Header.Values,
	}.IsLocal()
}
