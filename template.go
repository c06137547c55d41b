package cantil

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/cantil-go/cantil/internal/debugpage"
	"github.com/cantil-go/cantil/render"
	"github.com/cantil-go/cantil/render/jinja"
	"github.com/cantil-go/cantil/session/codec"
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

// RenderFirstTemplate answers with the first of several templates that there is,
// render_template([name, …], **variables).
func (c *Context) RenderFirstTemplate(names []string, variables ...Map) *Response {
	var missing error
	for _, name := range names {
		r, err := c.tryRender(render.Page{Name: name}, variables)
		if err == nil {
			return r
		}
		if !errors.Is(err, render.ErrNotFound) {
			panic(err)
		}
		missing = errors.Join(missing, err)
	}
	panic(cmp.Or(missing, error(errNoTemplates)))
}

var errNoTemplates = errors.New("cantil: RenderFirstTemplate: no names were given")

// StreamTemplate answers with a template that is sent while it is rendered,
// stream_template(name, **variables): piece by piece, and before a loop waits for
// the next item of an iterator. A template that is not there is a 500; one that
// fails on the way breaks off, as the first pieces are sent. What it changes in
// the session is not saved any more.
func (c *Context) StreamTemplate(name string, variables ...Map) *Response {
	return c.streamPage(render.Page{Name: name}, variables)
}

// StreamTemplateString is [Context.StreamTemplate] for a template that is given
// as text, stream_template_string(source, **variables).
func (c *Context) StreamTemplateString(source string, variables ...Map) *Response {
	return c.streamPage(render.Page{Name: "<template>", Source: source, Inline: true}, variables)
}

func (c *Context) streamPage(page render.Page, variables []Map) *Response {
	streamer, ok := c.app.engine.(render.Streamer)
	if !ok {
		return c.render(page, variables)
	}
	name := c.pageNames(&page, variables)
	run, err := streamer.Stream(page)
	if err != nil {
		panic(err)
	}
	sendTemplate(&c.app.signals.beforeRenderTemplate, c, name, page.Vars)
	return c.MakeResponse(func(yield func(string) bool) {
		err := run(func(piece []byte) error {
			if !yield(string(piece)) {
				return errStreamClosed
			}
			return nil
		})
		switch {
		case errors.Is(err, errStreamClosed):
		case err != nil:
			panic(err)
		default:
			sendTemplate(&c.app.signals.templateRendered, c, name, page.Vars)
		}
	})
}

var errStreamClosed = errors.New("cantil: the stream was closed")

// pageNames gives the page the names that templates know, and returns what
// signals call it.
func (c *Context) pageNames(page *render.Page, variables []Map) string {
	page.Vars = merged(variables)
	if c.app.signals.beforeRenderTemplate.Receivers() != nil { // which may change the variables of this page
		page.Vars = merged([]Map{page.Vars, nil})
	}
	page.Context, page.Globals, page.Lazy = &templateNames{c: c}, templateGlobals{c}, c.app.lazyNames
	if page.Inline {
		return ""
	}
	return page.Name
}

func (c *Context) render(page render.Page, variables []Map) *Response {
	r, err := c.tryRender(page, variables)
	if err != nil {
		panic(err)
	}
	return r
}

func (c *Context) tryRender(page render.Page, variables []Map) (*Response, error) {
	name := c.pageNames(&page, variables)
	sendTemplate(&c.app.signals.beforeRenderTemplate, c, name, page.Vars)
	start := len(c.pages)
	pages, err := c.app.engine.Render(c.pages, page)
	if err != nil {
		return nil, err
	}
	sendTemplate(&c.app.signals.templateRendered, c, name, page.Vars)
	c.pages = pages
	r := &Response{app: c.app}
	r.reset(http.StatusOK)
	r.setBytes(pages[start:len(pages):len(pages)])
	r.borrowed, r.renderer, r.request = true, c, c.serial
	return r, nil
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
		return a.setUpJinja(a.TemplateEngine)
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
	if a.TemplatesAutoReload != nil {
		env.AutoReload = *a.TemplatesAutoReload
	}
	maps.Copy(env.Filters, a.templateFilters)
	maps.Copy(env.Tests, a.templateTests)
	maps.Copy(env.Globals, a.templateGlobals)
	return a.setUpJinja(&render.Jinja{Env: env})
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

// Markup is text that is HTML already, markupsafe.Markup: templates and Escape
// leave it as it is, and it stays Markup through a session in a cookie.
type Markup = codec.Markup

// Map is the variables of a template, render_template(name, **map).
type Map map[string]any

// htmlEscaper writes the entities that MarkupSafe writes.
var htmlEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")

// Escape makes v safe to stand in HTML, markupsafe.escape(v). A value that has a
// method HTML() string, as Markup does, vouches for itself.
func Escape(v any) Markup {
	switch v := v.(type) {
	case interface{ HTML() string }:
		return Markup(v.HTML())
	case string:
		return Markup(htmlEscaper.Replace(v))
	}
	return Markup(htmlEscaper.Replace(fmt.Sprint(v)))
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
