package jinja

import (
	"errors"
	"path"
	"sync"
)

// cache keeps compiled templates by name.
type cache struct {
	mu      sync.RWMutex
	entries map[string]*cacheEntry
	aliases int // how many of the names are other spellings
}

// maxAliases bounds the names with superfluous slashes and dots that are kept:
// one file has any number of them, and a visitor may choose one.
const maxAliases = 100

// cacheEntry is a template, or the error that its source gave: a broken
// template is not parsed again for every request, but once it changed.
type cacheEntry struct {
	tmpl        *Template
	err         error
	fingerprint string
}

// get gives a template from the cache or loads it.
func (env *Env) get(name string) (*Template, error) {
	env.cache.mu.RLock()
	e := env.cache.entries[name]
	env.cache.mu.RUnlock()
	if e == nil || env.AutoReload && !env.isFresh(e, name) {
		var err error
		if e, err = env.load(name); err != nil {
			return nil, err
		}
	}
	return e.tmpl, e.err
}

func (env *Env) isFresh(e *cacheEntry, name string) bool {
	fingerprint, err := env.Loader.Fingerprint(name)
	return err == nil && fingerprint == e.fingerprint
}

// load reads and compiles a template and puts the result into the cache. Names
// that do not exist are not kept: they may come into being.
func (env *Env) load(name string) (*cacheEntry, error) {
	if env.Loader == nil {
		return nil, newError(KindType, "no loader for this environment specified")
	}
	source, fingerprint, err := env.Loader.Load(name)
	if err != nil {
		env.cache.mu.Lock()
		delete(env.cache.entries, name)
		env.cache.mu.Unlock()
		if errors.Is(err, ErrNotFound) {
			return nil, &Error{Kind: KindNotFound, Message: name, cause: err}
		}
		return nil, &Error{Kind: KindGo, Message: err.Error(), cause: err}
	}
	e := &cacheEntry{fingerprint: fingerprint}
	e.tmpl, e.err = env.compile(name, source)
	env.cache.mu.Lock()
	defer env.cache.mu.Unlock()
	if env.cache.entries == nil {
		env.cache.entries = map[string]*cacheEntry{}
	}
	if _, known := env.cache.entries[name]; !known && isAlias(name) {
		if env.cache.aliases >= maxAliases {
			return e, nil
		}
		env.cache.aliases++
	}
	env.cache.entries[name] = e
	return e, nil
}

// isAlias reports whether a name is another spelling of a file's.
func isAlias(name string) bool { return path.Clean("/"+name) != "/"+name }
