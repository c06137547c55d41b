package babel_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/babel"
)

// formatCase is a call of one of Flask-Babel's functions.
type formatCase struct {
	ID, Function, Locale, Timezone string
	Args                           []any
	Options                        map[string]any
	Expect                         *string
	Error                          *struct{ Type, Message string }
}

// known reads the rows that differ from Flask-Babel, each with the reason.
func known(t *testing.T, file string) map[string]string {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	reasons := map[string]string{}
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			id, reason, _ := strings.Cut(line, " ")
			if reason == "" || reasons[id] != "" {
				t.Errorf("%s: %s has no reason, or two", file, id)
			}
			reasons[id] = reason
		}
	}
	return reasons
}

// TestFormats prints what Flask-Babel was asked to print.
func TestFormats(t *testing.T) {
	file, err := os.Open("testdata/formats.json")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var cases []formatCase
	decoder := json.NewDecoder(file)
	decoder.UseNumber()
	if err := decoder.Decode(&cases); err != nil {
		t.Fatal(err)
	}
	reasons := known(t, "testdata/known_differences.txt")
	var at *formatCase
	app := cantil.New()
	app.Testing = true
	babel.NewBabel(app, babel.LocaleSelector(func(*cantil.Context) string { return at.Locale }),
		babel.TimezoneSelector(func(*cantil.Context) string { return at.Timezone }))
	printed, problem := "", ""
	app.Get("/")(func(c *cantil.Context) (answer any) {
		defer func() {
			if r := recover(); r != nil {
				answer, problem = "no", fmt.Sprint(r)
			}
		}()
		printed = at.call(c)
		return "ok"
	})
	client := app.TestClient()
	differ := 0
	for i := range cases {
		at, printed, problem = &cases[i], "", ""
		client.Get("/")
		same := at.Error != nil && problem != "" || at.Expect != nil && problem == "" && printed == *at.Expect
		reason := reasons[at.ID]
		switch {
		case !same && reason != "":
			differ++
		case same && reason != "":
			t.Errorf("%s is as in Flask-Babel: take it from known_differences.txt", at.ID)
		case !same:
			want := "an error"
			if at.Expect != nil {
				want = *at.Expect
			}
			t.Errorf("%s: %s %s %v %v\n  got %q %s\n want %q", at.ID, at.Locale, at.Timezone, at.Args, at.Options, printed, problem, want)
		}
	}
	t.Logf("%d calls, %d known to differ", len(cases), differ)
}

// call makes the call of the row.
func (r *formatCase) call(c *cantil.Context) string {
	text := func(i int) string {
		if i < len(r.Args) {
			s, _ := r.Args[i].(string)
			return s
		}
		return ""
	}
	switch r.Function {
	case "datetime", "date", "time":
		at, err := time.Parse("2006-01-02T15:04:05.999999", text(0))
		if err != nil {
			panic(err)
		}
		f := map[string]func(*cantil.Context, time.Time, string, ...bool) string{
			"datetime": babel.FormatDateTime, "date": babel.FormatDate, "time": babel.FormatTime}[r.Function]
		return f(c, at, text(1))
	case "timedelta":
		seconds, _ := r.Args[0].(json.Number).Float64()
		var options []babel.DeltaOption
		if g, ok := r.Options["granularity"].(string); ok {
			options = append(options, babel.Granularity(g))
		}
		if r.Options["add_direction"] == true {
			options = append(options, babel.AddDirection())
		}
		if th, ok := r.Options["threshold"].(json.Number); ok {
			share, _ := th.Float64()
			options = append(options, babel.Threshold(share))
		}
		return babel.FormatTimedelta(c, time.Duration(seconds*float64(time.Second)), options...)
	case "currency":
		var options []babel.CurrencyOption
		if s, ok := r.Options["format_type"].(string); ok {
			options = append(options, babel.FormatType(s))
		}
		if s, ok := r.Options["format"].(string); ok {
			options = append(options, babel.Pattern(s))
		}
		if r.Options["currency_digits"] == false {
			options = append(options, babel.CurrencyDigits(false))
		}
		return babel.FormatCurrency(c, number(r.Args[0]), text(1), options...)
	case "percent":
		return babel.FormatPercent(c, number(r.Args[0]))
	case "scientific":
		return babel.FormatScientific(c, number(r.Args[0]))
	case "number":
		return babel.FormatNumber(c, number(r.Args[0]))
	}
	return babel.FormatDecimal(c, number(r.Args[0]), text(1))
}

// number gives a number as Python reads it from JSON.
func number(v any) any {
	n, ok := v.(json.Number)
	if !ok {
		return v
	}
	if i, err := n.Int64(); err == nil {
		return i
	}
	if f, err := n.Float64(); err == nil && strings.ContainsAny(n.String(), ".e") {
		return f
	}
	return n.String()
}
