package cantil

import (
	"fmt"
	"io/fs"
	"path"
	"path/filepath"

	"github.com/cantil-go/cantil/internal/httpheader"
	"github.com/cantil-go/cantil/internal/sendfile"
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
