package cldr

import (
	"fmt"
	"strings"
)

// zone prints a field of the time zone.
func (d *dateFormat) zone(c byte, n int) string {
	switch c {
	case 'z':
		return d.zoneName(n == 4, false)
	case 'v':
		return d.zoneName(n == 4, true)
	case 'V':
		switch n {
		case 1:
			return d.zoneName(false, true)
		case 2:
			return d.zoneID()
		}
		return d.zoneLocation(n == 3)
	case 'Z':
		switch n {
		case 5:
			return d.offset(":", true, true)
		case 4:
			return d.gmt()
		}
		return d.offset("", false, true)
	case 'O':
		if n == 4 {
			return d.gmt()
		}
		return "None" // Babel has no such form, and Python prints that
	}
	switch n { // x, and X with its Z for no offset
	case 1:
		return d.offset("", c == 'X', false)
	case 2, 4:
		return d.offset("", c == 'X', true)
	}
	return d.offset(":", c == 'X', true)
}

// offset gives +03:30 with the separator; Z stands for none where it may, and
// minutes that are zero are left out where they need not be.
func (d *dateFormat) offset(separator string, z, minutes bool) string {
	_, seconds := d.t.Zone()
	if z && seconds == 0 {
		return "Z"
	}
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	if !minutes && seconds%3600 == 0 {
		return fmt.Sprintf("%c%02d", sign, seconds/3600)
	}
	return fmt.Sprintf("%c%02d%s%02d", sign, seconds/3600, separator, seconds%3600/60)
}

func (d *dateFormat) gmt() string {
	return strings.ReplaceAll(d.ZoneFormats["gmt"], "{0}", d.offset(":", false, true))
}

// zoneID gives the name that CLDR knows the zone by.
func (d *dateFormat) zoneID() string {
	id := d.t.Location().String()
	if alias := Supplemental().ZoneAliases[id]; alias != "" {
		return alias
	}
	return id
}

// zoneName gives the name of the zone as it is at the time, or independent of
// it; without one its offset, or its place.
func (d *dateFormat) zoneName(long, generic bool) string {
	id, variant := d.zoneID(), "standard"
	switch {
	case generic:
		variant = "generic"
	case d.t.IsDST():
		variant = "daylight"
	}
	names := func(z Zone) map[string]string {
		if long {
			return z.Long
		}
		return z.Short
	}
	if name := names(d.Zones[id])[variant]; name != "" {
		return name
	}
	meta := d.Metazones[Supplemental().Metazones[id]]
	name := names(meta)[variant]
	if name == NoName {
		name = meta.Long[variant]
	}
	switch {
	case name != "":
		return name
	case generic:
		return d.zoneLocation(false)
	case long:
		return d.gmt()
	}
	return d.offset("", false, true)
}

// zoneLocation names a zone by its country, where that has one zone alone, and
// else by its city too.
func (d *dateFormat) zoneLocation(cityAlone bool) string {
	id := d.zoneID()
	territory := Supplemental().ZoneTerritories[id]
	country, known := d.Territories[territory]
	if !known {
		country = d.Territories["ZZ"]
	}
	region := d.ZoneFormats["region"]
	if !cityAlone && known && len(Supplemental().TerritoryZones[territory]) == 1 {
		return strings.ReplaceAll(region, "{0}", country)
	}
	city := d.Zones[id].City
	if city == "" {
		_, after, ok := strings.Cut(id, "/")
		if !ok {
			after = id
		}
		city = strings.ReplaceAll(after, "_", " ")
	}
	if cityAlone {
		return city
	}
	place := strings.NewReplacer("{0}", city, "{1}", country).Replace(d.ZoneFormats["fallback"])
	return strings.ReplaceAll(region, "{0}", place)
}
