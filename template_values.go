package cantil

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cantil-go/cantil/internal/flaskobject"
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
	if t.c.outside && (name == "request" || name == "session") {
		return nil, false
	}
	switch name {
	case "request":
		return templateRequest(t), true
	case "session":
		return templateSession(t), true
	case "g":
		return templateG(t), true
	case "config":
		return t.c.app.configMap, true
	case "url_for":
		return jinja.Func(name, t.urlFor, jinja.P("endpoint")), true
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
		pairs = append(pairs, v.Name, urlValue(v.Value))
	}
	return t.c.URLFor(endpoint, pairs...)
}

// urlValue is a value of a template as URLFor takes it. A list stands for its
// items; what Go would print in its own way is printed as Python does.
func urlValue(v any) any {
	switch v := v.(type) {
	case nil, string, bool, int, float64, Markup:
		return v
	case *jinja.List:
		return urlValues(v.Items)
	case []any:
		return urlValues(v)
	case jinja.Tuple:
		return urlValues(v)
	case fmt.Stringer: // a UUID, a big number
		return v
	}
	return pythonText(jinja.Str(v))
}

func urlValues(list []any) []any {
	all := make([]any, len(list))
	for i, v := range list {
		switch v.(type) {
		case *jinja.List, []any, jinja.Tuple: // within a list it is a text
			v = pythonText(jinja.Str(v))
		}
		all[i] = urlValue(v)
	}
	return all
}

// pythonText is a text that stands for a value: within a list it has no quotes.
type pythonText string

// String is the text.
func (t pythonText) String() string { return string(t) }

// flashedMessages takes a filter that is a list of categories, or a text within
// which they are.
func (t templateGlobals) flashedMessages(withCategories bool, filter any) (any, error) {
	categories, err := categoryFilter(filter)
	if err != nil {
		return nil, err
	}
	list := []any{}
	for _, f := range t.c.GetFlashedMessagesWithCategories() {
		switch {
		case !categories(f.Category):
		case withCategories:
			list = append(list, jinja.Tuple{f.Category, f.Message})
		default:
			list = append(list, f.Message)
		}
	}
	return &jinja.List{Items: list}, nil
}

func categoryFilter(filter any) (func(category string) bool, error) {
	var list []any
	switch v := filter.(type) {
	case nil:
	case string:
		return func(category string) bool { return strings.Contains(v, category) }, nil
	case *jinja.List:
		list = v.Items
	case []any:
		list = v
	case jinja.Tuple:
		list = v
	case []string:
		list = flaskobject.Anys(v)
	case *jinja.Undefined:
	default:
		return nil, fmt.Errorf("category_filter is a list of categories, not a %T", filter)
	}
	return func(category string) bool { return len(list) == 0 || slices.Contains(list, any(category)) }, nil
}

// templateSession is the session as a template sees it. It is opened, and counts
// as accessed, when something is asked of it, not when it is named. Get is for
// html/template: {{.session.Get "nome"}}.
type templateSession struct{ c *Context }

// JinjaType is the name of the class.
func (templateSession) JinjaType() string { return "SecureCookieSession" }

// String is repr(session).
func (s templateSession) String() string {
	return "<SecureCookieSession " + jinja.Repr(s.dict()) + ">"
}

func (s templateSession) dict() *jinja.Dict {
	all := jinja.NewDict()
	for _, key := range s.c.Session().Keys() {
		all.Set(key, s.c.Session().Get(key))
	}
	return all
}

// Get is session.get(key).
func (s templateSession) Get(key string) any { return s.c.Session().Get(key) }

// Lookup is session[key].
func (s templateSession) Lookup(key any) (any, bool) {
	name, ok := key.(string)
	if !ok || !s.c.Session().Has(name) {
		return nil, false
	}
	return s.c.Session().Get(name), true
}

// Keys is list(session).
func (s templateSession) Keys() []any { return flaskobject.Anys(s.c.Session().Keys()) }

// Len is len(session).
func (s templateSession) Len() int { return s.c.Session().Len() }

// sessionFlags are the attributes that Flask's session has beside its keys.
var sessionFlags = map[string]func(*session.Session) bool{
	"permanent": (*session.Session).Permanent, "modified": (*session.Session).Modified,
	"new": (*session.Session).New, "accessed": (*session.Session).Accessed,
}

// JinjaAttr gives what Flask's session has beside its keys.
func (s templateSession) JinjaAttr(name string) (any, bool) {
	if flag := sessionFlags[name]; flag != nil {
		return flag(s.c.Session()), true
	}
	switch name {
	case "pop":
		return func(key string, def ...any) any { return s.c.Session().Pop(key, def...) }, true
	case "setdefault":
		return jinja.Func(name, func(key string, def any) any { return s.c.Session().SetDefault(key, def) },
			jinja.P("key"), jinja.P("default", nil)), true
	case "clear":
		return func() any { s.c.Session().Clear(); return nil }, true
	case "update":
		return func(values jinja.Kwargs) any {
			for _, v := range values {
				s.c.Session().Set(v.Name, v.Value)
			}
			return nil
		}, true
	}
	return jinja.MappingMethod(s, name)
}

// templateG is g: a namespace, whose names are what was put there.
type templateG struct{ c *Context }

// JinjaType is the name of the class.
func (templateG) JinjaType() string { return "_AppCtxGlobals" }

// String is repr(g).
func (templateG) String() string { return "<flask.g>" }

// Plain is what a template of html/template sees: the map.
func (g templateG) Plain() any { return g.c.G() }

// JinjaItems is list(g), sorted: a map of Go has no order.
func (g templateG) JinjaItems() []any {
	return flaskobject.Anys(slices.Sorted(maps.Keys(g.c.G())))
}

// JinjaContains is name in g.
func (g templateG) JinjaContains(item any) bool {
	name, ok := item.(string)
	_, found := g.c.G()[name]
	return ok && found
}

// JinjaAttr gives what is there, and then g's methods.
func (g templateG) JinjaAttr(name string) (any, bool) {
	if v, ok := g.c.G()[name]; ok {
		return v, true
	}
	get := func(name string, def any) any {
		if v, ok := g.c.G()[name]; ok {
			return v
		}
		return def
	}
	switch name {
	case "get":
		return jinja.Func(name, get, jinja.P("name"), jinja.P("default", nil)), true
	case "pop":
		return func(name string, def ...any) (any, error) {
			v, ok := g.c.G()[name]
			if !ok && len(def) == 0 {
				return nil, fmt.Errorf("KeyError: '%s'", name)
			}
			delete(g.c.G(), name)
			if !ok {
				v = def[0]
			}
			return v, nil
		}, true
	case "setdefault":
		return jinja.Func(name, func(name string, def any) any {
			v := get(name, def)
			g.c.G()[name] = v
			return v
		}, jinja.P("name"), jinja.P("default", nil)), true
	}
	return nil, false
}

// templateConfig is config as templates see it: durations are timedeltas.
func (a *App) templateConfig() map[string]any {
	all := a.ConfigMap()
	for key, v := range all {
		if d, ok := v.(time.Duration); ok {
			all[key] = flaskobject.TimeDelta(d)
		}
	}
	if a.SendFileMaxAge == 0 {
		all["SEND_FILE_MAX_AGE_DEFAULT"] = nil
	}
	if !a.TrapBadRequestErrors {
		all["TRAP_BAD_REQUEST_ERRORS"] = nil
	}
	return all
}

// templateEnviron is request.environ: what WSGI says of a request.
func templateEnviron(c *Context) any {
	host, port := c.serverAddr()
	environ := jinja.NewDict(
		"REQUEST_METHOD", c.Method(), "SCRIPT_NAME", c.RootPath(), "PATH_INFO", c.Path(), "QUERY_STRING", c.QueryString(),
		"REQUEST_URI", string(c.ctx.Request.Header.RequestURI()), "RAW_URI", string(c.ctx.Request.Header.RequestURI()),
		"SERVER_NAME", host, "SERVER_PORT", port, "SERVER_PROTOCOL", string(c.ctx.Request.Header.Protocol()),
		"REMOTE_ADDR", c.RemoteAddr(), "wsgi.url_scheme", c.Scheme())
	for name := range c.ctx.Request.Header.All() {
		key := strings.ToUpper(strings.ReplaceAll(string(name), "-", "_"))
		if key != "CONTENT_TYPE" && key != "CONTENT_LENGTH" {
			key = "HTTP_" + key
		}
		environ.Set(key, c.Header(string(name)))
	}
	return environ
}
