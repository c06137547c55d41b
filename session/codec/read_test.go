package codec_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/cantil-go/cantil/session/codec"
)

// splitText writes fields in a form that tests can compare.
func splitText(fields []codec.Field) string {
	var b strings.Builder
	for _, f := range fields {
		fmt.Fprintf(&b, "%s=%s;", f.Key, f.Raw)
	}
	return b.String()
}

func TestSplitJSON(t *testing.T) {
	for _, c := range []struct {
		payload, want string
		err           error
	}{
		{`{}`, "", nil},
		{` { "a" : [ 1 , 2 ] , "b" : "x" } `, `a=[ 1 , 2 ];b="x";`, nil},
		{`{"a":1,"b":2,"a":3}`, `a=3;b=2;`, nil},
		{`{"\u0061":1}`, `a=1;`, nil},
		{`{" di":{" t__":{" t":[1]}}}`, ` t={" t":[1]};`, nil},
		{`{" di": { " t__" : 1 } }`, ` t=1;`, nil},
		{`{" di":1,"a":2}`, ` di=1;a=2;`, nil},
		{`{" t":[1]}`, "", codec.ErrNotMapping},
		{`{" m":"x"}`, "", codec.ErrNotMapping},
		{`{" di":{" t":[1]}}`, "", codec.ErrMalformed},
		{`{" di":{}}`, "", codec.ErrMalformed},
		{`[["a",1]]`, "", codec.ErrNotMapping},
		{`null`, "", codec.ErrNotMapping},
		{`{"a":1,}`, "", codec.ErrMalformed},
		{`{"a":1`, "", codec.ErrMalformed},
		{`{"a":1}x`, "", codec.ErrMalformed},
		{`{"a":{" t":1}}`, "", codec.ErrMalformed},
		{`{"a":{" u":"1"}}`, "", codec.ErrMalformed},
		{"{\"a\":\"\xff\"}", "", codec.ErrMalformed},
		{`{"a":` + strings.Repeat("[", 127) + strings.Repeat("]", 127) + `}`, "a=" + strings.Repeat("[", 127) + strings.Repeat("]", 127) + ";", nil},
		{`{"a":` + strings.Repeat("[", 128) + strings.Repeat("]", 128) + `}`, "", codec.ErrTooDeep},
		{"", "", codec.ErrMalformed},
	} {
		checkSplit(t, codec.TaggedJSON, c.payload, c.want, c.err)
	}
}

func TestSplitMsgpack(t *testing.T) {
	for _, c := range []struct {
		payload, want string
		err           error
	}{
		{"\x80", "", nil},
		{"\x82\xa1a\x01\xa1b\x92\x01\xa1x", "a=\x01;b=\x92\x01\xa1x;", nil},
		{"\x83\xa1a\x01\xa1b\x02\xa1a\x03", "a=\x03;b=\x02;", nil},
		{"\x85\x01\xa1a\xc3\xa1b\xc0\xa1c\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00\xa1d\xd0\xdf\xc2", "1=\xa1a;true=\xa1b;null=\xa1c;1.5=\xa1d;-33=\xc2;", nil},
		{"\x82\x01\x05\xa11\x06", "1=\x06;", nil}, // 1 and "1"
		{"\xde\x00\x01\xd9\x01a\x05", "a=\x05;", nil},
		{"\x81\xc4\x01x\x05", "", codec.ErrNotMapping},
		{"\x81\x92\x01\x02\x05", "", codec.ErrNotMapping},
		{"\x81\xa1a\x81\x80\x01", "", codec.ErrMalformed}, // a mapping as a key
		{"\xc0", "", codec.ErrNotMapping},
		{"\x90", "", codec.ErrNotMapping},
		{"\x81\xa1a\xc1", "", codec.ErrMalformed},
		{"\x81\xa1a\x01\x00", "", codec.ErrMalformed},
		{"\x81\xa1\xff\x01", "", codec.ErrMalformed},
		{"\x82\xa1a\x01", "", codec.ErrMalformed},
		{"\xdf\xff\xff\xff\xff", "", codec.ErrMalformed},
		{"\x81\xa1a\xdd\xff\xff\xff\xff", "", codec.ErrMalformed},
		{"\x81\xa1a\xc6\xff\xff\xff\xff", "", codec.ErrMalformed},
		{"\x81\xa1a\xc7\x03\xffabc", "", codec.ErrMalformed},                                              // timestamp of 3 bytes
		{"\x81\xa1a\xc7\x0c\xff\x3b\x9a\xca\x00\x00\x00\x00\x00\x00\x00\x00\x01", "", codec.ErrMalformed}, // a whole second of nanoseconds
		{"\x81\xa1a" + strings.Repeat("\x91", 127) + "\x90", "", codec.ErrTooDeep},
		{"", "", codec.ErrMalformed},
	} {
		checkSplit(t, codec.Msgpack, c.payload, c.want, c.err)
	}
}

func checkSplit(t *testing.T, s codec.Serializer, payload, want string, wantErr error) {
	t.Helper()
	before := []codec.Field{{Key: "before"}}
	fields, err := s.SplitFields(before, payload)
	if !errors.Is(err, wantErr) || splitText(fields) != "before=;"+want {
		t.Errorf("%.60q: %q, %v; want %q, %v", payload, splitText(fields), err, want, wantErr)
	}
	if wantErr == nil && codec.Detect(strings.TrimSpace(payload)) != s {
		t.Errorf("%.60q is taken for the other form", payload)
	}
}

// TestManyKeys: equal keys are found among many, too.
func TestManyKeys(t *testing.T) {
	var fields []codec.Field
	for i := range 5000 {
		fields = append(fields, codec.Field{Key: fmt.Sprint("k", i*7%4000), Value: i})
	}
	for _, s := range serializers {
		raw, err := s.AppendFields(nil, fields)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.SplitFields(nil, string(raw))
		if err != nil || len(got) != 4000 {
			t.Fatalf("%s: %d keys, %v", s.name, len(got), err)
		}
		if s.name == "json" { // sorted; of equal keys the order is not promised
			continue
		}
		for i, f := range got {
			want := i
			if i < 1000 {
				want = i + 4000
			}
			if v, err := s.DecodeValue(f.Raw); v != want || f.Key != fmt.Sprint("k", i*7%4000) {
				t.Fatalf("%s: field %d is %s, %v, %v", s.name, i, f.Key, v, err)
			}
		}
	}
}

// TestHostileSizes: what is not there takes no memory, however deep, long or
// numerous it claims to be.
func TestHostileSizes(t *testing.T) {
	for _, c := range []struct {
		name, payload string
		s             codec.Serializer
	}{
		{"map of 4 Gi", "\xdf\xff\xff\xff\xff\xa1a\x01", codec.Msgpack},
		{"list of 4 Gi", "\x81\xa1a\xdd\xff\xff\xff\xff\x01", codec.Msgpack},
		{"string of 4 GiB", "\x81\xa1a\xdb\xff\xff\xff\xffx", codec.Msgpack},
		{"extension of 4 GiB", "\x81\xa1a\xc9\xff\xff\xff\xff\x05x", codec.Msgpack},
		{"100000 lists", "\x81\xa1a" + strings.Repeat("\x91", 100_000), codec.Msgpack},
		{"lists that each claim all", "\x81\xa1a" + strings.Repeat("\xdd\x00\x00\xff\xff", 127) + "\xdb\x00\x01\x86\xa0" + strings.Repeat("x", 100_000), codec.Msgpack},
		{"100000 JSON lists", `{"a":` + strings.Repeat("[", 100_000), codec.TaggedJSON},
		{"100000 JSON objects", strings.Repeat(`{"a":`, 100_000), codec.TaggedJSON},
		{"100000 wrappers", strings.Repeat(`{" di":`, 100_000), codec.TaggedJSON},
	} {
		if got := allocated(func() {
			if _, err := c.s.SplitFields(nil, c.payload); err == nil {
				t.Errorf("%s: accepted", c.name)
			}
			if _, err := c.s.DecodeValue(c.payload); err == nil {
				t.Errorf("%s: decoded", c.name)
			}
		}); got > 4<<20 {
			t.Errorf("%s: took %d bytes", c.name, got)
		}
	}
}

// allocated returns how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestMixedDicts: dicts in each other whose last key is not a string are read
// in linear time.
func TestMixedDicts(t *testing.T) {
	payload := strings.Repeat("\x82\xa1a", 100) + "\x05" + strings.Repeat("\x01\x02", 100)
	v, err := codec.Msgpack.DecodeValue(payload)
	for range 100 {
		d, ok := v.(*codec.Dict)
		if !ok || err != nil {
			t.Fatalf("%T, %v", v, err)
		}
		if one, _ := d.Get(1); one != 2 || d.Len() != 2 {
			t.Fatalf("%v", d.Items)
		}
		v, _ = d.Get("a")
	}
	if v != 5 {
		t.Errorf("got %v", v)
	}
}

// TestFieldOrder: sorted by code point unless told otherwise, for few keys and
// for many.
func TestFieldOrder(t *testing.T) {
	for _, n := range []int{1, 2, 31, 32, 33, 200} {
		var fields []codec.Field
		for i := range n {
			fields = append(fields, codec.Field{Key: fmt.Sprintf("%03d", (i*37+5)%211), Value: i})
		}
		raw, err := codec.TaggedJSON.AppendFields(nil, fields)
		if err != nil {
			t.Fatal(err)
		}
		split, _ := codec.TaggedJSON.SplitFields(nil, string(raw))
		for i := 1; i < len(split); i++ {
			if split[i-1].Key >= split[i].Key {
				t.Fatalf("%d keys: %s before %s", n, split[i-1].Key, split[i].Key)
			}
		}
		if fields[0].Key != "005" {
			t.Fatal("the caller's fields have moved")
		}
		kept, _ := codec.NewTaggedJSON(codec.SortKeys(false)).AppendFields(nil, fields)
		if split, _ = codec.TaggedJSON.SplitFields(nil, string(kept)); split[0].Key != "005" || len(split) != n {
			t.Errorf("%d keys: order is lost", n)
		}
	}
}
