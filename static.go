package cantil

import (
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"github.com/cantil-go/cantil/internal/sendfile"
	"github.com/cantil-go/cantil/render/jinja"
)

// addStaticRoute serves the static folder at /static, as Flask(__name__) does,
// unless there is no such folder or the application registered an endpoint
// "static".
func (a *App) addStaticRoute() {
	if a.routes["static"] != nil || a.StaticFS == nil && a.StaticFolder == "" {
		return
	}
	view := staticView(a.StaticFS, a.folder(a.StaticFolder), a.StaticFolder)
	a.Route("/static/<path:filename>", Endpoint("static"))(view)
}

// staticView answers with the files of a folder: path on the disk or, unless fsys
// is nil, name within fsys.
func staticView(fsys fs.FS, path, name string) View {
	if fsys == nil {
		fsys = sendfile.Folder(path)
	} else {
		fsys = within(fsys, name)
	}
	return func(c *Context) any { return c.sendFrom(fsys, path, c.Param("filename"), nil) }
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
		m.app.blueprintStatics = append(m.app.blueprintStatics, func() {
			view := staticView(f.sub(f.static), below(f.root, f.static), ".")
			m.app.addRule(m.scopes, rule, view, []RouteOption{Endpoint("static")})
		})
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
