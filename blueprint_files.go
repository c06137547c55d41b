package cantil

import (
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/cantil-go/cantil/render/jinja"
)

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

// StaticURLPath is where the static files are, after the prefix, static_url_path=.
func StaticURLPath(path string) BlueprintOption {
	return func(o *blueprintOptions) { o.files.staticURL = &path }
}

// BlueprintFS is where the folders are looked for, such as an embed.FS, instead of
// beside the source file; "." is fsys itself.
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
