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

// ParseLocale reads "pt_BR", "pt-BR" or "zh_Hans_CN", Locale.parse. A language that
// is written in several scripts gets the one of its territory, so that zh_TW is
// zh_Hant_TW, and an old code the new one: iw is he_IL. It reports false for what has
// not the form of a locale; whether the language exists it does not ask.
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
	return l.resolve(), true
}

// aliases are codes of languages that are no more, and what stands for them: the
// two-letter ones of CLDR's languageAlias, with the likely territory.
var aliases = map[string]Locale{
	"in": {Language: "id", Territory: "ID"}, "iw": {Language: "he", Territory: "IL"}, "ji": {Language: "yi", Territory: "001"},
	"jw": {Language: "jv", Territory: "ID"}, "mo": {Language: "ro", Territory: "RO"}, "tl": {Language: "fil", Territory: "PH"},
	"tw": {Language: "ak", Territory: "GH"},
}

// scripts are those that Babel gives to a language with a territory and without a
// script, where CLDR has a locale of all three and none of two.
var scripts = map[string]string{
	"az_AZ": "Latn", "bs_BA": "Latn", "ff_BF": "Latn", "ff_CM": "Latn", "ff_GH": "Latn", "ff_GM": "Latn", "ff_GN": "Latn", "ff_GW": "Latn", "ff_LR": "Latn",
	"ff_MR": "Latn", "ff_NE": "Latn", "ff_NG": "Latn", "ff_SL": "Latn", "ff_SN": "Latn", "ks_IN": "Arab", "mni_IN": "Beng", "pa_IN": "Guru",
	"pa_PK": "Arab", "sat_IN": "Olck", "sd_IN": "Deva", "sd_PK": "Arab", "shi_MA": "Tfng", "sr_BA": "Cyrl", "sr_ME": "Latn", "sr_RS": "Cyrl",
	"sr_XK": "Cyrl", "su_ID": "Latn", "uz_AF": "Arab", "uz_UZ": "Latn", "vai_LR": "Vaii", "yue_CN": "Hans", "yue_HK": "Hant", "zh_CN": "Hans",
	"zh_HK": "Hant", "zh_MO": "Hant", "zh_SG": "Hans", "zh_TW": "Hant",
}

// resolve is the locale with today's language and the likely script.
func (l Locale) resolve() Locale {
	if alias, old := aliases[l.Language]; old {
		if l.Language = alias.Language; l.Territory == "" {
			l.Territory = alias.Territory
		}
	}
	if l.Script == "" && l.Territory != "" {
		l.Script = scripts[l.Language+"_"+l.Territory]
	}
	return l
}

// territories are where Python's gettext looks first for a language without one, by
// locale.normalize: pt means pt_PT.
const territories = " af_ZA am_ET as_IN az_AZ be_BY bg_BG br_FR bs_BA ca_ES cs_CZ cy_GB da_DK de_DE ee_EE el_GR en_US es_ES et_EE eu_ES fa_IR fi_FI fo_FO" +
	" fr_FR ga_IE gd_GB gl_ES gv_GB he_IL hi_IN hr_HR hu_HU id_ID is_IS it_IT ja_JP ka_GE kl_GL kn_IN ko_KR ks_IN kw_GB ky_KG lo_LA lt_LT lv_LV mai_IN" +
	" mi_NZ mk_MK ml_IN mr_IN ms_MY mt_MT nb_NO nl_NL nn_NO no_NO or_IN pa_IN pl_PL pt_PT ro_RO ru_RU rw_RW sd_IN si_LK sk_SK sl_SI sq_AL sr_RS sv_SE" +
	" ta_IN te_IN tg_TJ th_TH tr_TR tt_RU uk_UA ur_PK uz_UZ vi_VN xh_ZA yi_US zh_CN zu_ZA "

// folders are the names that the folder of the locale's catalogs may have: those
// of Flask-Babel in its order, and before the language alone that without the
// script.
func (l Locale) folders() []string {
	switch {
	case l.Script == "" && l.Territory == "":
		if _, rest, ok := strings.Cut(territories, " "+l.Language+"_"); ok {
			territory, _, _ := strings.Cut(rest, " ")
			return []string{l.Language + "_" + territory, l.Language}
		}
		return []string{l.Language}
	case l.Script == "" || l.Territory == "":
		return []string{l.String(), l.Language}
	}
	return []string{l.String(), l.Language + "_" + l.Script, l.Language + "_" + l.Territory, l.Language}
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
		s.catalog = s.domain.find(s.b, s.getLocale())
	}
	return s.catalog
}

// words gives the words of dates and numbers; of a language that CLDR does not
// have those of the default one.
func (s *state) words() *cldr.Locale {
	if s.language == nil {
		if s.language = cldr.Find(s.getLocale().String()); s.language == nil {
			l, _ := ParseLocale(s.b.DefaultLocale) // which was checked
			s.language = cldr.Find(l.String())
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
	defer func() { // the time zone and the domain are not the locale's
		s.locale, s.known, s.forced, s.language = before.locale, before.known, before.forced, before.language
		if s.catalog = before.catalog; s.domain != before.domain {
			s.catalog = nil
		}
	}()
	s.known, s.forced, s.catalog, s.language = false, locale, nil, nil
	f()
}

// ToUserTimezone gives the time in the zone of the request, to_user_timezone().
func ToUserTimezone(c *cantil.Context, t time.Time) time.Time { return t.In(GetTimezone(c)) }
