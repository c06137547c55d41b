package codec_test

import (
	"fmt"

	"github.com/cantil-go/cantil/session/codec"
)

// A session is split without being decoded; one value is decoded, and the rest
// written back as it came.
func ExampleSerializer() {
	payload := `{"_permanent":true,"nomes":["Ana","Jo\u00e3o"],"visits":41}`
	s := codec.Detect(payload)

	fields, err := s.SplitFields(nil, payload)
	if err != nil {
		panic(err)
	}
	names, _ := s.DecodeValue(fields[1].Raw)
	fmt.Println(fields[1].Key, names)

	fields[2] = codec.Field{Key: "visits", Value: 42}
	out, _ := s.AppendFields(nil, fields)
	fmt.Printf("%s\n", out)
	// Output:
	// nomes [Ana João]
	// {"_permanent":true,"nomes":["Ana","Jo\u00e3o"],"visits":42}
}

// The same session in both forms.
func ExampleDetect() {
	fields := []codec.Field{{Key: "user", Value: "Maria"}, {Key: "at", Value: codec.Tuple{1, 2.5}}}
	for _, s := range []codec.Serializer{codec.Msgpack, codec.TaggedJSON} {
		payload, _ := s.AppendFields(nil, fields)
		fmt.Printf("%q %v\n", payload, codec.Detect(string(payload)) == s)
	}
	// Output:
	// "\x82\xa4user\xa5Maria\xa2at\x92\x01\xcb@\x04\x00\x00\x00\x00\x00\x00" true
	// "{\"at\":{\" t\":[1,2.5]},\"user\":\"Maria\"}" true
}

// For an application with app.json.sort_keys = False and app.json.ensure_ascii
// = False.
func ExampleNewTaggedJSON() {
	s := codec.NewTaggedJSON(codec.SortKeys(false), codec.EnsureASCII(false))
	out, _ := s.AppendFields(nil, []codec.Field{{Key: "b", Value: "João"}, {Key: "a", Value: nil}})
	fmt.Printf("%s\n", out)
	// Output: {"b":"João","a":null}
}

func ExampleAssign() {
	v, _ := codec.TaggedJSON.DecodeValue(`[{"sku":"A-1","qty":2}]`)
	var cart []struct {
		SKU string `json:"sku"`
		Qty int    `json:"qty"`
	}
	fmt.Println(codec.Assign(&cart, v), cart)

	var small int8
	fmt.Println(codec.Assign(&small, 300))
	// Output:
	// <nil> [{A-1 2}]
	// codec: cannot assign int 300 to int8
}

// A Dict keeps its order and takes keys that are not strings.
func ExampleDict() {
	d := codec.Dict{Items: []codec.Item{{Key: "z", Value: 1}, {Key: 7, Value: 2}}}
	raw, _ := codec.Msgpack.AppendValue(nil, d)
	v, _ := codec.Msgpack.DecodeValue(string(raw))
	seven, ok := v.(*codec.Dict).Get(7)
	fmt.Printf("%x %v %v\n", raw, seven, ok)
	// Output: 82a17a010702 2 true
}
