package compare

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/cantil-go/cantil/internal/termlog"
)

//go:embed report.html
var reportPage string

var reportTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
	"plural":     plural,
	"withoutKey": func() string { return withoutKey },
	"rest":       func(names []string) string { return strings.Join(names, ", ") },
}).Parse(reportPage))

// WriteHTML writes the result as a page that needs no script and nothing else.
func (r *Result) WriteHTML(w io.Writer) error {
	return reportTemplate.Execute(w, map[string]any{"R": r, "Headers": IgnoredHeaders})
}

// WriteText writes the result for a terminal, in color where that is wanted.
func (r *Result) WriteText(w io.Writer, color bool) {
	paint := func(code, text string) string {
		if !color {
			return text
		}
		return "\x1b[" + code + "m" + text + "\x1b[0m"
	}
	if len(r.Routes) > 0 {
		fmt.Fprintf(w, "%-40s %9s %7s %10s %8s %8s\n", "route", "requests", "same", "different", "ignored", "skipped")
	}
	for _, route := range r.Routes {
		different := fmt.Sprintf("%10d", route.Different)
		if route.Different > 0 {
			different = paint("31;1", different)
		}
		fmt.Fprintf(w, "%-40s %9d %7d %s %8d %8d\n", oneLine(route.Route), route.Requests, route.Same, different, route.Ignored, route.Skipped)
	}
	for _, d := range r.Differences {
		fmt.Fprintf(w, "\n%s  %s %s, %s, first at %s\n", paint("1", oneLine(d.Route)), d.Kind, oneLine(d.Name), plural(d.Count, "time"), oneLine(d.First))
		was, now := oneLine(d.Was), oneLine(d.Now)
		if was == now { // but for spaces, which count there
			was, now = strconv.Quote(d.Was), strconv.Quote(d.Now)
		}
		fmt.Fprintf(w, "%s\n%s\n", paint("31", "  - "+was), paint("32", "  + "+now))
	}
	if r.Dropped > 0 {
		fmt.Fprintf(w, "\n%s of other kinds: not listed\n", plural(r.Dropped, "difference"))
	}
	for _, reason := range slices.Sorted(maps.Keys(r.Skipped)) {
		fmt.Fprintf(w, "\n%s not sent: %s\n", plural(r.Skipped[reason], "request"), oneLine(reason))
	}
	if r.Unsigned > 0 {
		fmt.Fprintf(w, "\n%s sent without the session of the recording: %s\n", plural(r.Unsigned, "request"), withoutKey)
	}
	for _, rule := range r.Rules {
		if rule.Used == 0 {
			fmt.Fprintf(w, "\na rule that covers nothing: %s %s %s # %s\n", rule.Route, rule.Kind, rule.Name, rule.Reason)
		}
	}
	if r.Damaged > 0 {
		fmt.Fprintf(w, "\n%s of the recording could not be read\n", plural(r.Damaged, "line"))
	}
	if r.Ended != "" {
		fmt.Fprintf(w, "\nthe rest of the recording was not compared: %s\n", oneLine(r.Ended))
	}
	switch compared := r.Compared(); {
	case compared == 0:
		fmt.Fprintln(w, "\nnothing was compared")
	case !r.Agrees() && r.Alike():
		fmt.Fprintf(w, "\n%s\n", paint("31;1", fmt.Sprintf("%s are answered alike, and more are not known", plural(compared, "request"))))
	case r.Different == 0:
		fmt.Fprintf(w, "\n%s\n", paint("32;1", fmt.Sprintf("all of %s are answered alike", plural(compared, "request"))))
	default:
		fmt.Fprintf(w, "\n%s\n", paint("31;1", fmt.Sprintf("%d of %s are answered otherwise", r.Different, plural(compared, "request"))))
	}
}

// withoutKey says what would have sent the sessions of the recording.
const withoutKey = "with the other site's key, in FLASK_SECRET_KEY or by --key-file, it would be signed anew"

// oneLine is a text of a page for a terminal, which is not to obey it.
func oneLine(text string) string { return termlog.Clean(strings.Join(strings.Fields(text), " ")) }

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
