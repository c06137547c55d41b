package main

import (
	"strconv"
	"strings"

	"github.com/cantil-go/cantil/babel/internal/cldr"
)

var (
	widths   = []string{"abbreviated", "narrow", "short", "wide"}
	dayNames = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
	units    = []string{"year", "month", "week", "day", "hour", "minute", "second"}
)

// locale reads the data of one locale.
func (g *generator) locale(id string) *cldr.Locale {
	l := &cldr.Locale{}
	in := func(pkg, name string) tree { return g.read(pkg, "main", id, name+".json").at("main", id) }
	g.setDates(l, in("cldr-dates-modern", "ca-gregorian").at("dates", "calendars", "gregorian"))
	g.setZones(l, in("cldr-dates-modern", "timeZoneNames").at("dates", "timeZoneNames"))
	fields := in("cldr-dates-modern", "dateFields").at("dates", "fields")
	all := in("cldr-units-modern", "units").at("units")
	l.Units, l.Relative = map[string]map[string]map[string]string{}, map[string]map[string]map[string]string{}
	for _, unit := range units {
		l.Units[unit], l.Relative[unit] = map[string]map[string]string{}, map[string]map[string]string{}
		for _, width := range []string{"long", "short", "narrow"} {
			l.Units[unit][width] = counted(all.at(width, "duration-"+unit), "unitPattern-count-")
		}
		for _, way := range []string{"future", "past"} {
			l.Relative[unit][way] = counted(fields.at(unit, "relativeTime-type-"+way), "relativeTimePattern-count-")
		}
	}
	g.setNumbers(l, in("cldr-numbers-modern", "numbers").at("numbers"), in("cldr-numbers-modern", "currencies").at("numbers", "currencies"))
	l.Territories = map[string]string{}
	for code, name := range in("cldr-localenames-modern", "territories").at("localeDisplayNames", "territories").texts() {
		if len(code) == 2 || code == "001" {
			l.Territories[code] = name
		}
	}
	return l
}

// counted gives the patterns of an object by the plural category in their keys.
func counted(t tree, prefix string) map[string]string {
	out := map[string]string{}
	for k, pattern := range t.texts() {
		if count, ok := strings.CutPrefix(k, prefix); ok {
			out[count] = pattern
		}
	}
	return out
}

func (g *generator) setDates(l *cldr.Locale, cal tree) {
	l.Months, l.Days, l.Quarters = map[string][]string{}, map[string][]string{}, map[string][]string{}
	l.Periods, l.Eras = map[string]map[string]string{}, map[string][]string{}
	for _, context := range []string{"format", "stand-alone"} {
		for _, width := range widths {
			key := context + "." + width
			l.Days[key] = ordered(cal.at("days", context, width), dayNames)
			l.Months[key] = ordered(cal.at("months", context, width), upTo(12))
			l.Quarters[key] = ordered(cal.at("quarters", context, width), upTo(4))
			l.Periods[key] = cal.at("dayPeriods", context, width).texts()
		}
	}
	for width, name := range map[string]string{"wide": "eraNames", "abbreviated": "eraAbbr", "narrow": "eraNarrow"} {
		l.Eras[width] = ordered(cal.at("eras", name), []string{"0", "1"})
	}
	l.Dates, l.Times, l.DateTimes = cal.at("dateFormats").texts(), cal.at("timeFormats").texts(), map[string]string{}
	for _, length := range []string{"full", "long", "medium", "short"} {
		l.DateTimes[length] = cal.at("dateTimeFormats", length).text()
	}
}

// ordered gives the texts of an object in the order of the keys, nil for none.
func ordered(t tree, keys []string) []string {
	if len(t.keys()) == 0 {
		return nil
	}
	var out []string
	for _, k := range keys {
		out = append(out, t.at(k).text())
	}
	return out
}

func upTo(n int) (keys []string) {
	for i := range n {
		keys = append(keys, strconv.Itoa(i+1))
	}
	return keys
}

func (g *generator) setZones(l *cldr.Locale, names tree) {
	l.Zones, l.Metazones = map[string]cldr.Zone{}, map[string]cldr.Zone{}
	l.ZoneFormats = map[string]string{
		"gmt": names.at("gmtFormat").text(), "region": names.at("regionFormat").text(), "fallback": names.at("fallbackFormat").text(),
	}
	var walk func(prefix string, t tree)
	walk = func(prefix string, t tree) {
		if z := zone(t); z.City != "" || len(z.Long)+len(z.Short) > 0 {
			l.Zones[strings.TrimPrefix(prefix, "/")] = z
			return
		}
		for _, k := range t.keys() {
			walk(prefix+"/"+k, t.at(k))
		}
	}
	walk("", names.at("zone"))
	for _, k := range names.at("metazone").keys() {
		l.Metazones[k] = zone(names.at("metazone", k))
	}
}

func zone(t tree) cldr.Zone {
	return cldr.Zone{City: t.at("exemplarCity").text(), Long: t.at("long").texts(), Short: t.at("short").texts()}
}

func (g *generator) setNumbers(l *cldr.Locale, n, currencies tree) {
	l.Symbols = n.at("symbols-numberSystem-latn").texts()
	l.Decimal = n.at("decimalFormats-numberSystem-latn", "standard").text()
	l.Percent = n.at("percentFormats-numberSystem-latn", "standard").text()
	l.Scientific = n.at("scientificFormats-numberSystem-latn", "standard").text()
	money := n.at("currencyFormats-numberSystem-latn")
	l.Currency = map[string]string{"standard": money.at("standard").text(), "accounting": money.at("accounting").text()}
	l.CurrencyUnits = counted(money, "unitPattern-count-")
	l.CurrencySymbols, l.CurrencyNames = map[string]string{}, map[string]map[string]string{}
	for _, code := range currencies.keys() {
		c := currencies.at(code).texts()
		if s := c["symbol"]; s != "" {
			l.CurrencySymbols[code] = s
		}
		names := counted(currencies.at(code), "displayName-count-")
		if c["displayName"] != "" {
			names[""] = c["displayName"]
		}
		l.CurrencyNames[code] = names
	}
}
