package cantil

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/cantil-go/cantil/internal/flaskobject"
	"github.com/cantil-go/cantil/internal/httpheader"
	"github.com/cantil-go/cantil/internal/pytext"
	"github.com/cantil-go/cantil/render/jinja"
)

// templateRequest is the request as a template sees it: flask.request, with its
// names, and nothing of Context's.
type templateRequest struct{ c *Context }

// JinjaType is the name of the class.
func (templateRequest) JinjaType() string { return "Request" }

// String is repr(request).
func (r templateRequest) String() string {
	return "<Request " + pytext.Repr(r.c.URL()) + " [" + r.c.Method() + "]>"
}

// Plain is what a template of html/template sees: the Context, {{.request.Path}}.
func (r templateRequest) Plain() any { return r.c }

// JinjaAttr gives an attribute of flask.request.
func (r templateRequest) JinjaAttr(name string) (any, bool) {
	if f := requestTexts[name]; f != nil {
		return f(r.c), true
	}
	if f := requestValues[name]; f != nil {
		return f(r.c), true
	}
	if header := requestHeaders[name]; header != "" {
		if !r.c.HasHeader(header) {
			return nil, true
		}
		return r.c.Header(header), true
	}
	return nil, false
}

// requestTexts are the attributes that are text.
var requestTexts = map[string]func(*Context) string{
	"method": (*Context).Method, "path": (*Context).Path, "full_path": (*Context).FullPath,
	"url": (*Context).URL, "base_url": (*Context).BaseURL, "url_root": (*Context).URLRoot, "root_url": (*Context).URLRoot,
	"host": (*Context).Host, "host_url": (*Context).HostURL, "root_path": (*Context).RootPath, "script_root": (*Context).RootPath,
	"scheme": (*Context).Scheme, "remote_addr": (*Context).RemoteAddr, "mimetype": (*Context).Mimetype,
}

// requestHeaders are the attributes that are a header, or None.
var requestHeaders = map[string]string{
	"content_type": "Content-Type", "content_encoding": "Content-Encoding", "content_md5": "Content-MD5", "referrer": "Referer",
	"origin": "Origin", "access_control_request_method": "Access-Control-Request-Method",
}

// requestValues are the others. They are made when a template asks for them.
var requestValues = map[string]func(*Context) any{
	"args":       func(c *Context) any { return templateValues("ImmutableMultiDict", c.Args()) },
	"form":       func(c *Context) any { return templateValues("ImmutableMultiDict", c.Form()) },
	"cookies":    func(c *Context) any { return templateValues("ImmutableMultiDict", c.Cookies()) },
	"values":     func(c *Context) any { return templateValues("CombinedMultiDict", c.Values()) },
	"files":      templateFiles,
	"headers":    templateHeaders,
	"view_args":  templateViewArgs,
	"url_rule":   templateRule,
	"blueprints": func(c *Context) any { return flaskobject.Strings(c.Blueprints()) },
	"endpoint":   func(c *Context) any { return flaskobject.OrNone(c.Endpoint()) },
	"blueprint":  func(c *Context) any { return flaskobject.OrNone(c.Blueprint()) },
	"is_json":    func(c *Context) any { return c.IsJSON() },
	"is_secure":  func(c *Context) any { return c.IsSecure() },

	"query_string": func(c *Context) any { return []byte(c.QueryString()) },
	"data": func(c *Context) any { // a form is read as one first
		c.Form()
		return c.Data()
	},
	"get_data": getData,
	"json":     func(c *Context) any { return templateJSON(c, false, false) },
	"get_json": func(c *Context) any {
		get := func(force, silent, _ bool) any { return templateJSON(c, force, silent) }
		return jinja.Func("get_json", get, jinja.P("force", false), jinja.P("silent", false), jinja.P("cache", true))
	},
	"content_length":        func(c *Context) any { return noneBelow0(c.ContentLength()) },
	"mimetype_params":       func(c *Context) any { return c.MimetypeParams() },
	"max_content_length":    func(c *Context) any { return noneIf0(c.limits().Content) },
	"max_form_memory_size":  func(c *Context) any { return noneIf0(c.limits().Memory) },
	"max_form_parts":        func(c *Context) any { return noneIf0(c.limits().Parts) },
	"want_form_data_parsed": func(c *Context) any { return c.HasHeader("Content-Type") },

	"accept_mimetypes": func(c *Context) any { return flaskobject.Accept("MIMEAccept", c.AcceptMimetypes().list) },
	"accept_languages": func(c *Context) any { return flaskobject.Accept("LanguageAccept", c.AcceptLanguages().list) },
	"accept_charsets":  func(c *Context) any { return flaskobject.Accept("CharsetAccept", c.AcceptCharsets().list) },
	"accept_encodings": func(c *Context) any { return flaskobject.Accept("Accept", c.AcceptEncodings().list) },
	"authorization": func(c *Context) any {
		return flaskobject.Authorization(httpheader.ParseAuthorization(c.Header("Authorization")))
	},
	"user_agent":   func(c *Context) any { return flaskobject.UserAgent(c.UserAgent()) },
	"access_route": func(c *Context) any { return flaskobject.Strings(c.AccessRoute()) },
	"environ":      templateEnviron,
	"remote_user":  func(*Context) any { return nil },
	"pragma":       func(c *Context) any { return flaskobject.HeaderSet(c.Header("Pragma")) },
	"max_forwards": func(c *Context) any {
		if n, err := strconv.Atoi(c.Header("Max-Forwards")); err == nil {
			return n
		}
		return nil
	},
	"access_control_request_headers": func(c *Context) any {
		if !c.HasHeader("Access-Control-Request-Headers") {
			return nil
		}
		return flaskobject.HeaderSet(c.Header("Access-Control-Request-Headers"))
	},

	"cache_control":       func(c *Context) any { return flaskobject.CacheControl(c.CacheControl()) },
	"range":               func(c *Context) any { return flaskobject.Range(httpheader.ParseRanges(c.Header("Range"))) },
	"if_match":            func(c *Context) any { return flaskobject.ETags(c.IfMatch()) },
	"if_none_match":       func(c *Context) any { return flaskobject.ETags(c.IfNoneMatch()) },
	"if_range":            func(c *Context) any { return flaskobject.IfRange(c.Header("If-Range")) },
	"if_modified_since":   func(c *Context) any { return headerDate(c, "If-Modified-Since") },
	"if_unmodified_since": func(c *Context) any { return headerDate(c, "If-Unmodified-Since") },
	"date":                func(c *Context) any { return headerDate(c, "Date") },

	"routing_exception": func(c *Context) any {
		if c.route != nil {
			return nil
		}
		_, err := c.answerUnmatched()
		return templateError(err)
	},
	"trusted_hosts":   func(c *Context) any { return noneIfEmpty(c.app.TrustedHosts) },
	"is_multithread":  func(*Context) any { return true },
	"is_multiprocess": func(*Context) any { return false },
	"is_run_once":     func(*Context) any { return false },
}

func noneBelow0(n int) any {
	if n < 0 {
		return nil
	}
	return n
}

func noneIf0(n int) any {
	if n == 0 {
		return nil
	}
	return n
}

func noneIfEmpty(list []string) any {
	if len(list) == 0 {
		return nil
	}
	return flaskobject.Strings(list)
}

// getData is request.get_data(cache, as_text, parse_form_data).
func getData(c *Context) any {
	get := func(_, asText, parseForm bool) any {
		if parseForm {
			c.Form()
		}
		if asText {
			return pytext.Decode(c.Data())
		}
		return c.Data()
	}
	return jinja.Func("get_data", get, jinja.P("cache", true), jinja.P("as_text", false), jinja.P("parse_form_data", false))
}

// templateJSON is request.get_json(force, silent).
func templateJSON(c *Context, force, silent bool) any {
	var v any
	read := c.JSON
	if force {
		read = c.ForceJSON
	}
	err := read(&v)
	if err == nil {
		v, err = flaskobject.JSON(c.rawBody())
	}
	switch {
	case err == nil:
		return v
	case silent:
		return nil
	}
	panic(err)
}

// headerDate is a date of the request, or None.
func headerDate(c *Context, name string) any {
	at, ok := httpheader.ParseDate(c.Header(name))
	if !ok {
		return nil
	}
	return at.In(time.FixedZone("UTC", 0)) // Werkzeug's has a time zone
}

// templateValues is args, form, cookies or values.
func templateValues(class string, v Values) any {
	all := func(key string) []any { return flaskobject.Anys(v.All(key)) }
	return flaskobject.MultiDict(class, v.Keys, all, func() []any {
		pairs := []any{}
		for key, value := range v.Items() {
			pairs = append(pairs, jinja.Tuple{key, value})
		}
		return pairs
	})
}

// templateHeaders are the request's headers.
func templateHeaders(c *Context) any {
	names := func() (all []string) {
		for name := range c.ctx.Request.Header.All() {
			all = append(all, string(name))
		}
		return all
	}
	return flaskobject.Headers(names, func(name string) (string, bool) { return c.Header(name), c.HasHeader(name) })
}

// templateViewArgs is request.view_args, None if no rule matched.
func templateViewArgs(c *Context) any {
	if c.route == nil {
		return nil
	}
	return c.ViewArgs()
}

// templateError is an HTTPException, or None.
func templateError(err error) any {
	he, ok := errors.AsType[*HTTPError](err)
	if !ok {
		return nil
	}
	text := func() string { return fmt.Sprintf("%d %s: %s", he.Code, he.Name(), he.Text()) }
	return &flaskobject.Object{Class: "HTTPException", Text: text, Attr: flaskobject.Fixed(map[string]any{
		"code": he.Code, "name": he.Name(), "description": he.Text(),
	})}
}
