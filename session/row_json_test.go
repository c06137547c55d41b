package session_test

import (
	"slices"
	"testing"
	"time"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
)

// TestRowJSON: what has no JSON is as msgspec writes it.
func TestRowJSON(t *testing.T) {
	uuid, _ := codec.ParseUUID("12345678-1234-5678-9abc-def012345678")
	loop := map[string]any{}
	loop["self"] = loop
	for _, c := range []struct {
		value any
		want  string
	}{
		{[]byte{0, 255}, `"AP8="`},
		{time.Date(2025, 1, 2, 3, 4, 5, 678_900_000, time.UTC), `"2025-01-02T03:04:05.678900Z"`},
		{time.Date(2025, 1, 2, 0, 4, 5, 0, time.FixedZone("", -3*3600)), `"2025-01-02T03:04:05Z"`},
		{uuid, `"12345678-1234-5678-9abc-def012345678"`},
		{codec.Tuple{1, "a"}, `[1,"a"]`},
		{map[string]any{" t": []any{[]byte("x")}, "é": "\u2028"}, "{\" t\":[\"eA==\"],\"é\":\"\u2028\"}"},
		{struct {
			A []string `json:"a"`
		}{[]string{"x"}}, `{"a":["x"]}`},
		{uint64(1) << 63, `9223372036854775808`},
		{codec.Markup("<b>"), `"<b>"`},
		{make(chan int), ""},
		{loop, ""},
	} {
		got, err := session.RowJSON.AppendValue([]byte("."), c.value)
		if string(got) != "."+c.want || (err == nil) != (c.want != "") {
			t.Errorf("%T: %s, %v; want %s", c.value, got, err, c.want)
		}
	}
	fields := []codec.Field{{Key: "z", Value: 1}, {Key: "a", Raw: `{" t":[1]}`}}
	got, err := session.RowJSON.AppendFields(nil, fields)
	if err != nil || string(got) != `{"z":1,"a":[1]}` {
		t.Errorf("%s, %v", got, err)
	}
	back, err := session.Decode(string(got), session.RowJSON)
	noError(t, err)
	if !slices.Equal(back.Keys(), []string{"z", "a"}) {
		t.Error("other keys come back")
	}
}
