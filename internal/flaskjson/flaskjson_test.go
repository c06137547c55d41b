package flaskjson

import (
	"encoding/json"
	"iter"
	"maps"
	"math"
	"math/big"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil/internal/testkit/vectors"
	"github.com/cantil-go/cantil/session/codec"
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
		if got, err := Append(nil, v, Default); err != nil || string(got) != want {
			t.Errorf("got  %s, %v\nwant %s", got, err, want)
		}
	}
	unsorted := Options{}
	if got, _ := Append(nil, []any{ordered{"é", "a"}, struct{ Z, A int }{}}, unsorted); string(got) != `[{"é":2,"a":1},{"Z":0,"A":0}]` {
		t.Errorf("%s", got)
	}
}

// TestJSONPlain: json.dumps by itself, with its spaces, in a given order,
// without what Flask's provider adds.
func TestJSONPlain(t *testing.T) {
	plain := Options{Plain: true, ASCII: true, Spaced: true}
	v := &codec.Dict{Items: []codec.Item{{Key: "b", Value: []any{1, 2.0, nil}}, {Key: 1, Value: map[string]any{}}, {Key: nil, Value: "é\x7f"}}}
	want := `{"b": [1, 2.0, null], "1": {}, "null": "\u00e9\u007f"}`
	if got, err := Append(nil, v, plain); err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
	tupleKey := &codec.Dict{Items: []codec.Item{{Key: codec.Tuple{1}, Value: 2}}}
	for _, v := range []any{time.Now(), new(time.Time), []byte("a"), [2]byte{}, codec.UUID{}, &codec.UUID{}, []any{uuid{}},
		struct{ T time.Time }{}, tupleKey} {
		if got, err := Append(nil, v, plain); err == nil || !strings.HasPrefix(err.Error(), "cantil: JSON: ") {
			t.Errorf("%T: %s, %v", v, got, err)
		}
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
		got, err := Append([]byte("kept"), v, Default)
		if err == nil || !strings.HasPrefix(err.Error(), "cantil: JSON: ") || string(got) != "kept" {
			t.Errorf("%T: %.80s, %v", v, got, err)
		}
	}
}

func TestDecodedNumbers(t *testing.T) {
	var v any
	body := `{"i":1,"f":1.0,"e":1e2,"inf":1e999,"big":123456789012345678901234,"z":-0,"l":[1,{"a":2.5}]}`
	if err := Decode([]byte(body), &v); err != nil {
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
	if err := Decode([]byte(`{"Any":1,"List":[2],"Map":{"a":[3]},"Float":4,"N":5}`), &typed); err != nil {
		t.Fatal(err)
	}
	if typed.Any != 1 || typed.List[0] != 2 || typed.Map["a"][0] != 3 || typed.Float != 4 || typed.N != "5" {
		t.Errorf("%#v", typed)
	}
	if m := map[string]any{}; Decode([]byte(`{"a":1}`), &m) != nil || !maps.Equal(m, map[string]any{"a": 1}) {
		t.Errorf("%#v", m)
	}
}

func TestJSONAsFlask(t *testing.T) {
	for _, row := range vectors.Rows(t, "json", "dumps") {
		compact, unicode, indented := vectors.Cell[string](t, row[0]), vectors.Cell[string](t, row[1]), vectors.Cell[string](t, row[2])
		var v any
		if err := Decode([]byte(compact), &v); err != nil {
			t.Fatalf("%s: %v", compact, err)
		}
		for want, opts := range map[string]Options{
			compact:         {SortKeys: true, ASCII: true},
			unicode + "\n":  {SortKeys: true},
			indented + "\n": {SortKeys: true, ASCII: true, Indent: 2},
		} {
			if got, err := Append(nil, v, opts); err != nil || string(got)+"\n" != want {
				t.Errorf("Append %+v: got %s, %v, want %s", opts, got, err, want)
			}
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, body := range []string{``, `{`, `{} {}`, `{}x`, "\"\xff\"", `{'a':1}`, strings.Repeat("9", 5000), strings.Repeat("[", 1e6)} {
		if err := Decode([]byte(body), new(any)); err == nil {
			t.Errorf("%.40q was read", body)
		}
	}
}

func TestWritingCosts(t *testing.T) {
	buf := make([]byte, 0, 512)
	var v any = map[string]any{"a": []string{"x", "é"}, "b": 1.5, "c": map[string]any{"d": nil}}
	if n := testing.AllocsPerRun(100, func() { buf, _ = Append(buf[:0], v, Default) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2.5,null]}`, "\ufeff1", `"\ud800"`, "[[[", "1e999 1"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) { Decode(body, new(any)) })
}

func BenchmarkAppendJSON(b *testing.B) {
	buf := make([]byte, 0, 1024)
	var object any = map[string]any{"message": "Hello, World!", "n": 42, "list": []any{1, 2.5, "três", nil, true}}
	type point struct {
		X    int     `json:"x"`
		Y    float64 `json:"y"`
		Name string  `json:"name,omitempty"`
	}
	var list any = []point{{1, 2.5, "a"}, {3, 4, ""}}
	b.Run("map", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			buf, _ = Append(buf[:0], object, Default)
		}
	})
	b.Run("structs", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			buf, _ = Append(buf[:0], list, Default)
		}
	})
}
