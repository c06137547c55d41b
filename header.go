package cantil

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/cantil-go/cantil/internal/httpheader"
	"github.com/cantil-go/cantil/internal/pytext"
	"github.com/cantil-go/cantil/internal/urls"
)

// Names of headers as fasthttp keeps them.
var (
	cookieKey    = []byte("Cookie")
	setCookieKey = []byte("Set-Cookie")
	varyKey      = []byte("Vary")
)

// Header is an ordered list of response headers, Werkzeug's Headers: a name can stand in it several times, and is found
// in any case of its letters. The zero value is empty and ready.
type Header struct {
	fields []headerField
	owner  *Header // whose the fields are: not h, if it was copied with its Response
}

// own makes the fields h's alone before they change. A copied Header shares
// them, perhaps with the requests of other visitors.
func (h *Header) own() {
	if h.owner != h {
		h.fields, h.owner = slices.Clone(h.fields), h
	}
}

// copyFrom makes h a copy of g that shares nothing and keeps the memory of h.
func (h *Header) copyFrom(g *Header) {
	h.empty()
	h.fields = append(h.fields, g.fields...)
}

// empty removes all lines and keeps the memory, if it is h's own.
func (h *Header) empty() {
	if h.owner != h {
		h.fields, h.owner = nil, h
	}
	clear(h.fields)
	h.fields = h.fields[:0]
}

type headerField struct{ name, value string }

// Get returns the first value of a header, "" if there is none.
func (h *Header) Get(name string) string {
	if i := h.index(name, 0); i >= 0 {
		return h.fields[i].value
	}
	return ""
}

// GetAll returns every value of a header in order (getlist).
func (h *Header) GetAll(name string) []string {
	var values []string
	for i := h.index(name, 0); i >= 0; i = h.index(name, i+1) {
		values = append(values, h.fields[i].value)
	}
	return values
}

// Has reports whether a header is there.
func (h *Header) Has(name string) bool { return h.index(name, 0) >= 0 }

// Len returns the number of lines.
func (h *Header) Len() int { return len(h.fields) }

// Set replaces every line of a header by one, which stands where the first of them stood.
//
// Set and [Header.Add] panic if the name is not a token of RFC 9110 or if the value holds CR, LF or NUL. Flask raises
// ValueError for a line break; both end in a 500, never in a header that a client wrote.
func (h *Header) Set(name, value string) {
	checkHeader(name, value)
	h.own()
	i := h.index(name, 0)
	if i < 0 {
		h.fields = append(h.fields, headerField{name, value})
		return
	}
	h.fields[i] = headerField{name, value}
	h.delFrom(name, i+1)
}

// Add appends a line and keeps those that are there. It panics as [Header.Set] does.
func (h *Header) Add(name, value string) {
	checkHeader(name, value)
	h.own()
	h.fields = append(h.fields, headerField{name, value})
}

// Del removes every line of a header; a header that is not there is not an error.
func (h *Header) Del(name string) { h.delFrom(name, 0) }

// All yields name and value of every line, in order.
func (h *Header) All() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for _, f := range h.fields {
			if !yield(f.name, f.value) {
				return
			}
		}
	}
}

// reset makes Content-Type the only header and keeps the memory of h; the strings of the others are let go.
func (h *Header) reset(contentType string) {
	h.empty()
	h.fields = append(h.fields, headerField{headerContentType, contentType})
}

const headerContentType = "Content-Type"

// index finds the first line of name at or after from.
func (h *Header) index(name string, from int) int {
	for i := from; i < len(h.fields); i++ {
		if f := h.fields[i].name; len(f) == len(name) && (f == name || strings.EqualFold(f, name)) {
			return i
		}
	}
	return -1
}

func (h *Header) delFrom(name string, from int) {
	i := h.index(name, from)
	if i < 0 {
		return
	}
	h.own()
	kept := h.fields[:i]
	for _, f := range h.fields[i+1:] {
		if !strings.EqualFold(f.name, name) {
			kept = append(kept, f)
		}
	}
	clear(h.fields[len(kept):])
	h.fields = kept
}

// checkHeader panics if the pair would not be one header line.
func checkHeader(name, value string) {
	if !httpheader.IsToken(name) {
		panic(fmt.Errorf("cantil: header name %q is not a token", name))
	}
	if strings.IndexByte(value, '\r') >= 0 || strings.IndexByte(value, '\n') >= 0 || strings.IndexByte(value, 0) >= 0 {
		panic(fmt.Errorf("cantil: header %s must not contain newline or NUL characters: %q", name, value))
	}
}

// writeTo adds every line to dst. Lines that dst holds already stay, but fasthttp has one Content-Type, Server and
// Content-Length, where the last wins; it sets Date and Transfer-Encoding itself and ignores them here. If h has no
// Content-Type none is sent: Flask has no default for a response whose header was deleted.
//
// A value goes out as ISO 8859-1, as WSGI does it; one with a character outside of it goes out as UTF-8. The URL of a
// redirect is written in ASCII.
func (h *Header) writeTo(dst *fasthttp.ResponseHeader) {
	dst.SetNoDefaultContentType(true)
	for i := range h.fields {
		f := &h.fields[i]
		if f.value == htmlType && f.name == headerContentType { // almost every response has it
			dst.SetContentType(htmlType)
			continue
		}
		if f.value == "Cookie" && f.name == "Vary" && (i == len(h.fields)-1 || h.index("Vary", i+1) < 0) { // every response with a session
			dst.SetCanonical(varyKey, cookieKey)
			continue
		}
		f.writeTo(dst)
	}
}

// writeSetCookie adds a Set-Cookie line. fasthttp's Set takes each for a line of
// its own under this name, and copies it.
func writeSetCookie(dst *fasthttp.ResponseHeader, line []byte) { dst.SetCanonical(setCookieKey, line) }

func (f *headerField) writeTo(dst *fasthttp.ResponseHeader) {
	value := f.value
	if strings.EqualFold(f.name, "Location") || strings.EqualFold(f.name, "Content-Location") {
		value = urls.IRIToURI(value)
	}
	if pytext.IsASCII(value) {
		dst.Add(f.name, value)
		return
	}
	var stack [128]byte
	if b, ok := pytext.AppendLatin1(stack[:0], value); ok {
		dst.AddBytesV(f.name, b)
	} else {
		dst.Add(f.name, value)
	}
}

// addVary makes sure that Vary names a request header, as response.vary.add does: the name joins the first Vary line,
// unless a line has it already in any case. Lines after the first are kept; Werkzeug would drop them.
func addVary(h *Header, name string) {
	h.own()
	if len(h.fields) == 1 && h.fields[0].name == headerContentType { // the usual response
		h.fields = append(h.fields, headerField{"Vary", name})
		return
	}
	first := h.index("Vary", 0)
	if first < 0 {
		h.fields = append(h.fields, headerField{"Vary", name})
		return
	}
	for i := first; i >= 0; i = h.index("Vary", i+1) {
		if httpheader.ListHas(h.fields[i].value, name) {
			return
		}
	}
	h.fields[first] = headerField{"Vary", httpheader.JoinList(append(httpheader.SplitList(h.fields[first].value), name))}
}

// dropEntity removes the headers that speak of a body, which a 304 has none of
// (RFC 9110, 15.4.5, as Werkzeug reads it).
func (h *Header) dropEntity() {
	for _, name := range entityHeaders {
		h.Del(name)
	}
}

var entityHeaders = []string{"Allow", "Content-Encoding", "Content-Language", "Content-Length",
	"Content-MD5", "Content-Range", "Content-Type", "Last-Modified"}
