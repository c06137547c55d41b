package babel

import (
	"strings"
	"sync"
	"time"
)

// zones are those that were asked for: as many as there are, at most.
var zones sync.Map // name to *time.Location

// loadZone finds a time zone by its name, or gives nil. The machine's own, which
// Go calls Local, is none that a visitor can choose.
func loadZone(name string) *time.Location {
	if name == "" || name == "Local" || strings.HasPrefix(name, "/") {
		return nil
	}
	if zone, ok := zones.Load(name); ok {
		return zone.(*time.Location)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	zones.Store(name, zone)
	return zone
}
