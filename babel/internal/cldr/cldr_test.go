package cldr

import "testing"

// TestEveryLocaleLoads: each part of the file can be read, and has what the
// package promises.
func TestEveryLocaleLoads(t *testing.T) {
	names := Names()
	if len(names) < 300 {
		t.Fatalf("%d locales", len(names))
	}
	for _, name := range names {
		l := Find(name)
		if l == nil || l.ID != name {
			t.Fatalf("%s: %v", name, l)
		}
		if len(l.Months["format.wide"]) != 12 || len(l.Days["format.abbreviated"]) != 7 || l.Decimal == "" || l.Symbols["decimal"] == "" ||
			l.Dates["medium"] == "" || l.Times["full"] == "" || l.DateTimes["long"] == "" || l.Units["day"]["long"]["other"] == "" || l.MinDays == 0 {
			t.Errorf("%s is not whole", name)
		}
	}
}

func TestFind(t *testing.T) {
	for id, want := range map[string]string{
		"pt_BR": "pt", "pt-br": "pt", "pt_PT": "pt_PT", "ru": "ru", "RU_ru.UTF-8": "ru", "en_US": "en", "en_GB": "en_GB",
		"zh_Hans_CN": "zh_Hans", "zh_hant": "zh_Hant", "sr_Latn_RS": "sr_Latn", "xx": "", "": "", "supplemental": "", "en_XX": "en",
	} {
		got := ""
		if l := Find(id); l != nil {
			got = l.ID
		}
		if got != want {
			t.Errorf("%q: %q, want %q", id, got, want)
		}
	}
}
