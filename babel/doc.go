// Package babel shows pages in the visitor's language, as Flask-Babel does: with
// its names, its configuration and its catalogs, translations/pt_BR/LC_MESSAGES/
// messages.mo, and with the dates and numbers of each language.
//
//	package main
//
//	import (
//		"log"
//		"time"
//
//		"github.com/cantil-go/cantil"
//		"github.com/cantil-go/cantil/babel"
//	)
//
//	func getLocale(c *cantil.Context) string {
//		if lang := c.Session().Get("lang", ""); lang != "" {
//			return lang.(string)
//		}
//		return babel.BestMatch(c, "pt_BR", "ru", "en")
//	}
//
//	func main() {
//		app := cantil.New()
//		app.LoadEnv("FLASK") // FLASK_BABEL_DEFAULT_LOCALE and the like
//		babel.NewBabel(app, babel.LocaleSelector(getLocale))
//		app.Get("/")(func(c *cantil.Context) any {
//			return c.RenderTemplateString(`{% trans %}Hello{% endtrans %}, {{ now|dateformat("full") }}`,
//				cantil.Map{"now": time.Now()})
//		})
//		log.Fatal(app.Run("localhost:5000"))
//	}
//
// Templates have the tag {% trans %} and the functions _, gettext, ngettext,
// pgettext and npgettext of [jinja.I18n] in the new style, and the filters
// datetimeformat, dateformat, timeformat, timedeltaformat, numberformat,
// decimalformat, currencyformat, percentformat and scientificformat.
//
// # Catalogs
//
// Messages are taken out of templates and Go, translated and compiled with
// pybabel, the tool of Babel, as for a Flask site; a site in both languages has
// one catalog. babel.cfg says what to look into:
//
//	[jinja2: **/templates/**.html]
//	[javascript: **.go]
//
//	pybabel extract -F babel.cfg -k GetText:2 -k NGetText:2,3 -k PGetText:2c,3 -k NPGetText:2c,3,4 \
//		-k LazyGetText -k LazyNGetText:1,2 -k LazyPGetText:1c,2 -k LazyNPGetText:1c,2,3 -o messages.pot .
//	pybabel init -i messages.pot -d translations -l pt_BR      # once for each language
//	pybabel update -i messages.pot -d translations             # after each change
//	pybabel compile -d translations
//
// pybabel has no reader for Go; that for JavaScript finds the calls, since the
// texts in double quotes look the same in both. A text in back quotes it does not
// see. The numbers after the names count the arguments: the first one of GetText
// is the request.
//
// The catalogs are read when the application starts; one that is broken is a
// panic that names the file. What has no translation stays as it is in the
// source.
//
// # What is different from Flask-Babel
//
//   - A locale that does not exist, from a selector, is the default one; in
//     Flask-Babel it is an error. So is a time zone.
//   - Dates and numbers are those of CLDR 41, which Babel 2.10 has; Babel 2.12 and
//     later have newer ones, with a narrow space before AM and PM among others.
//   - An offset behind GMT that is no whole hour is right: GMT-03:30.
//   - A lazy text is escaped in a template. Flask-Babel takes it for HTML, with
//     the variables that were put in.
//   - Numbers have as many digits as they have; Babel fails above 28.
package babel
