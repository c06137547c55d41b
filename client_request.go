package cantil

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/internal/sendfile"
)

// RequestOption adds to a request that a [Client] makes in a test: one of
// FormData, FileData, JSONData, RequestBody, RequestHeader, QueryString and
// BasicAuth, or a custom function.
type RequestOption func(*fasthttp.Request)

// formKey is the user value under which a request keeps its form.
const formKey = "cantil.form"

// clientForm is a form that options put together.
type clientForm struct {
	pairs []string // names and values in turn
	files []clientFile
}

type clientFile struct {
	field, name, contentType string
	content                  []byte
}

func formOf(r *fasthttp.Request) *clientForm {
	form, _ := r.UserValue(formKey).(*clientForm)
	if form == nil {
		form = &clientForm{}
		r.SetUserValue(formKey, form)
	}
	return form
}

// FormData is an option of a test's request, its form, data={…}: names and values
// in turn, urlencoded in their order, or multipart beside [FileData]. A name
// without a value panics.
func FormData(namesAndValues ...string) RequestOption {
	inPairs("FormData", namesAndValues)
	return func(r *fasthttp.Request) {
		form := formOf(r)
		form.pairs = append(form.pairs, namesAndValues...)
	}
}

func inPairs(what string, list []string) {
	if n := len(list); n%2 != 0 {
		panic(fmt.Errorf("cantil: %s: %q has no value", what, list[n-1]))
	}
}

// FileData is an option of a test's request, a file of its form, data={field:
// (content, filename)}. The content's type is guessed by the name unless given.
func FileData(field, filename string, content []byte, contentType ...string) RequestOption {
	kind, _ := sendfile.Type(filename)
	kind, _, _ = strings.Cut(kind, ";")
	if len(contentType) > 0 {
		kind = contentType[0]
	}
	return func(r *fasthttp.Request) {
		form := formOf(r)
		form.files = append(form.files, clientFile{field, filename, kind, content})
	}
}

// finishForm makes the body of the form that the options put together.
func finishForm(r *fasthttp.Request) {
	form, _ := r.UserValue(formKey).(*clientForm)
	if form == nil {
		return
	}
	r.RemoveUserValue(formKey)
	if len(form.files) > 0 {
		form.multipart(r)
		return
	}
	RequestBody("application/x-www-form-urlencoded", []byte(urlEncoded(form.pairs)))(r)
}

func urlEncoded(pairs []string) string {
	var b strings.Builder
	for i := 0; i < len(pairs); i += 2 {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(pairs[i]) + "=" + url.QueryEscape(pairs[i+1]))
	}
	return b.String()
}

func (form *clientForm) multipart(r *fasthttp.Request) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body) // no write to a buffer fails
	for i := 0; i < len(form.pairs); i += 2 {
		_ = w.WriteField(form.pairs[i], form.pairs[i+1])
	}
	for _, f := range form.files {
		part, _ := w.CreatePart(textproto.MIMEHeader{
			"Content-Disposition": {multipart.FileContentDisposition(f.field, f.name)}, "Content-Type": {f.contentType},
		})
		_, _ = part.Write(f.content)
	}
	_ = w.Close()
	RequestBody(w.FormDataContentType(), body.Bytes())(r)
}

// JSONData is an option of a test's request, its body: v as JSON, json=v, with
// the Content-Type application/json. It panics if v cannot be written as JSON.
func JSONData(v any) RequestOption {
	body, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Errorf("cantil: JSONData: %w", err))
	}
	return RequestBody("application/json", body)
}

// RequestBody is an option of a test's request, its body with its Content-Type:
// data=body, content_type=contentType.
func RequestBody(contentType string, body []byte) RequestOption {
	return func(r *fasthttp.Request) {
		r.Header.SetContentType(contentType)
		r.Header.SetContentLength(len(body))
		r.SetBody(body)
	}
}

// RequestHeader is an option of a test's request, one more line of its header:
// headers={name: value}.
func RequestHeader(name, value string) RequestOption {
	return func(r *fasthttp.Request) { r.Header.Add(name, value) }
}

// RequestMethod is an option of [App.TestRequestContext], the request's method,
// method=: GET unless given.
func RequestMethod(method string) RequestOption {
	return func(r *fasthttp.Request) { r.Header.SetMethod(method) }
}

// QueryString is an option of a test's request, what its path is asked:
// query_string={…}, names and values in turn. It is added to a query that the
// path has already.
func QueryString(namesAndValues ...string) RequestOption {
	inPairs("QueryString", namesAndValues)
	return func(r *fasthttp.Request) {
		target, mark := string(r.Header.RequestURI()), "?"
		if strings.Contains(target, "?") {
			mark = "&"
		}
		r.SetRequestURI(target + mark + urlEncoded(namesAndValues))
	}
}

// BasicAuth is an option of a test's request, who makes it: auth=(username,
// password).
func BasicAuth(username, password string) RequestOption {
	return RequestHeader("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(username+":"+password)))
}

// ClientResponse is what a Client got back.
type ClientResponse struct {
	Status int
	Body   []byte
	URL    *url.URL // of the request, the last one if redirects were followed
	// History are the redirects that were followed, response.history.
	History []*ClientResponse

	header fasthttp.ResponseHeader
}

func newClientResponse(ctx *fasthttp.RequestCtx, u *url.URL) *ClientResponse {
	r := &ClientResponse{Status: ctx.Response.StatusCode(), URL: u}
	body := ctx.Response.Body() // reads a stream to its end
	if !ctx.Response.SkipBody && !ctx.IsHead() {
		r.Body = append([]byte(nil), body...)
	}
	ctx.Response.Header.CopyTo(&r.header)
	if !ctx.Response.SkipBody && r.header.ContentLength() >= 0 && len(r.header.Peek("Content-Length")) == 0 {
		r.header.SetContentLength(len(body))
	}
	return r
}

// Text is the body as a string, response.text.
func (r *ClientResponse) Text() string { return string(r.Body) }

// JSON decodes the body into v, response.json.
func (r *ClientResponse) JSON(v any) error { return json.Unmarshal(r.Body, v) }

// Header is the value of a header, the first if there are several: "" if there
// is none.
func (r *ClientResponse) Header(name string) string { return string(r.header.Peek(name)) }

// HeaderAll lists the values of a header.
func (r *ClientResponse) HeaderAll(name string) []string {
	var values []string
	for key, value := range r.header.All() {
		if strings.EqualFold(string(key), name) {
			values = append(values, string(value))
		}
	}
	return values
}

// HeaderNames lists the names of the headers, in order, repeated where a header
// is.
func (r *ClientResponse) HeaderNames() []string {
	var names []string
	for key := range r.header.All() {
		names = append(names, string(key))
	}
	return names
}

func (r *ClientResponse) redirects() bool {
	switch r.Status {
	case 301, 302, 303, 305, 307, 308:
		return r.Header("Location") != ""
	}
	return false
}
