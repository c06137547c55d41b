package cantil

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/cantil-go/cantil/internal/flaskjson"
	"github.com/cantil-go/cantil/internal/formdata"
	"github.com/cantil-go/cantil/internal/httpheader"
)

// requestBody is what was read of the request's body.
type requestBody struct {
	parsed   bool // as a form
	form     Values
	files    []*File
	consumed bool // the form took the body: Data is empty from then on
}

// Form is the request's form, request.form: urlencoded or multipart. It is empty
// if the body is no form. A form that breaks a limit panics with a 413.
func (c *Context) Form() Values {
	return c.parsedBody().form
}

// Files are the uploaded files of a field, request.files.getlist(field). A name
// for all fields together does not exist; see [Context.AllFiles].
func (c *Context) Files(field string) []*File {
	var files []*File
	for _, f := range c.parsedBody().files {
		if f.Name == field {
			files = append(files, f)
		}
	}
	return files
}

// AllFiles are the uploaded files of all fields in the order in which they came.
func (c *Context) AllFiles() []*File { return c.parsedBody().files }

// parsedBody parses the form at the first call.
func (c *Context) parsedBody() *requestBody {
	b := c.requestBody()
	if b.parsed {
		return b
	}
	b.parsed = true
	c.checkContentLength()
	if !formdata.Takes(c.ContentType()) {
		return b
	}
	form, files, err := parseForm(c.ContentType(), c.rawBody(), formdata.Limits{
		Content: c.app.MaxContentLength, Memory: c.app.MaxFormMemorySize, Parts: c.app.MaxFormParts})
	if err != nil {
		panic(err)
	}
	b.form, b.files, b.consumed = form, files, true
	return b
}

func (c *Context) requestBody() *requestBody {
	if c.body == nil {
		c.body = &requestBody{}
	}
	return c.body
}

// Data is the request's body, request.get_data(). Once the body was read as a
// form it is empty, as in Flask. A body above MaxContentLength panics with a 413.
func (c *Context) Data() []byte {
	if c.requestBody().consumed {
		return []byte{}
	}
	return append([]byte{}, c.rawBody()...)
}

// rawBody is the body in fasthttp's buffer. The server hands over as a stream
// only what is larger than MaxContentLength or does not say its length.
func (c *Context) rawBody() []byte {
	limit := c.app.MaxContentLength
	c.checkContentLength()
	if c.ctx.Request.IsBodyStream() {
		c.readStream(limit)
	}
	body := c.ctx.Request.Body()
	if limit > 0 && len(body) > limit {
		panic(&HTTPError{Code: http.StatusRequestEntityTooLarge})
	}
	return body
}

// checkContentLength refuses a body that is announced to be too large.
func (c *Context) checkContentLength() {
	if limit := c.app.MaxContentLength; limit > 0 && c.ctx.Request.Header.ContentLength() > limit {
		panic(&HTTPError{Code: http.StatusRequestEntityTooLarge})
	}
}

// readStream puts a streamed body into memory, up to one byte above the limit.
func (c *Context) readStream(limit int) {
	var stream io.Reader = c.ctx.RequestBodyStream()
	if limit > 0 {
		stream = io.LimitReader(stream, int64(limit)+1)
	}
	body, err := io.ReadAll(stream)
	if err != nil {
		panic(&HTTPError{Code: http.StatusBadRequest, Description: "The request's body did not arrive whole.", Err: err})
	}
	c.ctx.Request.SetBodyRaw(body)
	c.bodyRead = limit <= 0 || len(body) <= limit // then the reading came to io.EOF
}

// Args are the values of the query, request.args.
func (c *Context) Args() Values {
	if c.args == nil {
		args := parseQuery(c.ctx.URI().QueryString())
		c.args = &args
	}
	return *c.args
}

// Values are the query's and then, of a request with a body, the form's values:
// request.values. Get finds the query's first.
func (c *Context) Values() Values {
	args := c.Args()
	switch c.Method() {
	case http.MethodPost, http.MethodPut, http.MethodPatch:
		return args.combine(c.Form())
	}
	return args
}

// Cookies are the request's cookies, request.cookies.
func (c *Context) Cookies() Values {
	if c.cookies == nil {
		cookies := parseCookies(cookieHeader(&c.ctx.Request.Header))
		c.cookies = &cookies
	}
	return *c.cookies
}

// notJSON tells the client what its request lacks.
const notJSON = "The request's body is not announced as JSON: its Content-Type must be application/json."

// JSON decodes the request's JSON into v, request.json. A body of another type
// is a 415 error and one that is not JSON a 400: return the error to answer so.
func (c *Context) JSON(v any) error {
	if !c.IsJSON() {
		return Abort(http.StatusUnsupportedMediaType, notJSON)
	}
	return decodeJSONBody(c.rawBody(), v)
}

// ForceJSON is JSON whatever type the request says its body is,
// request.get_json(force=True).
func (c *Context) ForceJSON(v any) error { return decodeJSONBody(c.rawBody(), v) }

// IsJSON tells whether the request says that its body is JSON, request.is_json.
func (c *Context) IsJSON() bool { return httpheader.IsJSON(c.Mimetype()) }

// decodeJSONBody reads JSON; a body that is none is a 400.
func decodeJSONBody(body []byte, v any) error {
	err := flaskjson.Decode(body, v)
	// A target that is no pointer is a mistake in the program, not in the request.
	if _, mistake := errors.AsType[*json.InvalidUnmarshalError](err); mistake || err == nil {
		return err
	}
	return Abort(http.StatusBadRequest)
}
