package cantil

import (
	"github.com/cantil-go/cantil/render/jinja"
	"github.com/cantil-go/cantil/session"
)

// templateGlobals are the names that Flask gives to every template. Each is made
// when it is asked for.
type templateGlobals struct{ c *Context }

// Names lists them, but for those of TemplateContextGlobal.
func (templateGlobals) Names() []string {
	return []string{"request", "session", "g", "config", "url_for", "get_flashed_messages"}
}

// Resolve makes one.
func (t templateGlobals) Resolve(name string) (any, bool) {
	switch name {
	case "request":
		return templateRequest(t), true
	case "session":
		return templateSession(t), true
	case "g":
		return t.c.G(), true
	case "config":
		return t.c.app.configMap, true
	case "url_for":
		return t.urlFor, true
	case "get_flashed_messages":
		return jinja.Func(name, t.flashedMessages, jinja.P("with_categories", false), jinja.P("category_filter", nil)), true
	}
	if make := t.c.app.contextGlobals[name]; make != nil {
		return make(t.c), true
	}
	return nil, false
}

func (t templateGlobals) urlFor(endpoint string, values jinja.Kwargs) string {
	pairs := make([]any, 0, 2*len(values))
	for _, v := range values {
		pairs = append(pairs, v.Name, v.Value)
	}
	return t.c.URLFor(endpoint, pairs...)
}

func (t templateGlobals) flashedMessages(withCategories bool, filter []string) []any {
	list := []any{}
	for _, f := range t.c.GetFlashedMessagesWithCategories(filter...) {
		if withCategories {
			list = append(list, jinja.Tuple{f.Category, f.Message})
		} else {
			list = append(list, f.Message)
		}
	}
	return list
}

// templateSession is the session as a template sees it. It is opened, and counts
// as accessed, when something is asked of it, not when it is named.
type templateSession struct{ c *Context }

// Lookup is session[key].
func (s templateSession) Lookup(key any) (any, bool) {
	name, ok := key.(string)
	if !ok || !s.c.Session().Has(name) {
		return nil, false
	}
	return s.c.Session().Get(name), true
}

// Keys is list(session).
func (s templateSession) Keys() []any { return anySlice(s.c.Session().Keys()) }

// Len is len(session).
func (s templateSession) Len() int { return s.c.Session().Len() }

// JinjaAttr gives the attributes that Flask's session has beside its keys.
func (s templateSession) JinjaAttr(name string) (any, bool) {
	attribute := map[string]func(*session.Session) bool{
		"permanent": (*session.Session).Permanent, "modified": (*session.Session).Modified,
		"new": (*session.Session).New, "accessed": (*session.Session).Accessed,
	}[name]
	if attribute == nil {
		return nil, false
	}
	return attribute(s.c.Session()), true
}

// templateRequest is the request as a template sees it.
type templateRequest struct{ c *Context }

// JinjaAttr gives an attribute of flask.request.
func (r templateRequest) JinjaAttr(name string) (any, bool) {
	if f := requestTexts[name]; f != nil {
		return f(r.c), true
	}
	switch name {
	case "args":
		return templateValues{r.c.Args()}, true
	case "form":
		return templateValues{r.c.Form()}, true
	case "cookies":
		return templateValues{r.c.Cookies()}, true
	case "headers":
		return templateHeaders(r), true
	case "view_args":
		return r.c.ViewArgs(), true
	case "blueprints":
		return r.c.Blueprints(), true
	case "endpoint":
		return noneIfEmpty(r.c.Endpoint()), true
	case "blueprint":
		return noneIfEmpty(r.c.Blueprint()), true
	case "referrer":
		return noneIfEmpty(r.c.Referrer()), true
	case "is_json":
		return r.c.IsJSON(), true
	case "is_secure":
		return r.c.IsSecure(), true
	}
	return nil, false
}

// requestTexts are the attributes that are text.
var requestTexts = map[string]func(*Context) string{
	"method": (*Context).Method, "path": (*Context).Path, "full_path": (*Context).FullPath,
	"url": (*Context).URL, "base_url": (*Context).BaseURL, "url_root": (*Context).URLRoot,
	"host": (*Context).Host, "host_url": (*Context).HostURL, "root_path": (*Context).RootPath,
	"scheme": (*Context).Scheme, "remote_addr": (*Context).RemoteAddr, "mimetype": (*Context).Mimetype,
	"content_type": (*Context).ContentType, "user_agent": (*Context).UserAgent,
}

func noneIfEmpty(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// templateValues are args, form or cookies: a dict of first values, with getlist.
type templateValues struct{ Values }

// Lookup is the first value of a key.
func (v templateValues) Lookup(key any) (any, bool) {
	name, ok := key.(string)
	if !ok || !v.Has(name) {
		return nil, false
	}
	return v.Values.Get(name), true
}

// Keys lists the keys.
func (v templateValues) Keys() []any { return anySlice(v.Values.Keys()) }

// JinjaAttr gives getlist.
func (v templateValues) JinjaAttr(name string) (any, bool) {
	if name != "getlist" {
		return nil, false
	}
	return v.All, true
}

// templateHeaders are the request's headers as a dict whose keys know no case.
type templateHeaders struct{ c *Context }

// Lookup is the value of a header.
func (h templateHeaders) Lookup(key any) (any, bool) {
	name, ok := key.(string)
	if !ok || !h.c.HasHeader(name) {
		return nil, false
	}
	return h.c.Header(name), true
}

// Keys lists the names of the headers.
func (h templateHeaders) Keys() []any {
	names := []any{}
	for name := range h.c.ctx.Request.Header.All() {
		names = append(names, string(name))
	}
	return names
}

// Len is the number of headers.
func (h templateHeaders) Len() int { return h.c.ctx.Request.Header.Len() }

// JinjaAttr gives getlist.
func (h templateHeaders) JinjaAttr(name string) (any, bool) {
	if name != "getlist" {
		return nil, false
	}
	return h.c.Headers, true
}

func anySlice(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}
