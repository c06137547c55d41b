package cantil

import (
	"fmt"
	"html"
	"io"
	"iter"
	"maps"
	"net/http"
	"reflect"
	"slices"

	"github.com/cantil-go/cantil/internal/flaskjson"
	"github.com/cantil-go/cantil/internal/urls"
)

// View is a view function. It returns what Flask lets a view return: a string or
// []byte (HTML), a *Response, an error, a map, slice or struct (JSON), or an
// io.Reader or iter.Seq[string], a function literal of its kind too, which are
// streamed. Anything else, nil too, is answered with a 500. The session is saved
// before a stream begins: what a stream changes in it is lost, and logged.
type View func(c *Context) any

// MakeResponse makes a response of a view's return value, make_response(rv).
// With a status it is Flask's return rv, status. A status below 200 or above 599
// is not a final one and panics; 101 is for [Context.Hijack].
func (c *Context) MakeResponse(rv any, status ...int) *Response {
	r := &Response{app: c.app}
	r, err := c.fill(r, rv)
	if err != nil {
		panic(err)
	}
	if len(status) > 0 {
		r.status = status[0]
		if !isFinal(r.status) && r.status != http.StatusSwitchingProtocols {
			panic(c.checkStatus(r))
		}
	}
	return r
}

// fill puts rv into r and returns r; a response is copied. An error as rv comes
// back as the error.
func (c *Context) fill(r *Response, rv any) (*Response, error) {
	if text, ok := rv.(string); ok { // first, since most are
		r.resetText(http.StatusOK, text)
		return r, nil
	}
	switch v := rv.(type) {
	case *Response:
		if v == nil {
			return nil, c.badReturn(rv)
		}
		return r.copyFrom(v), nil
	case error:
		return nil, v
	}
	r.reset(http.StatusOK)
	switch v := rv.(type) {
	case Markup:
		r.setText(string(v))
	case []byte:
		r.setBytes(v)
	case io.Reader:
		r.setStream(v)
		c.retained = true
	case iter.Seq[string]:
		r.setStream(&seqReader{seq: v})
		c.retained = true
	case func(yield func(string) bool): // the same, as a view's literal has it
		r.setStream(&seqReader{seq: v})
		c.retained = true
	default:
		return c.fillJSON(r, rv)
	}
	return r, nil
}

// fillJSON answers a map, slice or struct with JSON, as Flask does dict and list.
func (c *Context) fillJSON(r *Response, rv any) (*Response, error) {
	v := reflect.ValueOf(rv)
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.Map, reflect.Slice, reflect.Array, reflect.Struct:
	default:
		return nil, c.badReturn(rv)
	}
	body, err := c.dumpJSON(rv)
	if err != nil {
		return nil, err
	}
	r.setBytes(body)
	r.header.Set("Content-Type", c.app.JSONMimetype)
	return r, nil
}

func (c *Context) badReturn(rv any) error {
	const can = "a view returns a string, []byte, *Response, error, map, slice, struct, io.Reader or iter.Seq[string]"
	if rv == nil {
		return fmt.Errorf("cantil: the view of endpoint %q returned nil: %s", c.Endpoint(), can)
	}
	return fmt.Errorf("cantil: the view of endpoint %q returned a %T: %s", c.Endpoint(), rv, can)
}

// JSONify answers with v as JSON whatever v is, jsonify(v).
func (c *Context) JSONify(v any) *Response {
	body, err := c.dumpJSON(v)
	if err != nil {
		panic(err)
	}
	r := c.MakeResponse(body)
	r.header.Set("Content-Type", c.app.JSONMimetype)
	return r
}

// Redirect sends the browser to location, redirect(location, code): 302 unless
// told otherwise. It panics, which is a 500, for a host that cannot be one.
func (c *Context) Redirect(location string, code ...int) *Response {
	if err := urls.CheckAuthority(location); err != nil {
		panic(fmt.Errorf("cantil: Redirect(%q): %w", location, err))
	}
	return c.redirect(location, code)
}

func (c *Context) redirect(location string, code []int) *Response {
	status := http.StatusFound
	if len(code) > 0 {
		status = code[0]
	}
	link := html.EscapeString(urls.IRIToURI(location))
	r := c.MakeResponse("<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n" +
		"<h1>Redirecting...</h1>\n<p>This page is at <a href=\"" + link + "\">" + link + "</a>.\n")
	r.status = status
	r.header.Set("Location", location)
	return r
}

// dumpJSON writes v as a JSON answer, in Debug one that a person can read.
func (c *Context) dumpJSON(v any) ([]byte, error) {
	app := c.app
	if app.JSONProvider != nil {
		body, err := app.JSONProvider.Dumps(v)
		return append(body, '\n'), err
	}
	options := flaskjson.Options{SortKeys: app.JSONSortKeys, ASCII: app.JSONASCII}
	if app.JSONCompact != nil && !*app.JSONCompact || app.JSONCompact == nil && app.Debug {
		options.Indent = 2
	}
	body, err := flaskjson.Append(nil, v, options)
	return append(body, '\n'), err
}

// MethodView registers the methods of view for a rule: those named Get, Post, Put,
// Patch, Delete, Head, Options and Trace, each a [View], answer the requests of
// their method. name is the endpoint.
//
//	app.MethodView("/users/<int:id>", "user", &UserAPI{db})
//
// It is add_url_rule(rule, view_func=UserAPI.as_view(name)) with a value that all
// requests share. Without Head, Get answers HEAD. A view without any such method,
// and the option Methods, panic.
func (s *scaffold) MethodView(rule, name string, view any, options ...RouteOption) {
	methods := viewMethods(view)
	if len(methods) == 0 {
		panic(fmt.Errorf("cantil: MethodView(%q): a %T has no method such as Get(*cantil.Context) any", rule, view))
	}
	names := slices.Sorted(maps.Keys(methods))
	all := withMethod("MethodView", rule, "", options)
	all = append(all, Methods(names...), Endpoint(name))
	s.Route(rule, all...)(func(c *Context) any {
		answer := methods[c.Method()]
		if answer == nil { // HEAD; other methods do not come here
			answer = methods[http.MethodGet]
		}
		return answer(c)
	})
}

// viewMethods are the methods of a view that answer requests.
func viewMethods(view any) map[string]View {
	methods := map[string]View{}
	if v, ok := view.(interface{ Get(*Context) any }); ok {
		methods[http.MethodGet] = v.Get
	}
	if v, ok := view.(interface{ Post(*Context) any }); ok {
		methods[http.MethodPost] = v.Post
	}
	if v, ok := view.(interface{ Put(*Context) any }); ok {
		methods[http.MethodPut] = v.Put
	}
	if v, ok := view.(interface{ Patch(*Context) any }); ok {
		methods[http.MethodPatch] = v.Patch
	}
	if v, ok := view.(interface{ Delete(*Context) any }); ok {
		methods[http.MethodDelete] = v.Delete
	}
	if v, ok := view.(interface{ Head(*Context) any }); ok {
		methods[http.MethodHead] = v.Head
	}
	if v, ok := view.(interface{ Options(*Context) any }); ok {
		methods[http.MethodOptions] = v.Options
	}
	if v, ok := view.(interface{ Trace(*Context) any }); ok {
		methods[http.MethodTrace] = v.Trace
	}
	return methods
}
