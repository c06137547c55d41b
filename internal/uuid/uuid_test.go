package uuid

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	want := UUID{0x12, 0x34, 0x56, 0x78, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0, 0x12, 0x34, 0x56, 0x78}
	const text = "12345678-1234-5678-9abc-def012345678"
	for _, s := range []string{text, strings.ToUpper(text), strings.ReplaceAll(text, "-", "")} {
		if got, err := Parse(s); got != want || err != nil || got.String() != text {
			t.Errorf("Parse(%q) = %v, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "1234", text[:35], text + "0", "123456781234567-89abcdef012345678", strings.Repeat("g", 32),
		strings.Repeat("1", 33), strings.Repeat("1", 36), strings.Replace(text, "-", "1", 1), "1" + text[1:35] + "-", "{" + text[1:]} {
		if got, err := Parse(s); err == nil || got != (UUID{}) {
			t.Errorf("Parse(%q) = %v, %v", s, got, err)
		}
	}
	if !HasPrefix(text+"/x") || HasPrefix(text[:35]) || HasPrefix("x"+text) {
		t.Error("HasPrefix is wrong")
	}
}
