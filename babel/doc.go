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
//		return c.AcceptLanguages().BestMatch("pt_BR", "ru", "en")
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
// one catalog. The commands, and what they lose in Go, are in
// https://github.com/cantil-go/cantil/blob/main/docs/translations.md.
//
// The catalogs are read when the application starts; one that is broken is a
// panic that names the file. What has no translation stays as it is in the
// source.
//
// # What is different from Flask-Babel
//
//   - A locale that does not exist, from a selector, is the default one; in
//     Flask-Babel it is an error. So is a time zone.
//   - Where Flask-Babel finds no folder for zh_TW, which is zh_Hant_TW there, a
//     folder zh_Hant or zh_TW is found. Old codes of three letters are not known.
//   - Dates and numbers are those of CLDR 41, which Babel 2.10 has; Babel 2.12 and
//     later have newer ones, with a narrow space before AM and PM among others.
//   - An offset behind GMT that is no whole hour is right: GMT-03:30.
//   - A lazy text is escaped in a template. Flask-Babel takes it for HTML, with
//     the variables that were put in.
//   - Numbers have as many digits as they have; Babel fails above 28.
package babel
