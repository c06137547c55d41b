package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cantil-go/cantil/babel/internal/cldr"
)

// readSupplement reads what does not depend on the language.
func (g *generator) readSupplement() {
	s := &g.supplement
	s.Fractions, s.Plurals = map[string]int{}, map[string]map[string]string{}
	s.PeriodRules = map[string]map[string]cldr.PeriodRule{}
	file := func(name string) tree { return g.read("cldr-core", "supplemental", name+".json").at("supplemental") }

	plurals := file("plurals")
	s.Version = plurals.at("version", "_cldrVersion").text()
	for _, lang := range plurals.at("plurals-type-cardinal").keys() {
		rules := map[string]string{}
		for k, rule := range plurals.at("plurals-type-cardinal", lang).texts() {
			rule, _, _ = strings.Cut(rule, "@")
			if rule = strings.TrimSpace(rule); rule != "" {
				rules[strings.TrimPrefix(k, "pluralRule-count-")] = rule
			}
		}
		s.Plurals[cldr.Normalize(lang)] = rules
	}
	fractions := file("currencyData").at("currencyData", "fractions")
	for _, code := range fractions.keys() {
		s.Fractions[code] = number(fractions.at(code, "_digits").text())
	}
	periods := file("dayPeriods").at("dayPeriodRuleSet")
	for _, lang := range periods.keys() {
		rules := map[string]cldr.PeriodRule{}
		for _, id := range periods.at(lang).keys() {
			r := periods.at(lang, id)
			rule := cldr.PeriodRule{At: -1, From: minutes(r.at("_from").text()), Before: minutes(r.at("_before").text())}
			if at := r.at("_at").text(); at != "" {
				rule.At = minutes(at)
			}
			rules[id] = rule
		}
		s.PeriodRules[cldr.Normalize(lang)] = rules
	}
	g.parents = file("parentLocales").at("parentLocales", "parentLocale").texts()
	week := file("weekData").at("weekData")
	s.FirstDays, s.MinDays = map[string]int{}, map[string]int{}
	for territory, day := range week.at("firstDay").texts() {
		s.FirstDays[territory] = slices.Index(dayNames, day)
	}
	for territory, days := range week.at("minDays").texts() {
		s.MinDays[territory] = number(days)
	}
	g.readZones(file)
}

// readZones reads which metazone, territory and other names a time zone has.
func (g *generator) readZones(file func(string) tree) {
	s := &g.supplement
	s.Metazones, s.ZoneAliases = map[string]string{}, map[string]string{}
	s.ZoneTerritories, s.TerritoryZones = map[string]string{}, map[string][]string{}
	var walk func(prefix string, t tree)
	walk = func(prefix string, t tree) {
		if uses, ok := t.v.([]any); ok {
			for _, use := range uses {
				if u := (tree{use}).at("usesMetazone"); u.at("_to").text() == "" {
					s.Metazones[prefix] = u.at("_mzone").text()
				}
			}
			return
		}
		for _, k := range t.keys() {
			walk(strings.TrimPrefix(prefix+"/"+k, "/"), t.at(k))
		}
	}
	walk("", file("metaZones").at("metaZones", "metazoneInfo", "timezone"))

	zones := g.read("cldr-bcp47", "bcp47", "timezone.json").at("keyword", "u", "tz")
	for _, k := range zones.keys() {
		names := strings.Fields(zones.at(k, "_alias").text())
		for i, name := range names {
			if i > 0 {
				s.ZoneAliases[name] = names[0]
			}
		}
	}
	list, _ := file("windowsZones").at("windowsZones", "mapTimezones").v.([]any)
	for _, item := range list {
		zone := (tree{item}).at("mapZone")
		territory := zone.at("_territory").text()
		for _, name := range strings.Fields(zone.at("_type").text()) {
			if territory != "001" || s.ZoneTerritories[name] == "" {
				s.ZoneTerritories[name] = territory
			}
			if territory == "001" { // the zone that stands for its like
				continue
			}
			s.TerritoryZones[territory] = append(s.TerritoryZones[territory], name)
		}
	}
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// minutes reads "18:30".
func minutes(s string) int {
	hour, minute := 0, 0
	fmt.Sscanf(s, "%d:%d", &hour, &minute)
	return 60*hour + minute
}
