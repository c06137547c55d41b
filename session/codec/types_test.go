package codec_test

import (
	"errors"
	"math"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/cantil-go/cantil/session/codec"
)

type (
	role  string
	level int8
	key   [2]byte
	shape struct {
		Name   string    `json:"name"`
		Size   int       `msgpack:"size"`
		Tags   []string  `json:"tags,omitempty"`
		At     time.Time `json:"at"`
		hidden chan int
		Skip   func() `json:"-"`
	}
	node  struct{ Next *node }
	loop  []loop
	badge struct{}
	code  struct{ n int }
)

func (badge) HTML() string { return "<b>7</b>" }

func (c code) MarshalText() ([]byte, error) { return []byte("code-" + string(rune('0'+c.n))), nil }

var (
	moment = time.Date(2025, 1, 2, 0, 4, 5, 678900999, time.FixedZone("BRT", -3*3600))
	id     = codec.UUID{0x12, 0x34, 0x56, 0x78, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0, 0x12, 0x34, 0x56, 0x78}
)

// TestGoValues writes values of Go's many types; the JSON says what became of
// them. Types that come out of decoding are covered by the golden vectors.
func TestGoValues(t *testing.T) {
	n, r := 7, role("admin")
	for _, c := range []struct {
		in   any
		json string
	}{
		{int8(-5), "-5"}, {uint8(200), "200"}, {uint16(1), "1"}, {uint32(1), "1"}, {uintptr(1), "1"}, {float32(0.5), "0.5"},
		{uint64(math.MaxUint64), "18446744073709551615"}, {new(big.Int).Lsh(big.NewInt(1), 63), "9223372036854775808"},
		{level(3), "3"}, {time.Second, "1000000000"}, {role("admin"), `"admin"`},
		{&n, "7"}, {&r, `"admin"`}, {(*int)(nil), "null"}, {(*codec.Dict)(nil), "null"}, {(*big.Int)(nil), "null"},
		{[]string{"a", "b"}, `["a","b"]`}, {[]string(nil), "[]"}, {[]int{1, 2}, "[1,2]"}, {[2]bool{true}, "[true,false]"},
		{[]role{"x"}, `["x"]`}, {[][]int{{1}, nil}, "[[1],[]]"}, {[]byte("a"), `{" b":"YQ=="}`}, {key{1, 2}, `{" b":"AQI="}`},
		{map[string]string{"b": "2", "a": "1"}, `{"a":"1","b":"2"}`}, {map[role]int{"x": 1}, `{"x":1}`},
		{map[int]string{10: "b", 9: "a"}, `{"9":"a","10":"b"}`}, {map[any]any{"a": 1}, `{"a":1}`}, {map[level]int{2: 1}, `{"2":1}`},
		{map[string]any(nil), "{}"}, {map[string][]int{" t": {1}}, `{" di":{" t__":[1]}}`},
		{&shape{Name: "x", At: moment, hidden: make(chan int)}, `{"at":{" d":"Thu, 02 Jan 2025 03:04:05 GMT"},"name":"x","size":0}`},
		{struct{ ID codec.UUID }{id}, `{"ID":"12345678-1234-5678-9abc-def012345678"}`},
		{struct{ D any }{codec.Dict{Items: []codec.Item{{Key: 1, Value: 2}}}}, `{"D":{"1":2}}`},
		{code{4}, `{" b":"Y29kZS00"}`}, {[]any{code{5}, nil}, `[{" b":"Y29kZS01"},null]`},
		{node{&node{}}, `{"Next":{"Next":null}}`},
	} {
		text, err := codec.TaggedJSON.AppendValue(nil, c.in)
		if err != nil || string(text) != c.json {
			t.Errorf("%T: %s, %v; want %s", c.in, text, err, c.json)
		}
		// msgpack makes the same of it: read back and written as JSON, the two
		// agree, but for the types it turns into text.
		raw, err := codec.Msgpack.AppendValue(nil, c.in)
		if err != nil {
			t.Errorf("%T: %v", c.in, err)
			continue
		}
		v, err := codec.Msgpack.DecodeValue(string(raw))
		if err != nil {
			t.Errorf("%T: %x: %v", c.in, raw, err)
		}
		if text, err = codec.TaggedJSON.AppendValue(nil, v); err != nil || string(text) != c.json {
			t.Errorf("%T through msgpack: %s, %v; want %s", c.in, text, err, c.json)
		}
	}
}

func TestMarkup(t *testing.T) {
	for _, v := range []any{badge{}, &badge{}, codec.Markup("<b>7</b>")} {
		text, err := codec.TaggedJSON.AppendValue(nil, v)
		if string(text) != `{" m":"<b>7</b>"}` || err != nil {
			t.Errorf("%T: %s, %v", v, text, err)
		}
		for s, want := range map[codec.Serializer]struct {
			raw   string
			value any
		}{
			codec.Msgpack:     {"\xd7\x4d<b>7</b>", codec.Markup("<b>7</b>")}, // fixext 8, 77
			codec.MsgpackRows: {"\xa8<b>7</b>", "<b>7</b>"},
		} {
			raw, err := s.AppendValue(nil, v)
			if string(raw) != want.raw || err != nil {
				t.Errorf("%T: msgpack: %q, %v, want %q", v, raw, err, want.raw)
			}
			if back, err := s.DecodeValue(string(raw)); back != want.value || err != nil {
				t.Errorf("%T comes back as %T %v, %v", v, back, back, err)
			}
		}
	}
	for _, s := range []codec.Serializer{codec.TaggedJSON, codec.Msgpack, codec.MsgpackRows} {
		raw, err := s.AppendValue(nil, (*badge)(nil))
		if v, err2 := s.DecodeValue(string(raw)); v != nil || err != nil || err2 != nil {
			t.Errorf("nil: %q, %v, %v, %v", raw, v, err, err2)
		}
		long := codec.Markup(strings.Repeat("é", 500))
		raw, err = s.AppendValue(nil, []any{long, map[string]any{"a": long}})
		if err != nil || len(raw) < 2000 {
			t.Errorf("%q, %v", raw, err)
		}
		if _, err := s.AppendValue(nil, codec.Markup("a\xff")); s != codec.TaggedJSON && !errors.Is(err, codec.ErrInvalidText) {
			t.Errorf("not UTF-8: %v", err)
		}
	}
	for _, broken := range []string{"\xd4\x4d\xff", "\xc7\x03\x4dab"} {
		if v, err := codec.Msgpack.DecodeValue(broken); !errors.Is(err, codec.ErrMalformed) {
			t.Errorf("%q: %v, %v", broken, v, err)
		}
	}
}

func TestRefusedValues(t *testing.T) {
	endless := new(node)
	endless.Next = endless
	inside := []any{nil}
	inside[0] = inside
	ring := &codec.Dict{Items: []codec.Item{{Key: 1}}}
	ring.Items[0].Value = struct{ D *codec.Dict }{ring}
	self := loop{nil}
	self[0] = self
	var deep any
	for range 200 {
		deep = []any{deep}
	}
	year0 := time.Date(0, 12, 31, 0, 0, 0, 0, time.UTC)
	huge := new(big.Int).Lsh(big.NewInt(1), 20000)
	for _, c := range []struct {
		name          string
		in            any
		msgpack, json string // parts of the errors; empty is none
	}{
		{"channel", make(chan int), "codec: cannot store chan int in a session", "codec: cannot store chan int in a session"},
		{"func inside", []any{func() {}}, "cannot store func()", "cannot store func()"},
		{"func in a struct", struct{ F func() }{}, "cannot store func()", "cannot store func()"},
		{"complex", 1i, "cannot store complex128", "cannot store complex128"},
		{"pointer to itself", endless, "nested too deeply", "nested too deeply"},
		{"list in itself", inside, "nested too deeply", "nested too deeply"},
		{"typed list in itself", self, "nested too deeply", "nested too deeply"},
		{"dict in itself", ring, "nested too deeply", "nested too deeply"},
		{"deep", deep, "nested too deeply", "nested too deeply"},
		{"not UTF-8", "a\xff", "not valid UTF-8", "not valid UTF-8"},
		{"key that is not UTF-8", map[string]any{"\xff": 1}, "not valid UTF-8", "not valid UTF-8"},
		{"lone surrogate", "\xed\xa0\x80", "not valid UTF-8", ""},
		{"year 0", year0, "out of range", "out of range"},
		{"2^20000", huge, "out of range", "out of range"},
		{"2^64", new(big.Int).Lsh(big.NewInt(1), 64), "out of range", ""},
		{"extension", codec.Ext{Code: 5}, "", "cannot store codec.Ext"},
		{"key that JSON has not", codec.Dict{Items: []codec.Item{{Key: []byte("x")}}}, "", "unsupported key"},
		{"keys that Python cannot sort", codec.Dict{Items: []codec.Item{{Key: 1}, {Key: "1"}}}, "", "unsupported key"},
	} {
		for _, s := range []struct {
			codec.Serializer
			want string
		}{{codec.Msgpack, c.msgpack}, {codec.TaggedJSON, c.json}} {
			got, err := s.AppendValue([]byte("kept"), c.in)
			switch {
			case s.want == "" && err != nil, s.want != "" && err == nil:
				t.Errorf("%s: %v, want %q", c.name, err, s.want)
			case s.want != "" && (!strings.Contains(err.Error(), s.want) || string(got) != "kept"):
				t.Errorf("%s: %q, %v, want %q", c.name, got, err, s.want)
			}
			got, err = s.AppendFields([]byte("kept"), []codec.Field{{Key: "a", Value: 1}, {Key: "b", Value: c.in}})
			if (err != nil) != (s.want != "") || err != nil && string(got) != "kept" {
				t.Errorf("%s as a field: %q, %v", c.name, got, err)
			}
		}
	}
}

// TestDeepest: what can be written can be read, up to the last level.
func TestDeepest(t *testing.T) {
	for _, wrap := range []func(any) any{
		func(v any) any { return []any{v} },
		func(v any) any { return codec.Tuple{v} },
		func(v any) any { return map[string]any{" t": v} },
		func(v any) any { return &codec.Dict{Items: []codec.Item{{Key: 1, Value: v}}} },
	} {
		for _, s := range serializers {
			var v any
			depth := 0
			for ; depth < 200; depth++ {
				raw, err := s.AppendFields(nil, []codec.Field{{Key: " t", Value: v}})
				if err != nil {
					break
				}
				if _, err := s.SplitFields(nil, string(raw)); err != nil {
					t.Errorf("%s: depth %d is written and not read: %v", s.name, depth, err)
				}
				v = wrap(v)
			}
			if depth < 50 || depth == 200 {
				t.Errorf("%s: the limit is at %d", s.name, depth)
			}
		}
	}
}

func TestParseUUID(t *testing.T) {
	for _, s := range []string{id.String(), strings.ToUpper(id.String()), "12345678123456789abcdef012345678"} {
		if got, err := codec.ParseUUID(s); err != nil || got != id {
			t.Errorf("%s: %v, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "1234", id.String() + "0", "123456781234567-89abcdef012345678", strings.Repeat("g", 32), strings.Repeat("1", 33), strings.Repeat("1", 36)} {
		if got, err := codec.ParseUUID(s); err == nil {
			t.Errorf("%s: %v", s, got)
		}
	}
}

func TestAssign(t *testing.T) {
	list := []any{"a", "b"}
	person := map[string]any{"name": "Ana", "size": 3, "tags": list, "at": time.Unix(5, 0)}
	want := shape{Name: "Ana", Size: 3, Tags: []string{"a", "b"}, At: time.Unix(5, 0)}
	seven := 7
	for _, c := range []struct{ v, want any }{
		{"a", "a"}, {"a", role("a")}, {codec.Markup("a"), "a"}, {"a", codec.Markup("a")}, {true, true},
		{7, 7}, {7, int8(7)}, {7, uint64(7)}, {uint64(math.MaxUint64), uint64(math.MaxUint64)}, {7, 7.0}, {1.5, float32(1.5)},
		{7, any(7)}, {7, &seven}, {1000, time.Duration(1000)},
		{list, []string{"a", "b"}}, {codec.Tuple(list), []string{"a", "b"}}, {codec.Tuple(list), list}, {list, []role{"a", "b"}},
		{[]any{1, 2}, []int{1, 2}}, {[]any{[]any{1}, nil}, [][]int8{{1}, nil}}, {map[string]any{"a": 1}, map[role]level{"a": 1}}, {[]any{1, 2}, [2]int{1, 2}}, {[]byte("x"), []byte("x")}, {[]string{"x"}, []string{"x"}},
		{map[string]any{"a": 1}, map[string]any{"a": 1}}, {map[string]any{"a": 1}, map[string]int{"a": 1}},
		{&codec.Dict{Items: []codec.Item{{Key: 1, Value: "x"}}}, map[int]string{1: "x"}},
		{person, want}, {person, &want}, {[]any{person}, []shape{want}},
		{moment, moment}, {id, id}, {id.String(), id}, {id, id.String()}, {nil, []int(nil)}, {nil, (*shape)(nil)}, {nil, map[string]any(nil)},
	} {
		dst := reflect.New(reflect.TypeOf(c.want))
		if err := codec.Assign(dst.Interface(), c.v); err != nil || !reflect.DeepEqual(dst.Elem().Interface(), c.want) {
			t.Errorf("%#v to %T: %#v, %v", c.v, c.want, dst.Elem().Interface(), err)
		}
	}
}

func TestAssignRefuses(t *testing.T) {
	n := 5
	for _, c := range []struct {
		dst, v any
		want   string
	}{
		{new(int), "7", "cannot assign string to int"},
		{new(string), 7, "cannot assign int 7 to string"},
		{new(int8), 128, "cannot assign int 128 to int8"},
		{new(uint), -1, "cannot assign int -1 to uint"},
		{new(int64), uint64(math.MaxUint64), "cannot assign uint64 18446744073709551615 to int64"},
		{new(int), 1.5, "cannot assign float64 1.5 to int"},
		{new(float64), int64(1<<53 + 1), "cannot assign int64 9007199254740993 to float64"},
		{new(string), nil, "cannot assign nil to string"},
		{new([]int), []any{1, "x"}, "cannot assign []interface {} to []int"},
		{new(shape), "x", "cannot assign string to codec_test.shape"},
		{new(chan int), 1, "cannot assign int to chan int"},
		{new(float32), 1e300, "cannot assign float64 1e+300 to float32"},
		{new([]int8), []any{1, 300}, "cannot assign int 300 to int8"},
		{new(map[string]uint8), map[string]any{"a": 300}, "cannot assign int 300 to uint8"},
		{new(*uint8), 300, "cannot assign int 300 to uint8"},
		{(*string)(nil), "x", "needs a pointer"},
		{(*[]string)(nil), []any{"x"}, "needs a pointer"},
		{(*any)(nil), 1, "needs a pointer"},
		{n, 1, "needs a pointer"},
		{(*shape)(nil), 1, "needs a pointer"},
	} {
		if err := codec.Assign(c.dst, c.v); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v to %T: %v, want %q", c.v, c.dst, err, c.want)
		}
	}
}
