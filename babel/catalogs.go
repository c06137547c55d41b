package babel

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/internal/gettext"
)

// catalogs are those of each directory, in order.
type catalogs []directory

// directory has the catalogs of a folder, by locale and domain.
type directory map[string]map[string]*gettext.Catalog

func (d directory) locales() []string { return slices.Sorted(maps.Keys(d)) }

// readCatalogs reads every catalog of the directories. One that is not there has
// none; a file that is broken panics with its name.
func (b *Babel) readCatalogs() {
	for _, name := range strings.Split(b.TranslationDirectories, ";") {
		d, err := readDirectory(b.open(strings.TrimSpace(name)))
		if err != nil {
			panic(fmt.Errorf("babel: %s: %w", name, err))
		}
		b.catalogs = append(b.catalogs, d)
	}
}

// open gives the file system of a directory.
func (b *Babel) open(name string) fs.FS {
	if b.TranslationFS != nil {
		sub, err := fs.Sub(b.TranslationFS, path.Clean(name))
		if err != nil {
			panic(fmt.Errorf("babel: %w", err))
		}
		return sub
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(b.app.RootPath(), name)
	}
	return os.DirFS(name)
}

// maxCatalog bounds the bytes of one file.
const maxCatalog = 64 << 20

// readDirectory reads <locale>/LC_MESSAGES/*.mo.
func readDirectory(fsys fs.FS) (directory, error) {
	d := directory{}
	locales, err := fs.ReadDir(fsys, ".")
	if errors.Is(err, fs.ErrNotExist) {
		return d, nil
	}
	if err != nil {
		return nil, err
	}
	for _, locale := range locales {
		files, _ := fs.Glob(fsys, path.Join(locale.Name(), "LC_MESSAGES", "*.mo"))
		for _, file := range files {
			info, err := fs.Stat(fsys, file)
			if err == nil && info.Size() > maxCatalog {
				err = errors.New("the file is too large")
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
			data, err := fs.ReadFile(fsys, file)
			if err != nil {
				return nil, err
			}
			c, err := gettext.Read(data)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
			if d[locale.Name()] == nil {
				d[locale.Name()] = map[string]*gettext.Catalog{}
			}
			d[locale.Name()][strings.TrimSuffix(path.Base(file), ".mo")] = c
		}
	}
	return d, nil
}

// find gives the catalog of a locale, or of the language it is one of, and the
// name of its folder.
func (d directory) find(locale Locale, domain string) (c *gettext.Catalog, folder string) {
	for _, folder := range locale.folders() {
		if c := d[folder][domain]; c != nil {
			return c, folder
		}
	}
	return nil, ""
}

// Domain is a set of catalogs of one name, Flask-Babel's Domain: those of a part
// of a program that has its own, with [Domain.AsDefault] or by its methods.
type Domain struct {
	names  []string // none: the application's
	dirs   catalogs // nil: the application's
	merged sync.Map // of the catalogs that were found, by their names
}

// NewDomain makes a domain of catalogs of another name in the application's
// directories, Domain(domain=name). Several names with ";" between them are one
// for each directory.
func NewDomain(name string) *Domain { return &Domain{names: strings.Split(name, ";")} }

// NewDomainFS is NewDomain for a directory of its own: fsys holds
// <locale>/LC_MESSAGES/<name>.mo. It panics if a catalog is broken.
func NewDomainFS(name string, fsys fs.FS) *Domain {
	d, err := readDirectory(fsys)
	if err != nil {
		panic(fmt.Errorf("babel: the domain %s: %w", name, err))
	}
	return &Domain{names: strings.Split(name, ";"), dirs: catalogs{d}}
}

// AsDefault makes the domain that of the request, as_default().
func (d *Domain) AsDefault(c *cantil.Context) {
	s := stateOf(c)
	s.domain, s.catalog = d, nil
}

// none is the catalog of a language without any.
var none = &gettext.Catalog{}

// find gives the messages of a locale: those of all directories in one. What was
// put together is kept by the names of the folders that it is from, of which
// there are no more than on the disk, whatever locales visitors ask for.
func (d *Domain) find(b *Babel, locale Locale) *gettext.Catalog {
	dirs, names := d.dirs, d.names
	if dirs == nil {
		dirs = b.catalogs
	}
	if names == nil {
		names = strings.Split(b.Domain, ";")
	}
	var found []*gettext.Catalog
	key := ""
	for i, dir := range dirs {
		if c, name := dir.find(locale, names[min(i, len(names)-1)]); c != nil {
			found = append(found, c)
			key += fmt.Sprint(i, name, ";")
		}
	}
	switch len(found) {
	case 0:
		return none
	case 1:
		return found[0]
	}
	if c, ok := d.merged.Load(key); ok {
		return c.(*gettext.Catalog)
	}
	all := &gettext.Catalog{}
	for _, c := range found {
		all.Merge(c)
	}
	kept, _ := d.merged.LoadOrStore(key, all)
	return kept.(*gettext.Catalog)
}
