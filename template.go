package cantil

import (
	"io/fs"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/cantil-go/cantil/internal/debugpage"
	"github.com/cantil-go/cantil/render"
	"github.com/cantil-go/cantil/render/jinja"
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
	page.Vars = merged(variables)
	names := &templateNames{c: c}
	page.Context, page.Globals, page.Lazy = names, templateGlobals{c}, c.app.lazyNames
	name := page.Name
	if page.Inline {
		name = ""
	}
	sendTemplate(&c.app.signals.beforeRenderTemplate, c, name, page.Vars)
	start := len(c.pages)
	pages, err := c.app.engine.Render(c.pages, page)
	if err != nil {
		panic(err)
	}
	sendTemplate(&c.app.signals.templateRendered, c, name, page.Vars)
	c.pages = pages
	r := &Response{now: c.app.Now}
	r.reset(http.StatusOK)
	r.setBytes(pages[start:len(pages):len(pages)])
	r.borrowed, r.renderer, r.request = true, c, c.serial
	return r
}

func merged(variables []Map) map[string]any {
	switch len(variables) {
	case 0:
		return nil
	case 1:
		return variables[0]
	}
	all := map[string]any{}
	for _, m := range variables {
		maps.Copy(all, m)
	}
	return all
}

// templateNames are the variables of the context processors, which are called
// when a template asks for a name that its view did not give.
type templateNames struct {
	c    *Context
	vars Map
}

// Resolve looks a name up among what the context processors gave.
func (t *templateNames) Resolve(name string) (any, bool) {
	if len(t.c.hooks.processors) == 0 {
		return nil, false
	}
	v, ok := t.process()[name]
	return v, ok
}

// Names lists what the context processors gave.
func (t *templateNames) Names() []string { return slices.Collect(maps.Keys(t.process())) }

func (t *templateNames) process() Map {
	if t.vars == nil {
		t.vars = Map{}
		for _, f := range t.c.hooks.processors {
			maps.Copy(t.vars, f(t.c))
		}
	}
	return t.vars
}

// templateEngine is the application's own engine, or Jinja's.
func (a *App) templateEngine() render.Engine {
	a.lazyNames = slices.Sorted(maps.Keys(a.contextGlobals))
	if a.TemplateEngine != nil {
		return a.TemplateEngine
	}
	loader := templateLoader(a.TemplateFS, a.folder(a.TemplateFolder), a.TemplateFolder)
	if len(a.blueprintTemplates) > 0 {
		loaders := []jinja.Loader{loader}
		for _, open := range a.blueprintTemplates {
			loaders = append(loaders, open())
		}
		loader = jinja.Choice(loaders...)
	}
	env := jinja.New(loader)
	env.AutoReload = a.Debug
	maps.Copy(env.Filters, a.templateFilters)
	maps.Copy(env.Tests, a.templateTests)
	maps.Copy(env.Globals, a.templateGlobals)
	return &render.Jinja{Env: env}
}

// templateLoader finds the templates of a folder: path on the disk or, unless
// fsys is nil, name within fsys. A folder that is not there has none.
func templateLoader(fsys fs.FS, path, name string) jinja.Loader {
	if fsys != nil {
		return jinja.FS(within(fsys, name))
	}
	loader, err := jinja.Dir(path)
	if err != nil {
		return jinja.Map{}
	}
	return loader
}

// TemplateFilter registers the decorated function as a filter for templates,
// @app.template_filter(name). Its first parameter is the filtered value;
// jinja.Func gives the others names and defaults.
func (a *App) TemplateFilter(name string) func(f any) {
	return func(f any) { register(a, "TemplateFilter", &a.templateFilters, name, f) }
}

// TemplateTest registers the decorated function as a test, {% if n is prime %}:
// @app.template_test(name).
func (a *App) TemplateTest(name string) func(f any) {
	return func(f any) { register(a, "TemplateTest", &a.templateTests, name, f) }
}

// TemplateGlobal registers the decorated function for all templates,
// @app.template_global(name).
func (a *App) TemplateGlobal(name string) func(f any) {
	return func(f any) { register(a, "TemplateGlobal", &a.templateGlobals, name, f) }
}

func register(a *App, what string, table *map[string]any, name string, f any) {
	a.mustBeSetUp(what)
	if *table == nil {
		*table = map[string]any{}
	}
	(*table)[name] = f
}

// debugTemplate is the line at which a template failed, with its neighbours where
// the template is a file.
func (a *App) debugTemplate(failed *jinja.Error) *debugpage.Template {
	p := &debugpage.Template{Name: failed.Template, Line: failed.Line}
	p.Lines = []debugpage.Line{{Number: failed.Line, Text: failed.Source, Here: true}}
	if failed.Template == "" {
		p.Name = "(text)"
		return p
	}
	fsys := fs.FS(os.DirFS(a.folder(a.TemplateFolder)))
	if a.TemplateFS != nil {
		fsys = within(a.TemplateFS, a.TemplateFolder)
	}
	// Another template of that name, a blueprint's, is not taken for it.
	text, err := fs.ReadFile(fsys, failed.Template)
	if lines := debugpage.Lines(string(text), failed.Line); err == nil && lines != nil && strings.Contains(string(text), failed.Source) {
		p.Lines = lines
	}
	return p
}
