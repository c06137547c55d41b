// Package cldr has the words and patterns of languages for package babel: the
// data of Unicode's CLDR that Babel has, in one file that gen writes.
package cldr

import (
	"bytes"
	"compress/flate"
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"io"
	"strings"
	"sync"
)

//go:generate go run ./gen

// packed is what gen wrote: the length of the index as four bytes, the index as
// JSON, and a compressed part for each locale.
//
//go:embed data.bin
var packed []byte

// Entry is where a part stands in the file, counted from the end of the index.
type Entry struct {
	Parent string `json:"p,omitempty"` // what the part adds to
	Offset int    `json:"o"`
	Size   int    `json:"s"`
}

// Locale is what a language needs to print dates and numbers. Names are by
// context and width, "format.wide", patterns by length, "full" to "short".
type Locale struct {
	ID string // as pt_BR

	Months, Days, Quarters map[string][]string // from January, Monday
	Eras                   map[string][]string // before and of the era, by width
	Periods                map[string]map[string]string
	Dates, Times           map[string]string
	DateTimes              map[string]string
	FirstDay, MinDays      int // of the week, by the territory; Monday is 0

	Units    map[string]map[string]map[string]string // year, long, one
	Relative map[string]map[string]map[string]string // year, future, one

	Symbols                      map[string]string
	Decimal, Percent, Scientific string
	Currency                     map[string]string // standard, accounting
	CurrencySymbols              map[string]string
	CurrencyNames                map[string]map[string]string // USD, one; "" is the name by itself
	CurrencyUnits                map[string]string

	Zones       map[string]Zone // America/Sao_Paulo
	Metazones   map[string]Zone // Brasilia
	ZoneFormats map[string]string
	Territories map[string]string
}

// Zone is the names of a time zone: by standard, daylight and generic.
type Zone struct {
	City  string            `json:"c,omitempty"`
	Long  map[string]string `json:"l,omitempty"`
	Short map[string]string `json:"s,omitempty"`
}

// NoName stands for a name that there is not, though the parent has one.
const NoName = "∅∅∅"

// Supplement is what does not depend on the language.
type Supplement struct {
	Version         string
	Fractions       map[string]int // digits of currencies; DEFAULT
	Plurals         map[string]map[string]string
	FirstDays       map[string]int // of the week, by territory; 001 is any other
	MinDays         map[string]int // in the first week of a year
	PeriodRules     map[string]map[string]PeriodRule
	Metazones       map[string]string   // of a zone, today
	ZoneAliases     map[string]string   // other names of zones
	ZoneTerritories map[string]string   // of a zone
	TerritoryZones  map[string][]string // of a territory
}

// PeriodRule says at which minutes of the day a period is.
type PeriodRule struct {
	At, From, Before int // minutes; At is -1 for a span
}

var index = sync.OnceValues(func() (map[string]Entry, []byte) {
	n := binary.LittleEndian.Uint32(packed)
	entries := map[string]Entry{}
	if err := json.Unmarshal(packed[4:4+n], &entries); err != nil {
		panic("cldr: data.bin: " + err.Error())
	}
	return entries, packed[4+n:]
})

// unpack reads a part into v, over what v holds.
func unpack(name string, v any) {
	entries, parts := index()
	e := entries[name]
	data, err := io.ReadAll(flate.NewReader(bytes.NewReader(parts[e.Offset : e.Offset+e.Size])))
	if err == nil {
		err = json.Unmarshal(data, v)
	}
	if err != nil {
		panic("cldr: data.bin: " + name + ": " + err.Error())
	}
}

// Supplemental gives what all languages share.
var Supplemental = sync.OnceValue(func() *Supplement {
	s := &Supplement{}
	unpack("supplemental", s)
	return s
})

var locales sync.Map // id to *Locale

// Find gives the data of a locale by its identifier, with "_" or "-" between the
// parts: that of pt_BR is that of pt. An identifier of which not even the
// language is known gives nil.
func Find(id string) *Locale {
	entries, _ := index()
	name := Normalize(id)
	for name != "" {
		if _, ok := entries[name]; ok && name != "supplemental" {
			return load(name).weeksOf(territoryOf(id))
		}
		name = cut(name)
	}
	return nil
}

// territoryOf gives the part of an identifier that names a territory, or 001.
func territoryOf(id string) string {
	for _, part := range strings.Split(Normalize(id), "_")[1:] {
		if len(part) == 2 || len(part) == 3 {
			return part
		}
	}
	return "001"
}

// weekKey names the few ways in which the weeks of a language can be counted.
type weekKey struct {
	id              string
	firstDay, least int
}

var byWeek sync.Map // weekKey to *Locale

// weeksOf gives the locale with the weeks of a territory. Without one they are
// those of the world, as in Babel, whatever country a language is from.
func (l *Locale) weeksOf(territory string) *Locale {
	s := Supplemental()
	first, ok := s.FirstDays[territory]
	if !ok {
		first = s.FirstDays["001"]
	}
	least, ok := s.MinDays[territory]
	if !ok {
		least = s.MinDays["001"]
	}
	key := weekKey{l.ID, first, least}
	if kept, ok := byWeek.Load(key); ok {
		return kept.(*Locale)
	}
	with := *l
	with.FirstDay, with.MinDays = first, least
	kept, _ := byWeek.LoadOrStore(key, &with)
	return kept.(*Locale)
}

// cut takes off the last part of an identifier.
func cut(id string) string {
	i := strings.LastIndexByte(id, '_')
	if i < 0 {
		return ""
	}
	return id[:i]
}

// Normalize writes an identifier as CLDR does: pt_BR, zh_Hans_CN.
func Normalize(id string) string {
	id, _, _ = strings.Cut(id, ".") // a charset, as in ru_RU.UTF-8
	id, _, _ = strings.Cut(id, "@")
	parts := strings.Split(strings.ReplaceAll(id, "-", "_"), "_")
	for i, part := range parts {
		switch {
		case i == 0:
			parts[i] = strings.ToLower(part)
		case len(part) == 4 && part[0] > '9':
			parts[i] = strings.ToUpper(part[:1]) + strings.ToLower(part[1:])
		default:
			parts[i] = strings.ToUpper(part)
		}
	}
	return strings.Join(parts, "_")
}

// load reads a locale: its parent's data, and over them its own.
func load(name string) *Locale {
	if l, ok := locales.Load(name); ok {
		return l.(*Locale)
	}
	entries, _ := index()
	var chain []string
	for at := name; at != ""; at = entries[at].Parent {
		chain = append(chain, at)
	}
	l := &Locale{}
	for i := len(chain) - 1; i >= 0; i-- {
		unpack(chain[i], l)
	}
	l.ID = name
	kept, _ := locales.LoadOrStore(name, l)
	return kept.(*Locale)
}

// Names lists the locales there are.
func Names() []string {
	entries, _ := index()
	var names []string
	for name := range entries {
		if name != "supplemental" {
			names = append(names, name)
		}
	}
	return names
}

// Parent gives the locale that one takes over from, "" at the end.
func Parent(name string) string {
	entries, _ := index()
	return entries[name].Parent
}
