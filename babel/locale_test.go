package babel

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cantil-go/cantil/babel/internal/cldr"
	"github.com/cantil-go/cantil/internal/gettext"
	"github.com/cantil-go/cantil/internal/testkit/flask"
)

// TestLocalesAsBabel: the identifiers of all locales that the real Babel has are
// read as it reads them, and the folder of catalogs is the one that Python's
// gettext finds for each. Where that finds none Cantil may find one.
func TestLocalesAsBabel(t *testing.T) {
	python := flask.Python(t, "babel")
	folders := []string{"zh_Hans_CN", "zh_Hant_TW", "zh_TW", "pt", "pt_PT", "de_DE", "sr_Cyrl_RS", "he", "nb_NO", "en", "fr_FR", "fr_CA", "es", "ru", "uk_UA"}
	root := t.TempDir()
	all := directory{}
	for _, name := range folders {
		file := filepath.Join(root, name, "LC_MESSAGES", "messages.mo")
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		all[name] = map[string]*gettext.Catalog{"messages": {}}
	}
	cmd := exec.CommandContext(t.Context(), python, "-c", `
import gettext, json, os, sys
from babel.core import Locale, UnknownLocaleError, get_global
from babel.localedata import locale_identifiers
known = set(locale_identifiers())
known |= {l + "_" + t for l in {k.split("_")[0] for k in known} | {"iw", "in", "tl", "mo"} for t in ("AF", "BA", "CN", "HK", "IL", "IN", "ME", "MO", "PK", "RS", "SG", "TW", "UZ")}
out = {}
for name in sorted(known | {"iw", "in", "tl", "mo"}):
    try:
        locale = str(Locale.parse(name))
    except UnknownLocaleError:
        continue
    file = gettext.find("messages", sys.argv[1], [locale])
    out[name] = [locale, file and os.path.basename(os.path.dirname(os.path.dirname(file)))]
json.dump(out, sys.stdout)`, root)
	cmd.Stderr = os.Stderr
	text, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var want map[string][2]string
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	read, found := 0, 0
	for name, want := range want {
		l, ok := ParseLocale(name)
		if strings.Count(name, "_") > 0 && (!ok || strings.Contains(name, "POSIX") || strings.Contains(name, "VALENCIA") || strings.Contains(name, "TARASK")) {
			continue // variants
		}
		read++
		if !ok || l.String() != want[0] {
			t.Errorf("%s is read as %s, want %s", name, l, want[0])
		}
		c, folder := all.find(l, "messages")
		if want[1] == "" {
			continue
		}
		found++
		if c == nil || folder != want[1] {
			t.Errorf("%s, %s: its catalogs are in %q, want %q", name, l, folder, want[1])
		}
	}
	t.Logf("%d locales are read alike, of which %d have catalogs", read, found)
	if read < 800 || found < 150 {
		t.Error("that is too few: the test has not looked at them")
	}
}

// TestWordsOfScripts: a territory that writes otherwise has the words of its script,
// and an old code those of the language.
func TestWordsOfScripts(t *testing.T) {
	for id, want := range map[string]string{"zh_TW": "zh_Hant", "zh_HK": "zh_Hant_HK", "zh_CN": "zh_Hans", "sr_ME": "sr_Latn_ME", "iw": "he", "tl": "fil", "pt_BR": "pt"} {
		l, ok := ParseLocale(id)
		if words := cldr.Find(l.String()); !ok || words == nil || words.ID != want {
			t.Errorf("%s has the words of %+v, want %s", id, words, want)
		}
	}
}

// TestOwnFolders: a folder that names the territory alone is found too.
func TestOwnFolders(t *testing.T) {
	d := directory{}
	for _, name := range []string{"zh_TW", "zh", "sr_Latn", "pt"} {
		d[name] = map[string]*gettext.Catalog{"messages": {}}
	}
	for id, want := range map[string]string{"zh_TW": "zh_TW", "zh_CN": "zh", "sr_ME": "sr_Latn", "pt": "pt", "pt_BR": "pt", "fr": ""} {
		l, _ := ParseLocale(id)
		if c, folder := d.find(l, "messages"); (c != nil) != (want != "") || c != nil && folder != want {
			t.Errorf("%s: %q, want %q", id, folder, want)
		}
	}
}

// TestZoneNames: a zone is kept under one name, since visitors may choose it.
func TestZoneNames(t *testing.T) {
	for name, known := range map[string]bool{"America/Sao_Paulo": true, "UTC": true, "America/./Sao_Paulo": false, "Etc//UTC": false, "Etc/UTC/": false,
		"../zoneinfo/UTC": false, "/UTC": false, "Local": false, "": false, "Mars/Base": false} {
		if zone := loadZone(name); (zone != nil) != known {
			t.Errorf("%q: %v", name, zone)
		}
	}
}
