package conformance

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// defaultQuiet is how long nothing may come until an answer counts as complete.
const defaultQuiet = 600 * time.Millisecond

// A vector is what a client sends over one connection, and what may come of it.
type vector struct {
	ID          string   `json:"id"`
	Send        []sent   `json:"send"`
	Requirement string   `json:"requirement"`
	Acceptable  []string `json:"acceptable"`
	Group       string   `json:"group"`

	Head    bool    `json:"head"`    // its answer has no body
	Fin     bool    `json:"fin"`     // the client ends its half of the connection
	NoProbe bool    `json:"noprobe"` // no request afterwards
	Quiet   float64 `json:"quiet"`   // seconds, defaultQuiet for 0
}

// sent is one piece and how many seconds the client waits before it sends it.
type sent struct {
	After float64    `json:"after"`
	Bytes latin1List `json:"bytes"`
}

func (v *vector) quiet() time.Duration {
	if v.Quiet == 0 {
		return defaultQuiet
	}
	return time.Duration(v.Quiet * float64(time.Second))
}

// bytes is everything that the vector sends.
func (v *vector) bytes() []byte {
	var all []byte
	for _, piece := range v.Send {
		all = append(all, piece.Bytes...)
	}
	return all
}

// latin1List is bytes as the files write them: a list of texts in ISO 8859-1,
// of [text, times] and of {"repeat": text, "times": times}.
type latin1List []byte

// UnmarshalJSON puts the parts together.
func (l *latin1List) UnmarshalJSON(text []byte) error {
	var parts []json.RawMessage
	if err := json.Unmarshal(text, &parts); err != nil {
		return err
	}
	for _, part := range parts {
		piece, times, err := readPart(part)
		if err != nil {
			return err
		}
		for range times {
			*l = append(*l, piece...)
		}
	}
	return nil
}

// readPart reads one member of the list.
func readPart(part json.RawMessage) (piece []byte, times int, err error) {
	var text string
	var repeat struct {
		Repeat string `json:"repeat"`
		Times  int    `json:"times"`
	}
	switch times = 1; part[0] {
	case '"':
		err = json.Unmarshal(part, &text)
	case '[':
		err = json.Unmarshal(part, &[]any{&text, &times})
	default:
		err = json.Unmarshal(part, &repeat)
		text, times = repeat.Repeat, repeat.Times
	}
	if err != nil {
		return nil, 0, err
	}
	for _, r := range text {
		if r > 0xff {
			return nil, 0, fmt.Errorf("conformance: %q is not ISO 8859-1", text)
		}
		piece = append(piece, byte(r))
	}
	return piece, times, nil
}

// latin1 is bytes as text, a character each, as patterns look at it.
func latin1(raw []byte) string {
	var text strings.Builder
	for _, b := range raw {
		text.WriteRune(rune(b))
	}
	return text.String()
}

// readCases reads the file that the variable names, or that of testdata/wire.
func readCases(t testing.TB, variable, name string, cases any) {
	t.Helper()
	file := os.Getenv(variable)
	if file == "" {
		file = filepath.Join("..", "..", "testdata", "wire", name)
	}
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, cases)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// readVectors reads vectors.json, or the file that CANTIL_WIRE names.
func readVectors(t testing.TB) []*vector {
	t.Helper()
	var vectors []*vector
	readCases(t, "CANTIL_WIRE", "vectors.json", &vectors)
	if len(vectors) == 0 {
		t.Fatal("the file holds no vectors")
	}
	return vectors
}
