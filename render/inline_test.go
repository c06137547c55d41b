package render

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/cantil-go/cantil/render/jinja"
)

// TestInlineCacheBytes asks for many more sources than the cache may keep, of
// text, of tags and with line ends that are replaced: what is kept is bounded
// in bytes.
func TestInlineCacheBytes(t *testing.T) {
	for name, unit := range map[string]string{
		"text": "abcdefg\n", "tags": "{{ a }}\n", "crlf": "abcdef\r\n", "small": "x",
	} {
		engine := &Jinja{Env: jinja.New(nil)}
		count, size := 100, 1<<20
		switch name {
		case "tags": // some megabytes each once they are compiled
			count, size = 100, 1<<16
		case "small":
			count, size = 5000, 1
		}
		before := liveHeap()
		for i := range count {
			source := fmt.Sprintf("%d%s", i, strings.Repeat(unit, size/len(unit)))
			if _, err := engine.find(Page{Source: source, Inline: true}); err != nil {
				t.Fatal(err)
			}
		}
		kept := liveHeap() - before
		runtime.KeepAlive(engine)
		t.Logf("%s: %d KiB kept", name, kept>>10)
		if limit := int64(4 * maxInlineBytes); kept > limit {
			t.Errorf("%s: %d MiB are kept, limit %d", name, kept>>20, limit>>20)
		}
		if n := len(engine.inline.young) + len(engine.inline.old); n > 2*maxInline {
			t.Errorf("%s: %d templates are kept", name, n)
		}
	}
}

// TestInlineCacheKeepsUsed checks that made-up sources do not drive out one
// that is in use.
func TestInlineCacheKeepsUsed(t *testing.T) {
	engine := &Jinja{Env: jinja.New(nil)}
	used := Page{Source: "used {{ x }}", Inline: true}
	first, err := engine.find(used)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 10 * maxInline {
		if _, err := engine.find(Page{Source: fmt.Sprint("made up ", i), Inline: true}); err != nil {
			t.Fatal(err)
		}
		if i%100 != 0 {
			continue
		}
		if again, err := engine.find(used); err != nil || again != first {
			t.Fatalf("after %d other sources the template was compiled again (%v)", i, err)
		}
	}
}

func liveHeap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
