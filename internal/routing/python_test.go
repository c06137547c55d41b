package routing

import (
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/cantil-go/cantil/internal/pytext"
	"github.com/cantil-go/cantil/internal/urls"
)

// Small things that must come out as in Python, recorded from CPython and
// Werkzeug.
var pythonFile = flag.String("python", "testdata/python.json", "recorded facts about Python to check")

type fact struct {
	In    string
	In2   string
	Value json.RawMessage
	Error string
}

// check compares what got says of the input with the recording; an error counts
// as any error.
func check(t *testing.T, facts []fact, got func(f fact) (string, bool)) {
	t.Helper()
	if len(facts) == 0 {
		t.Fatal("no facts were recorded")
	}
	for _, f := range facts {
		value, ok := got(f)
		if ok != (f.Error == "") {
			t.Errorf("%q %q: got %q %t, want %s or error %q", f.In, f.In2, value, ok, f.Value, f.Error)
			continue
		}
		if !ok {
			continue
		}
		var want string
		if json.Unmarshal(f.Value, &want) != nil {
			want = compact(f.Value)
		}
		if value != want {
			t.Errorf("%q %q: got %q, want %q", f.In, f.In2, value, want)
		}
	}
}

func TestPython(t *testing.T) {
	data, err := os.ReadFile(*pythonFile)
	if err != nil {
		t.Fatal(err)
	}
	var facts map[string][]fact
	if err := json.Unmarshal(data, &facts); err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]func(f fact) (string, bool){
		"args":  func(f fact) (string, bool) { return argsText(f.In) },
		"rules": func(f fact) (string, bool) { return traceText(f.In) },
		"utf8": func(f fact) (string, bool) {
			raw, _ := hex.DecodeString(f.In)
			return pytext.Decode(raw), true
		},
		"int": func(f fact) (string, bool) {
			n, ok := parseInt(f.In)
			return str(n), ok
		},
		"float": func(f fact) (string, bool) {
			x, ok := parseFloat(f.In)
			return strFloat(x, 64), ok
		},
		"repr": func(f fact) (string, bool) {
			x, err := strconv.ParseFloat(f.In, 64)
			return strFloat(x, 64), err == nil
		},
		"iri":   func(f fact) (string, bool) { return urls.IRIToURI(f.In), true },
		"join":  func(f fact) (string, bool) { return urls.Join("http://localhost/app/", f.In), true },
		"ratio": func(f fact) (string, bool) { return strFloat(similarity(f.In, f.In2), 64), true },
	} {
		t.Run(name, func(t *testing.T) {
			list := facts[name]
			if name == "args" {
				for i := range list {
					list[i].Value = normalArgs(t, list[i].Value)
				}
			}
			check(t, list, got)
		})
	}
}

// argsText prints the arguments of a converter with their types.
func argsText(in string) (string, bool) {
	args, err := parseArgs(in)
	return printArgs(args), err == nil
}

func printArgs(args ConverterArgs) string {
	var b strings.Builder
	for _, v := range args.Positional {
		fmt.Fprintf(&b, "%T(%s) ", v, str(v))
	}
	for _, p := range args.Named {
		fmt.Fprintf(&b, "%s=%T(%s) ", p.Key, p.Value, str(p.Value))
	}
	return b.String()
}

func normalArgs(t *testing.T, raw json.RawMessage) json.RawMessage {
	if raw == nil {
		return nil
	}
	var v struct {
		Positional []json.RawMessage
		Named      [][2]json.RawMessage
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	var args ConverterArgs
	for _, r := range v.Positional {
		args.Positional = append(args.Positional, typed(t, r))
	}
	args.Named = typedPairs(t, v.Named)
	text, _ := json.Marshal(printArgs(args))
	return text
}

// traceText prints the pieces of a rule as Werkzeug keeps them.
func traceText(rule string) (string, bool) {
	r, err := NewMap().Add(rule, Options{Endpoint: "e"})
	if err != nil {
		return "", false
	}
	trace := [][2]any{{false, "|"}}
	for _, p := range r.pieces {
		trace = append(trace, [2]any{p.variable, p.text})
	}
	text, _ := json.Marshal(trace)
	return compact(text), true
}

// compact writes JSON in the one way that can be compared.
func compact(raw json.RawMessage) string {
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return err.Error()
	}
	text, _ := json.Marshal(v)
	return string(text)
}

// TestSeparatorsAroundNumbers: int() and float() leave the ASCII separators
// that strip() takes off.
func TestSeparatorsAroundNumbers(t *testing.T) {
	for in, want := range map[string]bool{" 5\u2003": true, "\x855": false, "\u00855": true, "\x1c5": false, "5\x1f": false, "\x1e٥": false} {
		if n, ok := parseInt(in); ok != want {
			t.Errorf("int(%q) = %v, %v", in, n, ok)
		}
		if f, ok := parseFloat(in); ok != want {
			t.Errorf("float(%q) = %v, %v", in, f, ok)
		}
	}
}
