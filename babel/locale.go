package babel

import (
	"strings"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/babel/internal/cldr"
	"github.com/cantil-go/cantil/internal/gettext"
)

// Locale is a language, and where it is spoken so: babel.Locale.
type Locale struct {
	Language  string // "pt"
	Script    string // "Hans", mostly ""
	Territory string // "BR", or ""
}

// ParseLocale reads "pt_BR", "pt-BR" or "zh_Hans_CN". It reports false for what
// has not the form of a locale; whether the language exists it does not ask.
func ParseLocale(identifier string) (Locale, bool) {
	if len(identifier) > 40 {
		return Locale{}, false
	}
	parts := strings.Split(cldr.Normalize(identifier), "_")
	l := Locale{Language: parts[0]}
	for _, part := range parts[1:] {
		switch {
		case len(part) == 4 && l.Script == "" && l.Territory == "":
			l.Script = part
		case (len(part) == 2 || len(part) == 3) && l.Territory == "":
			l.Territory = part
		default:
			return Locale{}, false
		}
	}
	if n := len(l.Language); n < 2 || n > 3 {
		return Locale{}, false
	}
	for _, r := range l.Language + l.Script + l.Territory {
		if r < '0' || r > '9' && r < 'A' || r > 'Z' && r < 'a' || r > 'z' {
			return Locale{}, false
		}
	}
	return l, true
}

// String gives the identifier, "pt_BR".
func (l Locale) String() string { return l.join("_") }

// Tag gives the identifier as HTML's lang and HTTP have it, "pt-BR".
func (l Locale) Tag() string { return l.join("-") }

func (l Locale) join(separator string) string {
	s := l.Language
	for _, part := range []string{l.Script, l.Territory} {
		if part != "" {
			s += separator + part
		}
	}
	return s
}

// state is what a request has found out about its language.
type state struct {
	c        *cantil.Context
	b        *Babel
	locale   Locale
	known    bool   // the locale is
	forced   string // by ForceLocale
	zone     *time.Location
	domain   *Domain
	catalog  *gettext.Catalog // of locale and domain, once it was asked for
	language *cldr.Locale     // of locale
}

// stateOf gives the request's state. It is in g, as Flask-Babel's is.
func stateOf(c *cantil.Context) *state {
	if s, ok := c.G()[variable].(*state); ok {
		return s
	}
	b := of(c)
	s := &state{c: c, b: b, domain: b.domain}
	c.G()[variable] = s
	return s
}

// GetLocale gives the locale of the request, get_locale().
func GetLocale(c *cantil.Context) Locale { return stateOf(c).getLocale() }

func (s *state) getLocale() Locale {
	if s.known {
		return s.locale
	}
	asked := s.forced
	if asked == "" && s.b.localeSelector != nil {
		asked = s.b.localeSelector(s.c)
	}
	l, ok := ParseLocale(asked)
	if !ok {
		l, _ = ParseLocale(s.b.DefaultLocale)
	}
	s.locale, s.known = l, true
	return l
}

// messages gives the catalog of the request.
func (s *state) messages() *gettext.Catalog {
	if s.catalog == nil {
		s.catalog = s.domain.find(s.b, s.getLocale().String())
	}
	return s.catalog
}

// words gives the words of dates and numbers; of a language that CLDR does not
// have those of the default one.
func (s *state) words() *cldr.Locale {
	if s.language == nil {
		if s.language = cldr.Find(s.getLocale().String()); s.language == nil {
			s.language = cldr.Find(s.b.DefaultLocale)
		}
	}
	return s.language
}

// GetTimezone gives the time zone of the request, get_timezone().
func GetTimezone(c *cantil.Context) *time.Location { return stateOf(c).timezone() }

func (s *state) timezone() *time.Location {
	if s.zone != nil {
		return s.zone
	}
	name := ""
	if s.b.timezoneSelector != nil {
		name = s.b.timezoneSelector(s.c)
	}
	if s.zone = loadZone(name); s.zone == nil {
		s.zone = loadZone(s.b.DefaultTimezone)
	}
	return s.zone
}

// Refresh makes the request ask its selectors again, refresh(): after a visitor
// has chosen another language, and the answer is to be in that.
func Refresh(c *cantil.Context) {
	s := stateOf(c)
	s.known, s.zone, s.catalog, s.language = false, nil, nil, nil
}

// ForceLocale calls f with another language, with force_locale(locale): for a
// mail to somebody else, say. It may be nested.
func ForceLocale(c *cantil.Context, locale string, f func()) {
	s := stateOf(c)
	before := *s
	defer func() {
		zone := s.zone
		*s = before
		s.zone = zone
	}()
	s.known, s.forced, s.catalog, s.language = false, locale, nil, nil
	f()
}

// ToUserTimezone gives the time in the zone of the request, to_user_timezone().
func ToUserTimezone(c *cantil.Context, t time.Time) time.Time { return t.In(GetTimezone(c)) }
