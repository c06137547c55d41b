package babel

import (
	"path"
	"strings"
	"sync"
	"time"
)

// zones are those that were asked for: as many as there are, at most.
var zones sync.Map // name to *time.Location

// maxZone is the length in bytes from which a name is none of a time zone.
const maxZone = 64

// loadZone finds a time zone by its name, or gives nil. The machine's own, which
// Go calls Local, is none that a visitor can choose; nor is another way to the
// same file, such as Etc//UTC.
func loadZone(name string) *time.Location {
	if name == "" || name == "Local" || len(name) >= maxZone || strings.HasPrefix(name, "/") || path.Clean(name) != name {
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
