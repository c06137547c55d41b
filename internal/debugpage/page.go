package debugpage

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"strings"
)

// Page is what the debug page shows. Render hides the secrets in it.
type Page struct {
	Status   string // "500 Internal Server Error"
	Method   string
	Path     string
	Error    string
	Hint     string
	Template *Template // where a template failed
	Frames   []Frame
	Request  []Pair
	Session  *Session
	Config   []Pair
	Routes   []Route // that were tried, for a 404
	Others   int     // frames that are not the program's
	AsText   string  // all of it
}

// Pair is a name and its value.
type Pair struct{ Name, Value string }

// Template is the line of a template that failed.
type Template struct {
	Name  string
	Line  int
	Lines []Line
}

// Session is the visitor's session.
type Session struct {
	State  string // what is known of it: size, codec
	Fields []Pair
}

// Route is a rule that was tried.
type Route struct{ Methods, Rule, Endpoint string }

//go:embed page.html
var pageSource string

var pageTemplate = template.Must(template.New("debug").Parse(pageSource))

// HTML is the page. It needs no script.
func (p *Page) HTML(m *Masker) string {
	p.finish(m)
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, p); err != nil {
		return "<pre>" + template.HTMLEscapeString(p.AsText) + "</pre>"
	}
	return b.String()
}

// Text is the page for a client that shows no HTML.
func (p *Page) Text(m *Masker) string {
	p.finish(m)
	return p.AsText
}

// finish masks every text that the page shows, and writes it as text.
func (p *Page) finish(m *Masker) {
	mask := func(texts ...*string) {
		for _, text := range texts {
			*text = m.Mask(*text)
		}
	}
	mask(&p.Method, &p.Path, &p.Error, &p.Hint)
	if p.Template != nil {
		mask(&p.Template.Name)
		maskLines(m, p.Template.Lines)
	}
	p.Others = 0
	for i := range p.Frames {
		f := &p.Frames[i]
		mask(&f.Function, &f.File)
		maskLines(m, f.Lines)
		if !f.Own {
			p.Others++
		}
	}
	lists := [][]Pair{p.Request, p.Config}
	if p.Session != nil {
		mask(&p.Session.State)
		lists = append(lists, p.Session.Fields)
	}
	for _, pairs := range lists {
		for i := range pairs {
			mask(&pairs[i].Name, &pairs[i].Value)
		}
	}
	for i := range p.Routes {
		mask(&p.Routes[i].Methods, &p.Routes[i].Rule, &p.Routes[i].Endpoint)
	}
	p.AsText = p.text()
}

func maskLines(m *Masker, lines []Line) {
	for i := range lines {
		lines[i].Text = m.Mask(lines[i].Text)
	}
}

func (p *Page) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s %s\n\n%s\n", p.Status, p.Method, p.Path, p.Error)
	if p.Template != nil {
		fmt.Fprintf(&b, "\ntemplate %s:%d\n", p.Template.Name, p.Template.Line)
		writeLines(&b, p.Template.Lines)
	}
	for _, f := range p.Frames {
		if f.Own {
			fmt.Fprintf(&b, "\n%s:%d %s\n", f.File, f.Line, f.Function)
			writeLines(&b, f.Lines)
		}
	}
	if len(p.Routes) > 0 {
		b.WriteString("\nRules that were tried\n")
		for _, r := range p.Routes {
			fmt.Fprintf(&b, "  %-10s %s  %s\n", r.Methods, r.Rule, r.Endpoint)
		}
	}
	writePairs(&b, "Request", p.Request)
	if p.Session != nil {
		writePairs(&b, "Session: "+p.Session.State, p.Session.Fields)
	}
	return b.String()
}

func writeLines(b *strings.Builder, lines []Line) {
	for _, l := range lines {
		mark := " "
		if l.Here {
			mark = ">"
		}
		fmt.Fprintf(b, "%s %4d  %s\n", mark, l.Number, l.Text)
	}
}

func writePairs(b *strings.Builder, title string, pairs []Pair) {
	b.WriteString("\n" + title + "\n")
	for _, p := range pairs {
		b.WriteString("  " + p.Name + ": " + p.Value + "\n")
	}
}
