package cantil

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/cantil-go/cantil/internal/httpheader"
	"github.com/cantil-go/cantil/internal/routing"
	"github.com/cantil-go/cantil/internal/sendfile"
	"github.com/cantil-go/cantil/render/jinja"
)

// staticRule is a rule for static files. They are added when the application
// starts, as the last ones: for a path of both another rule takes precedence.
type staticRule struct {
	rule   string
	scopes []scope
	view   func() View

	options []RouteOption
}

// endpoint is "static", after the blueprint's name.
func (s *staticRule) endpoint() string {
	if name := s.scopes[0].name; name != "" {
		return name + ".static"
	}
	return "static"
}

// staticRules are the application's own, unless there is no such folder or an
// endpoint "static" was registered, and those of its blueprints.
func (a *App) staticRules() []staticRule {
	if a.StaticHost != "" && !a.HostMatching {
		panic(errors.New("cantil: StaticHost needs HostMatching"))
	}
	if a.routes["static"] != nil || a.StaticFS == nil && a.StaticFolder == "" {
		return a.blueprintStatics
	}
	if a.HostMatching && a.StaticHost == "" {
		panic(errors.New(`cantil: HostMatching needs StaticHost, the host of the static files, or StaticFolder = ""`))
	}
	view := func() View { return staticView(a.StaticFS, a.folder(a.StaticFolder), a.StaticFolder) }
	own := staticRule{a.staticURLPath() + "/<path:filename>", []scope{{"", &a.scaffold}}, view, []RouteOption{Host(a.StaticHost)}}
	return append([]staticRule{own}, a.blueprintStatics...)
}

// staticURLPath is where the application's static files are.
func (a *App) staticURLPath() string {
	switch path := strings.TrimRight(a.StaticURLPath, "/"); {
	case a.StaticURLPath == "":
		return "/" + staticName(a.StaticFolder)
	case path != "" && path[0] != '/':
		panic(fmt.Errorf("cantil: StaticURLPath %q does not begin with a slash", a.StaticURLPath))
	default:
		return path
	}
}

// staticName is the last part of a folder, Flask's basename of the static folder.
func staticName(folder string) string {
	if folder = strings.TrimRight(filepath.ToSlash(folder), "/"); folder == "" {
		return "static"
	}
	return path.Base(folder)
}

// addStaticFiles adds the rules of static files.
func (a *App) addStaticFiles() {
	for _, s := range a.staticRules() {
		a.addRule(s.scopes, s.rule, s.view(), append(s.options, Endpoint("static")))
	}
}

// ruleMap has all rules, those of static files too, which are not there before
// the start.
func (a *App) ruleMap() *routing.Map {
	if a.started {
		return a.rules
	}
	all := a.rules.Clone(a.domains())
	for _, s := range a.staticRules() {
		if _, err := all.Add(s.rule, routing.Options{Endpoint: s.endpoint(), Methods: []string{"GET"}, Domain: a.StaticHost}); err != nil {
			panic(err)
		}
	}
	return all
}

// staticView answers with the files of a folder of the disk or, unless fsys is
// nil, of the folder name within fsys.
func staticView(fsys fs.FS, folder, name string) View {
	if fsys == nil {
		fsys = sendfile.Folder(folder)
	} else {
		fsys = within(fsys, name)
	}
	return func(c *Context) any {
		if c.app.StaticPrecompressed {
			return c.sendCompressed(fsys, folder, c.Param("filename"))
		}
		return c.sendFrom(fsys, folder, c.Param("filename"), nil)
	}
}

// sendCompressed is sendFrom by a file that was compressed beforehand, if there
// is one. It is another representation with a tag and ranges of its own.
func (c *Context) sendCompressed(fsys fs.FS, folder, name string) *Response {
	f := openFrom(fsys, folder, name)
	_, encoded := sendfile.Type(name)
	if encoded != "" { // the name speaks of a coding itself: x.svgz
		return c.sendFile(f, nil)
	}
	codings := httpheader.Encodings(c.Header("Accept-Encoding"), sendfile.Codings...)
	f, coding := f.Compressed(fsys, path.Clean(name), codings)
	r := c.sendFile(f, []SendFileOptions{{DownloadName: path.Base(name)}})
	r.AddVary("Accept-Encoding")
	if coding != "" {
		r.header.Set("Content-Encoding", coding)
	}
	return r
}

// within is the folder in fsys, or fsys itself if it has none: an embedded tree
// begins with the folder's name, one that was cut to its content does not.
func within(fsys fs.FS, folder string) fs.FS {
	if info, err := fs.Stat(fsys, folder); err != nil || !info.IsDir() {
		return fsys
	}
	sub, err := fs.Sub(fsys, folder)
	if err != nil {
		return fsys
	}
	return sub
}

// folder resolves a folder of the configuration below the root path.
func (a *App) folder(name string) string { return below(a.rootPath, name) }

// below is a name below root, unless it is absolute.
func below(root, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(root, name)
}

// sub is a folder of fsys, nil without one. Unlike an application's, whose file
// system is for one folder, it is never the whole: that would lay the templates
// open.
func (f *blueprintFiles) sub(folder string) fs.FS {
	if f.fsys == nil {
		return nil
	}
	sub, err := fs.Sub(f.fsys, path.Clean(folder))
	if err != nil {
		panic(fmt.Errorf("cantil: folder of a blueprint: %w", err))
	}
	return sub
}

// blueprintFiles are the templates and static files of a blueprint.
type blueprintFiles struct {
	root      string // of the folders: where NewBlueprint was called
	fsys      fs.FS  // instead of root
	templates string // folder; "" for none
	static    string // folder; "" for none
	staticURL *string
}

// TemplateFolder is where a blueprint's templates are, template_folder=. The
// folder is relative to that of the source file that calls NewBlueprint. A name
// that the application's templates have too is the application's; among
// blueprints, the first one's that was registered. With App.TemplateEngine set,
// the engine finds the templates.
func TemplateFolder(folder string) BlueprintOption {
	return func(o *blueprintOptions) { o.files.templates = folder }
}

// StaticFolder is where a blueprint's static files are, static_folder=, at its
// endpoint "static": c.URLFor(".static", "filename", "a.css"). The folder is
// relative as in [TemplateFolder]. Its name is also the URL's, after the
// blueprint's prefix, unless [StaticURLPath] says otherwise. A blueprint without
// a prefix needs another URL than /static, which is the application's.
func StaticFolder(folder string) BlueprintOption {
	return func(o *blueprintOptions) { o.files.static = folder }
}

// StaticURLPath is where the static files are, after the prefix,
// static_url_path=.
func StaticURLPath(path string) BlueprintOption {
	return func(o *blueprintOptions) { o.files.staticURL = &path }
}

// BlueprintFS is where the folders are looked for, such as an embed.FS, instead
// of beside the source file; "." is fsys itself.
func BlueprintFS(fsys fs.FS) BlueprintOption {
	return func(o *blueprintOptions) { o.files.fsys = fsys }
}

// addTo makes the files known to the application.
func (f *blueprintFiles) addTo(m *mounting) {
	if f.templates != "" {
		m.app.blueprintTemplates = append(m.app.blueprintTemplates, func() jinja.Loader {
			return templateLoader(f.sub(f.templates), below(f.root, f.templates), ".")
		})
	}
	if f.static != "" {
		rule := joinRule(m.prefix, f.staticPath()+"/<path:filename>")
		view := func() View { return staticView(f.sub(f.static), below(f.root, f.static), ".") }
		m.app.blueprintStatics = append(m.app.blueprintStatics, staticRule{rule, m.scopes, view, m.withDefaults(nil)})
	}
}

// staticPath is the URL of the static files, without a slash at its end.
func (f *blueprintFiles) staticPath() string {
	url := "/" + filepath.Base(f.static)
	if f.staticURL != nil {
		url = *f.staticURL
	}
	return strings.TrimRight(url, "/")
}

// OpenResource opens a file of the application, app.open_resource(name), below
// its root path.
func (a *App) OpenResource(name string) (fs.File, error) { return openResource(nil, a.rootPath, name) }

// OpenResource opens a file of the blueprint, bp.open_resource(name): of its
// [BlueprintFS], or below the folder of the source file that made it.
func (b *Blueprint) OpenResource(name string) (fs.File, error) {
	return openResource(b.files.fsys, b.files.root, name)
}

func openResource(fsys fs.FS, root, name string) (fs.File, error) {
	if fsys == nil {
		if filepath.IsAbs(name) {
			return os.Open(name)
		}
		fsys = os.DirFS(root)
	}
	f, err := fsys.Open(path.Clean(name))
	if err != nil {
		return nil, fmt.Errorf("cantil: OpenResource: %w", err)
	}
	return f, nil
}
