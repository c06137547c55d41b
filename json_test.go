package cantil

import (
	"encoding/json"
	"errors"
	"iter"
	"maps"
	"math"
	"math/big"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"
)

type markup string

func (m markup) HTML() string { return string(m) }

type uuid [16]byte

func (uuid) String() string { return "123e4567-e89b-12d3-a456-426614174000" }

type decimal struct{ text string }

func (d decimal) MarshalJSON() ([]byte, error) { return []byte(d.text), nil }

type onPointer struct{ N int }

func (*onPointer) MarshalJSON() ([]byte, error) { return []byte(`"pointer"`), nil }

type ordered []string

func (o ordered) All() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for _, k := range o {
			if !yield(k, len(k)) {
				return
			}
		}
	}
}

type base struct {
	ID   int `json:"id"`
	Name string
}

type inner struct{ Deep string }

type person struct {
	base
	*inner
	Name    string    `json:"nome"`
	Born    time.Time `json:"born"`
	Empty   []int     `json:"empty,omitempty"`
	Zero    time.Time `json:"zero,omitzero"`
	Hidden  string    `json:"-"`
	Big     int64     `json:"big,string"`
	Ratio   float32
	private int
}

func TestJSONValues(t *testing.T) {
	born := time.Date(2025, 1, 2, 3, 4, 5, 6, time.FixedZone("", -3*3600))
	var nilMap map[string]any
	var nilList []any
	var nilPointer *person
	for want, v := range map[string]any{
		`"Thu, 02 Jan 2025 06:04:05 GMT"`:                           born,
		`["<b>","123e4567-e89b-12d3-a456-426614174000",1.50,"::1"]`: []any{markup("<b>"), uuid{}, decimal{"1.50"}, netip.IPv6Loopback()},
		`{"9":1,"10":2}`:                 map[int]int{10: 2, 9: 1},
		`{"a":1,"bb":2}`:                 ordered{"bb", "a"},
		`{"k":"v"}`:                      iter.Seq2[string, any](func(y func(string, any) bool) { y("k", "v") }),
		`[null,null,null,null]`:          []any{nilMap, nilList, nilPointer, nil},
		`[NaN,Infinity,-Infinity]`:       []float64{math.NaN(), math.Inf(1), math.Inf(-1)},
		`["AP8=",[1,2],true]`:            []any{[]byte{0, 255}, [2]uint8{1, 2}, new(true)},
		`{"n":123456789012345678901234}`: map[string]any{"n": mustBig("123456789012345678901234")},
		`[{"Name":"base","Ratio":0.1,"big":"7","born":"Thu, 02 Jan 2025 06:04:05 GMT","id":3,"nome":"Ana"}]`: []person{{
			base: base{3, "base"}, Name: "Ana", Born: born, Hidden: "x", Big: 7, Ratio: 0.1, private: 1}},
		`["pointer",["pointer"]]`: []any{&onPointer{}, []onPointer{{1}}},
		`"a\ufffdb"`:              "a\xffb",
	} {
		if got, err := appendJSON(nil, v, flaskJSON); err != nil || string(got) != want {
			t.Errorf("got  %s, %v\nwant %s", got, err, want)
		}
	}
	unsorted := jsonOptions{}
	if got, _ := appendJSON(nil, []any{ordered{"é", "a"}, struct{ Z, A int }{}}, unsorted); string(got) != `[{"é":2,"a":1},{"Z":0,"A":0}]` {
		t.Errorf("%s", got)
	}
}

func mustBig(s string) *big.Int {
	n, _ := new(big.Int).SetString(s, 10)
	return n
}

func TestJSONRefuses(t *testing.T) {
	type node struct{ Next any }
	loop := &node{}
	loop.Next = loop
	var self any
	self = &self
	list := []any{nil}
	list[0] = list
	for _, v := range []any{make(chan int), func() {}, map[string]any{"a": 1i}, loop, self, list, decimal{"{"},
		time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), json.Number("x"), map[struct{ A int }]int{{}: 1}} {
		got, err := appendJSON([]byte("kept"), v, flaskJSON)
		if err == nil || !strings.HasPrefix(err.Error(), "cantil: JSON: ") || string(got) != "kept" {
			t.Errorf("%T: %.80s, %v", v, got, err)
		}
	}
}

func TestDecodeJSON(t *testing.T) {
	code := func(err error) int {
		if e, ok := errors.AsType[*HTTPError](err); ok {
			return e.Code
		}
		return 0
	}
	for _, c := range []struct {
		contentType, body string
		status            int
	}{
		{"application/json", `{}`, 0}, {"Application/JSON; Charset=x", ` [1] `, 0}, {"application/ld+json", `1`, 0},
		{"application/json", "\ufeff{}", 0},
		{"", `{}`, 415}, {"text/json", `{}`, 415}, {"text/plain", `{}`, 415}, {"+json", `{}`, 415},
		{"application/json", ``, 400}, {"application/json", `{`, 400}, {"application/json", `{} {}`, 400},
		{"application/json", `{}x`, 400}, {"application/json", "\"\xff\"", 400}, {"application/json", `{'a':1}`, 400},
		{"application/json", strings.Repeat("9", 5000), 400}, {"application/json", strings.Repeat("[", 1e6), 400},
	} {
		var v any
		if err := decodeJSON(c.contentType, []byte(c.body), &v); code(err) != c.status {
			t.Errorf("%s %.40q: %v", c.contentType, c.body, err)
		}
	}
	var text string
	if err := decodeJSON("application/json", []byte("1"), &text); code(err) != 400 {
		t.Error(err)
	}
	if err := decodeJSON("application/json", []byte("1"), text); err == nil || code(err) != 0 {
		t.Error("a target that is no pointer is the program's mistake", err)
	}
}

func TestDecodedNumbers(t *testing.T) {
	var v any
	body := `{"i":1,"f":1.0,"e":1e2,"inf":1e999,"big":123456789012345678901234,"z":-0,"l":[1,{"a":2.5}]}`
	if err := decodeJSONBody([]byte(body), &v); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"i": 1, "f": 1.0, "e": 100.0, "inf": math.Inf(1), "big": mustBig("123456789012345678901234"), "z": 0,
		"l": []any{1, map[string]any{"a": 2.5}}}
	if !reflect.DeepEqual(v, want) {
		t.Errorf("%#v", v)
	}
	var typed struct {
		Any   any
		List  []any
		Map   map[string][]any
		Float float64
		N     json.Number
	}
	if err := decodeJSONBody([]byte(`{"Any":1,"List":[2],"Map":{"a":[3]},"Float":4,"N":5}`), &typed); err != nil {
		t.Fatal(err)
	}
	if typed.Any != 1 || typed.List[0] != 2 || typed.Map["a"][0] != 3 || typed.Float != 4 || typed.N != "5" {
		t.Errorf("%#v", typed)
	}
	if m := map[string]any{}; decodeJSONBody([]byte(`{"a":1}`), &m) != nil || !maps.Equal(m, map[string]any{"a": 1}) {
		t.Errorf("%#v", m)
	}
}
