package codec

import (
	"testing"
)

// roundTrip checks what every accepted payload promises: each value decodes,
// and writing the fields again, raw or decoded, gives a payload with the same
// fields.
func roundTrip(t *testing.T, s Serializer, payload string) {
	fields, err := s.SplitFields(nil, payload)
	if err != nil {
		_, _ = s.DecodeValue(payload)
		return
	}
	again, err := s.AppendFields(nil, fields)
	if err != nil {
		t.Fatalf("writing raw fields: %v", err)
	}
	second, err := s.SplitFields(nil, string(again))
	if err != nil {
		t.Fatalf("reading %q: %v", again, err)
	}
	byKey := map[string]string{}
	for _, f := range second {
		byKey[f.Key] = f.Raw
	}
	if len(byKey) != len(fields) || len(second) != len(fields) {
		t.Fatalf("%d fields became %d", len(fields), len(second))
	}
	for _, f := range fields {
		if raw, ok := byKey[f.Key]; !ok || raw != f.Raw {
			t.Fatalf("%q: %q became %q", f.Key, f.Raw, raw)
		}
		decodeAgain(t, s, f.Raw)
	}
}

// searches checks that a payload which can be searched has what splitting it
// finds, and nothing else.
func searches(t *testing.T, s Serializer, payload string) {
	var first Field
	n, a := s.(Finder).Scan(payload, &first, "a")
	if n == 0 {
		return
	}
	fields, err := s.SplitFields(nil, payload)
	if err != nil || len(fields) > n || len(fields) == n && first != fields[0] {
		t.Fatalf("%d fields, the first %q; split: %q, %v", n, first, fields, err)
	}
	for _, f := range append(fields, Field{Key: "a", Raw: a}) {
		if raw, ok := s.(Finder).Find(payload, f.Key); raw != f.Raw || ok != (f.Raw != "") {
			t.Fatalf("found %q under %q, want %q", raw, f.Key, f.Raw)
		}
	}
}

// decodeAgain decodes raw, writes it, decodes and writes that: the two texts
// are equal.
func decodeAgain(t *testing.T, s Serializer, raw string) {
	v, err := s.DecodeValue(raw)
	if err != nil {
		t.Fatalf("decoding %q: %v", raw, err)
	}
	first, err := s.AppendValue(nil, v)
	if err != nil {
		t.Fatalf("writing %#v: %v", v, err)
	}
	v, err = s.DecodeValue(string(first))
	if err != nil {
		t.Fatalf("decoding %q: %v", first, err)
	}
	second, err := s.AppendValue(nil, v)
	if err != nil || string(second) != string(first) {
		t.Fatalf("%q became %q, %v", first, second, err)
	}
}

// TestScan: usual sessions can be searched, whatever their size.
func TestScan(t *testing.T) {
	for _, s := range []Serializer{Msgpack, TaggedJSON} {
		for _, n := range []int{1, 2, 3, 100} {
			fields := make([]Field, n)
			for i := range fields {
				fields[i] = Field{Key: string(rune('a' + i)), Value: []any{i, "x", nil, map[string]any{"k": 1.5}}}
			}
			payload, err := s.AppendFields(nil, fields)
			if err != nil {
				t.Fatal(err)
			}
			if got, raw := s.(Finder).Scan(string(payload), new(Field), "a"); got != n || raw == "" {
				t.Errorf("%d fields: counted %d, a is %q", n, got, raw)
			}
			searches(t, s, string(payload))
			if got, _ := s.(Finder).Scan(string(payload[:len(payload)-1]), new(Field), "a"); got != 0 {
				t.Errorf("%d fields, cut off: counted %d", n, got)
			}
		}
	}
}

func FuzzMsgpack(f *testing.F) {
	for _, seed := range []string{
		"\x80", "\x81\xa1a\x01", "\x82\x01\xc0\xa1b\x93\x01\xcb\x3f\xf0\x00\x00\x00\x00\x00\x00\xc4\x01x",
		"\x81\xa1d\xd6\xff\x67\x76\x02\x25", "\x81\xa1d\xc7\x0c\xff\x00\x00\x00\x00\xff\xff\xff\xf1\x88\x6e\x09\x00",
		"\x81\xa1m\x82\xa1a\x01\x02\x03", "\xdf\xff\xff\xff\xff", "\x81\xa1x\xd4\x05x", "\xde\x00\x01\xd9\x01a\xdc\x00\x01\x05",
		"\x81\xa1m\x81\x92\x01\x02\x03", "\x81\xa1a\xca\x3f\x80\x00\x00",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, payload string) {
		roundTrip(t, Msgpack, payload)
		searches(t, Msgpack, payload)
	})
}

func FuzzTaggedJSON(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"a":1}`, ` { "b" : [ 1 , -2.5e3 , "x\u00e9\ud83d\ude00\ud800" ] , "b" : null } `,
		`{" di":{" t__":{" t":[1]}}}`, `{"v":{" d":"Thu, 02 Jan 2025 03:04:05 GMT"}}`, `{"v":{" b":"YQ=="}}`,
		`{"v":{" u":"12345678123456789abcdef012345678"}}`, `{"v":{" m":"<b>"}}`, `{"\u0020di":{"a":{" di":{"bc":1}}}}`,
		`{"n":[NaN,Infinity,-Infinity,1e999,123456789012345678901234567890]}`, `{"a":{" t":[1]," t":[2]}}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, payload string) {
		roundTrip(t, TaggedJSON, payload)
		searches(t, TaggedJSON, payload)
	})
}
