package babel

import (
	"io/fs"
	"sync"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/babel/internal/cldr"
	"github.com/cantil-go/cantil/render/jinja"
)

// Babel is the languages of an application, Flask-Babel's Babel. Its fields are
// to be set before the first request; [cantil.App.LoadEnv] and its siblings set
// those that name a key of the configuration.
type Babel struct {
	// DefaultLocale is the language of a request without another,
	// BABEL_DEFAULT_LOCALE: "en".
	DefaultLocale string
	// DefaultTimezone is the zone of a request without another, a name such as
	// "America/Sao_Paulo", BABEL_DEFAULT_TIMEZONE: "UTC".
	DefaultTimezone string
	// Domain is the name of the catalogs, without .mo, BABEL_DOMAIN: "messages".
	// Several, with ";" between them, are one for each directory.
	Domain string
	// TranslationDirectories hold the catalogs, below the application's root
	// path, with ";" between them, BABEL_TRANSLATION_DIRECTORIES: "translations".
	// Of a message in several the last one counts.
	TranslationDirectories string
	// TranslationFS holds the directories instead of the disk, as from go:embed.
	TranslationFS fs.FS
	// DateFormats are the formats of dates without one of their own: "date",
	// "time" and "datetime" give the name of a length, "medium"; a key such as
	// "date.medium" a pattern that takes the place of the language's.
	DateFormats map[string]string

	app              *cantil.App
	localeSelector   func(*cantil.Context) string
	timezoneSelector func(*cantil.Context) string
	domain           *Domain

	load     sync.Once
	catalogs catalogs
}

// Option is an option of [NewBabel].
type Option func(*Babel)

// LocaleSelector says which language a request is answered in, locale_selector:
// f gives a locale such as "pt_BR", or "" for the default one. It is called once
// for a request, when that first asks.
func LocaleSelector(f func(c *cantil.Context) string) Option {
	return func(b *Babel) { b.localeSelector = f }
}

// TimezoneSelector says in which zone a request's dates are shown,
// timezone_selector: f gives a name such as "Europe/Moscow", or "".
func TimezoneSelector(f func(c *cantil.Context) string) Option {
	return func(b *Babel) { b.timezoneSelector = f }
}

// DefaultLocale sets [Babel.DefaultLocale], where the configuration does not.
func DefaultLocale(locale string) Option { return func(b *Babel) { b.DefaultLocale = locale } }

// DefaultTimezone sets [Babel.DefaultTimezone], where the configuration does not.
func DefaultTimezone(name string) Option { return func(b *Babel) { b.DefaultTimezone = name } }

// DefaultDomain sets [Babel.Domain], where the configuration does not.
func DefaultDomain(domain string) Option { return func(b *Babel) { b.Domain = domain } }

// TranslationDirectories sets [Babel.TranslationDirectories], where the
// configuration does not.
func TranslationDirectories(directories string) Option {
	return func(b *Babel) { b.TranslationDirectories = directories }
}

// TranslationFS sets [Babel.TranslationFS].
func TranslationFS(fsys fs.FS) Option { return func(b *Babel) { b.TranslationFS = fsys } }

// extensionName is the application's key, and the name under which the templates
// of a request find its translations.
const (
	extensionName = "babel"
	variable      = "_babel"
)

// NewBabel gives an application its languages, Babel(app, …): catalogs, and in
// templates {% trans %}, gettext and the filters of dates and numbers.
func NewBabel(app *cantil.App, options ...Option) *Babel {
	b := &Babel{
		DefaultLocale: "en", DefaultTimezone: "UTC", Domain: "messages", TranslationDirectories: "translations",
		DateFormats: map[string]string{"date": "medium", "time": "medium", "datetime": "medium"},
		app:         app,
	}
	for _, option := range options {
		option(b)
	}
	b.domain = &Domain{}
	if app.Extensions == nil {
		app.Extensions = map[string]any{}
	}
	if app.Extensions[extensionName] != nil {
		panic("babel: NewBabel was called twice for one application")
	}
	app.Extensions[extensionName] = b
	app.ConfigKeys(map[string]any{
		"BABEL_DEFAULT_LOCALE": &b.DefaultLocale, "BABEL_DEFAULT_TIMEZONE": &b.DefaultTimezone,
		"BABEL_DOMAIN": &b.Domain, "BABEL_TRANSLATION_DIRECTORIES": &b.TranslationDirectories,
	})
	app.TemplateContextGlobal(variable, func(c *cantil.Context) any { return stateOf(c) })
	app.JinjaOptions(b.setUp)
	return b
}

// setUp is called when the application starts.
func (b *Babel) setUp(env *jinja.Env) {
	b.start()
	env.AddExtension(jinja.I18n{Newstyle: true, Variable: variable})
	addFilters(env)
}

// start reads the catalogs and checks the settings. A mistake panics.
func (b *Babel) start() {
	b.load.Do(func() {
		if l, ok := ParseLocale(b.DefaultLocale); !ok || cldr.Find(l.String()) == nil {
			panic("babel: the default locale " + b.DefaultLocale + " is not known")
		}
		if _, err := time.LoadLocation(b.DefaultTimezone); err != nil {
			panic("babel: the default time zone: " + err.Error())
		}
		b.readCatalogs()
	})
}

// of gives the application's languages, read and checked.
func of(c *cantil.Context) *Babel {
	b, ok := c.App().Extensions[extensionName].(*Babel)
	if !ok {
		panic("babel: the application has no languages: call babel.NewBabel(app)")
	}
	b.start()
	return b
}

// ListTranslations lists the locales that there are catalogs for, and the default
// one: list_translations().
func (b *Babel) ListTranslations() []Locale {
	b.start()
	var locales []Locale
	known := map[string]bool{}
	for _, dir := range b.catalogs {
		for _, name := range dir.locales() {
			if l, ok := ParseLocale(name); ok && !known[l.String()] {
				known[l.String()] = true
				locales = append(locales, l)
			}
		}
	}
	if l, _ := ParseLocale(b.DefaultLocale); !known[l.String()] {
		locales = append(locales, l)
	}
	return locales
}
