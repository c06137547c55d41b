package cantil

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/cantil-go/cantil/render"
)

// RenderTemplate answers with a template of the templates folder,
// render_template(name, **variables). A template that fails is a 500 whose log
// names the template and the line.
func (c *Context) RenderTemplate(name string, variables ...Map) *Response {
	return c.render(render.Page{Name: name}, variables)
}

// RenderTemplateString answers with a template that is given as text,
// render_template_string(source, **variables).
func (c *Context) RenderTemplateString(source string, variables ...Map) *Response {
	return c.render(render.Page{Name: "<template>", Source: source, Inline: true}, variables)
}

func (c *Context) render(page render.Page, variables []Map) *Response {
	switch len(variables) {
	case 0:
	case 1:
		page.Vars = variables[0]
	default:
		page.Vars = map[string]any{}
		for _, m := range variables {
			for key, value := range m {
				page.Vars[key] = value
			}
		}
	}
	page.Context = &templateContext{c: c}
	body, err := c.app.engine.Render(nil, page)
	if err != nil {
		panic(err)
	}
	r := c.MakeResponse(body)
	return r
}

// templateContext makes the variables that every template has, each when it is
// first named.
type templateContext struct {
	c         *Context
	processed Map // what the context processors gave
}

// standardNames are Flask's own.
var standardNames = []string{"request", "session", "g", "config", "url_for", "get_flashed_messages"}

// Names lists Flask's names and those of the context processors.
func (t *templateContext) Names() []string {
	names := slices.Clone(standardNames)
	for name := range t.process() {
		names = append(names, name)
	}
	return names
}

// Lookup finds a name: the context processors' go before Flask's own.
func (t *templateContext) Lookup(name string) (any, bool) {
	if v, ok := t.process()[name]; ok {
		return v, true
	}
	switch name {
	case "request":
		return t.c, true
	case "session":
		return templateSession{t.c}, true
	case "g":
		return t.c.G(), true
	case "config":
		return t.c.app.ConfigMap(), true
	case "url_for":
		return t.c.URLFor, true
	case "get_flashed_messages":
		return t.c.GetFlashedMessages, true
	}
	return nil, false
}

// process calls the context processors, once a template.
func (t *templateContext) process() Map {
	if t.processed == nil {
		t.processed = Map{}
		for _, f := range t.c.hooks.processors {
			for key, value := range f(t.c) {
				t.processed[key] = value
			}
		}
	}
	return t.processed
}

// templateSession is the session as a template sees it: it is opened, and counts
// as accessed, when something is asked of it, not when it is named.
type templateSession struct{ c *Context }

// Get is session.get(key, default).
func (s templateSession) Get(key string, def ...any) any { return s.c.Session().Get(key, def...) }

// Has is key in session.
func (s templateSession) Has(key string) bool { return s.c.Session().Has(key) }

// Keys is list(session).
func (s templateSession) Keys() []string { return s.c.Session().Keys() }

// Len is len(session).
func (s templateSession) Len() int { return s.c.Session().Len() }

// templateFS is where the templates are.
func (a *App) templateFS() fs.FS {
	if a.TemplateFS != nil {
		return a.TemplateFS
	}
	return os.DirFS(a.folder(a.TemplateFolder))
}

// folder resolves a folder of the configuration below the root path.
func (a *App) folder(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(a.rootPath, name)
}

// templateEngine is the application's own engine, or html/template's.
func (a *App) templateEngine() render.Engine {
	if a.TemplateEngine != nil {
		return a.TemplateEngine
	}
	return &render.HTML{FS: a.templateFS(), Reload: a.Debug}
}
