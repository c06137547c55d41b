package render

import (
	"sync"

	"github.com/cantil-go/cantil/render/jinja"
)

// The bounds of one generation of [inlineCache], which keeps two.
const (
	maxInline      = 256
	maxInlineBytes = 8 << 20
)

// inlineCache keeps compiled templates that were given as text, by that text.
// A program that makes up its sources must not fill the memory with them, and
// must not drive out those that are used again and again: what was not used
// for a whole generation goes, and what alone would be much of one is not kept.
type inlineCache struct {
	mu         sync.RWMutex
	young, old map[string]*jinja.Template
	bytes      int // of young
}

// get returns the template of a source, or nil.
func (c *inlineCache) get(source string) *jinja.Template {
	c.mu.RLock()
	t := c.young[source]
	aged := c.old[source]
	c.mu.RUnlock()
	if t == nil && aged != nil {
		c.put(source, aged)
		return aged
	}
	return t
}

// put keeps the template of a source. The source counts as part of the
// template, which refers to it.
func (c *inlineCache) put(source string, t *jinja.Template) {
	size := t.Size()
	if size > maxInlineBytes/4 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.young[source] != nil {
		return
	}
	if c.young == nil || len(c.young) >= maxInline || c.bytes+size > maxInlineBytes {
		c.young, c.old, c.bytes = map[string]*jinja.Template{}, c.young, 0
	}
	c.young[source] = t
	c.bytes += size
}
