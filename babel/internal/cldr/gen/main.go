// Command gen writes data.bin, the data of package cldr, from Unicode's CLDR as
// the npm registry has it in JSON:
//
//	cd babel/internal/cldr
//	for p in core dates-modern numbers-modern units-modern localenames-modern; do npm pack cldr-$p@41.0.0; done
//	npm pack cldr-bcp47@43.1.0        # the oldest there is; of it the aliases of time zones alone
//	                                  # unpack each into a folder of its name, as cldr/cldr-core
//	go run ./gen cldr
//
// The version is that of Babel 2.10, from which the answers in babel/testdata
// are: with another one run babel/testdata/record.py too.
package main

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"log"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/cantil-go/cantil/babel/internal/cldr"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: gen FOLDER")
	}
	g := &generator{dir: os.Args[1]}
	g.readSupplement()
	names, err := os.ReadDir(filepath.Join(g.dir, "cldr-dates-modern", "main"))
	if err != nil {
		log.Fatal(err)
	}
	whole := map[string]*cldr.Locale{}
	for _, name := range names {
		if id := name.Name(); id != "und" && !strings.Contains(id, "-valencia") && !strings.Contains(id, "-tarask") {
			whole[cldr.Normalize(id)] = g.locale(id)
		}
	}
	entries, parts := map[string]cldr.Entry{}, []byte(nil)
	add := func(name, parent string, v any) {
		var b bytes.Buffer
		w, _ := flate.NewWriter(&b, flate.BestCompression)
		data, err := json.Marshal(v)
		if err != nil {
			log.Fatal(err)
		}
		w.Write(data)
		w.Close()
		entries[name] = cldr.Entry{Parent: parent, Offset: len(parts), Size: b.Len()}
		parts = append(parts, b.Bytes()...)
	}
	add("supplemental", "", g.supplement)
	g.markAbsent(whole)
	for _, name := range slices.Sorted(maps.Keys(whole)) {
		parent := g.parent(name, whole)
		var base any
		if parent != "" {
			base = plain(whole[parent])
		}
		add(name, parent, difference(plain(whole[name]), base))
	}
	index, err := json.Marshal(entries)
	if err != nil {
		log.Fatal(err)
	}
	file := append(binary.LittleEndian.AppendUint32(nil, uint32(len(index))), index...)
	if err := os.WriteFile("data.bin", append(file, parts...), 0o644); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("CLDR %s: %d locales, %d bytes\n", g.supplement.Version, len(whole), len(file)+len(parts))
}

// markAbsent marks the short names of time zones that a locale lacks and its
// parent has: they are no names of that locale.
func (g *generator) markAbsent(whole map[string]*cldr.Locale) {
	type mark struct {
		zone    cldr.Zone
		variant string
	}
	var marks []mark
	for name, l := range whole {
		for above := g.parent(name, whole); above != ""; above = g.parent(above, whole) {
			for id, z := range l.Metazones {
				if z.Short == nil {
					z.Short = map[string]string{}
					l.Metazones[id] = z
				}
				for variant := range whole[above].Metazones[id].Short {
					if z.Short[variant] == "" {
						marks = append(marks, mark{z, variant})
					}
				}
			}
		}
	}
	for _, m := range marks {
		m.zone.Short[m.variant] = cldr.NoName
	}
}

// plain gives a value as the maps and lists of its JSON.
func plain(v any) any {
	data, err := json.Marshal(v)
	if err != nil {
		log.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(data, &out); err != nil {
		log.Fatal(err)
	}
	return out
}

// difference gives the fields of v that are others in base, and of a field that
// is a map the entries: that is how deep encoding/json reads over what is there.
// What only base has stays, as a locale has all that its parent has.
func difference(v, base any) any {
	fields, ok := v.(map[string]any)
	old, also := base.(map[string]any)
	if !ok || !also {
		return v
	}
	out := map[string]any{}
	for name, field := range fields {
		if reflect.DeepEqual(field, old[name]) {
			continue
		}
		entries, isMap := field.(map[string]any)
		before, wasMap := old[name].(map[string]any)
		if !isMap || !wasMap {
			out[name] = field
			continue
		}
		changed := map[string]any{}
		for k, entry := range entries {
			if !reflect.DeepEqual(entry, before[k]) {
				changed[k] = entry
			}
		}
		out[name] = changed
	}
	return out
}

// generator holds what is common to all locales.
type generator struct {
	dir        string
	supplement cldr.Supplement
	parents    map[string]string
}

// parent gives the locale that a locale's data are written as a difference to.
func (g *generator) parent(name string, whole map[string]*cldr.Locale) string {
	if p := cldr.Normalize(g.parents[strings.ReplaceAll(name, "_", "-")]); whole[p] != nil && p != name {
		return p
	}
	for {
		i := strings.LastIndexByte(name, '_')
		if i < 0 {
			return ""
		}
		if name = name[:i]; whole[name] != nil {
			return name
		}
	}
}

// tree is JSON that is walked by keys.
type tree struct{ v any }

func (t tree) at(keys ...string) tree {
	for _, k := range keys {
		m, _ := t.v.(map[string]any)
		t = tree{m[k]}
	}
	return t
}

func (t tree) keys() []string {
	m, _ := t.v.(map[string]any)
	return slices.Sorted(maps.Keys(m))
}

// text gives a string, or the value of an object that has attributes too.
func (t tree) text() string {
	if s, ok := t.v.(string); ok {
		return s
	}
	s, _ := t.at("_value").v.(string)
	return s
}

// texts gives the strings of an object by their keys.
func (t tree) texts() map[string]string {
	out := map[string]string{}
	for _, k := range t.keys() {
		if s := t.at(k).text(); s != "" && !strings.Contains(k, "-alt-") {
			out[k] = s
		}
	}
	return out
}

func (g *generator) read(parts ...string) tree {
	data, err := os.ReadFile(filepath.Join(append([]string{g.dir}, parts...)...))
	if err != nil {
		log.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		log.Fatal(err)
	}
	return tree{v}
}
