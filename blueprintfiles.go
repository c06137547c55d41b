package cantil

import (
	"io/fs"
	"path/filepath"
	"strings"
)

// blueprintFiles are the templates and static files of a blueprint.
type blueprintFiles struct {
	root      string // of the folders: where NewBlueprint was called
	fsys      fs.FS  // instead of root
	templates string // folder; "" for none
	static    string // folder; "" for none
	staticURL *string
}

// TemplateFolder gives a blueprint templates of its own, template_folder=. The
// folder is relative to that of the source file that calls NewBlueprint. A name
// that the application's templates have too is the application's; among
// blueprints, the first one's that was registered. With App.TemplateEngine set,
// finding templates is the engine's own affair.
func TemplateFolder(folder string) BlueprintOption {
	return func(o *blueprintOptions) { o.files.templates = folder }
}

// StaticFolder gives a blueprint static files of its own, static_folder=, at its
// endpoint "static": c.URLFor(".static", "filename", "a.css"). The folder is
// relative as in [TemplateFolder]. Its name is also the URL's, behind the
// blueprint's prefix, unless [StaticURLPath] says otherwise. A blueprint without
// a prefix needs another URL than the application's /static.
func StaticFolder(folder string) BlueprintOption {
	return func(o *blueprintOptions) { o.files.static = folder }
}

// StaticURLPath is where the static files are, behind the prefix, static_url_path=.
func StaticURLPath(path string) BlueprintOption {
	return func(o *blueprintOptions) { o.files.staticURL = &path }
}

// BlueprintFS has the folders looked for in fsys, such as an embed.FS, instead of
// beside the source file; where a folder is not there, fsys itself is taken for it.
func BlueprintFS(fsys fs.FS) BlueprintOption {
	return func(o *blueprintOptions) { o.files.fsys = fsys }
}

// addTo makes the files known to the application.
func (f *blueprintFiles) addTo(r *registration) {
	if f.templates != "" {
		r.app.blueprintTemplates = append(r.app.blueprintTemplates, templateLoader(f.fsys, f.path(f.templates), f.templates))
	}
	if f.static != "" {
		folder := f.path(f.static)
		rule := joinRule(r.prefix, f.staticPath()+"/<path:filename>")
		r.app.addRule(r.scopes, rule, staticView(f.fsys, folder, f.static), []RouteOption{Endpoint("static")})
	}
}

func (f *blueprintFiles) path(folder string) string {
	if filepath.IsAbs(folder) {
		return folder
	}
	return filepath.Join(f.root, folder)
}

// staticPath is the URL of the static files, without a slash at its end.
func (f *blueprintFiles) staticPath() string {
	path := "/" + filepath.Base(f.static)
	if f.staticURL != nil {
		path = *f.staticURL
	}
	return strings.TrimRight(path, "/")
}
