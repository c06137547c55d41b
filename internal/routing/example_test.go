package routing_test

import (
	"fmt"

	"github.com/cantil-go/cantil/internal/routing"
)

func ExampleMap_Match() {
	m := routing.NewMap()
	m.Add("/user/<name>/posts/<int:id>", routing.Options{Endpoint: "post", Methods: []string{"GET"}})
	m.Add("/about/", routing.Options{Endpoint: "about"})

	var r routing.Result // of one request after the other
	for _, path := range []string{"/user/maria/posts/007", "/about", "/nothing"} {
		switch m.Match("GET", path, &r); r.Kind {
		case routing.Matched:
			fmt.Println(r.Rule.Endpoint(), r.Args[0].Value(), r.Args[1].Value())
		case routing.Redirect:
			fmt.Println(r.Location(&routing.Binding{Scheme: "http", Host: "localhost", Query: "q=1"}))
		default:
			fmt.Println(r.Kind == routing.NotFound)
		}
	}
	// Output:
	// post maria 7
	// http://localhost/about/?q=1 <nil>
	// true
}

func ExampleMap_URLFor() {
	m := routing.NewMap()
	m.Add("/user/<name>", routing.Options{Endpoint: "user"})

	request := &routing.Binding{Scheme: "https", Host: "example.com", Method: "GET"}
	fmt.Println(m.URLFor(request, "user", routing.Pair{Key: "name", Value: "Ana Maria"}, routing.Pair{Key: "page", Value: 2}))
	fmt.Println(m.URLFor(request, "user", routing.Pair{Key: "name", Value: "zé"}, routing.Pair{Key: "_external", Value: true}))
	fmt.Println(m.URLFor(request, "user"))
	// Output:
	// /user/Ana%20Maria?page=2 <nil>
	// https://example.com/user/z%C3%A9 <nil>
	//  cantil: no URL for endpoint "user": rule "/user/<name>" also needs ["name"]
}

// A custom converter: a number in binary.
func ExampleConverter() {
	m := routing.NewMap()
	m.Converters["bits"] = func(routing.ConverterArgs) (*routing.Converter, error) {
		return &routing.Converter{
			Regex: "[01]+",
			ToGo: func(text string) (any, error) {
				var n int
				_, err := fmt.Sscanf(text, "%b", &n)
				return n, err
			},
			ToURL: func(value any) (string, error) { return fmt.Sprintf("%b", value), nil },
		}, nil
	}
	m.Add("/flags/<bits:set>", routing.Options{Endpoint: "flags"})

	var r routing.Result
	m.Match("GET", "/flags/101", &r)
	fmt.Println(r.Args[0].Value())
	fmt.Println(m.URLFor(&routing.Binding{}, "flags", routing.Pair{Key: "set", Value: 6}))
	// Output:
	// 5
	// /flags/110 <nil>
}
