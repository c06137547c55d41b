package syntax

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

// The names of characters, which names.py writes.
//
//go:embed names.gz
var packedNames []byte

// charNames are unpacked when a template first names a character.
var charNames = sync.OnceValue(func() map[string]rune {
	names := map[string]rune{}
	unpacked, err := gzip.NewReader(bytes.NewReader(packedNames))
	if err != nil {
		return names
	}
	text, _ := io.ReadAll(unpacked)
	var code rune
	for line := range strings.SplitSeq(string(text), "\n") {
		code++
		if first, name, ok := strings.Cut(line, " "); ok {
			// No name begins with a word that is a number in lower case.
			if d, err := strconv.ParseInt(first, 16, 32); err == nil && strings.ToLower(first) == first {
				code, line = code-1+rune(d), name
			}
		}
		names[line] = code
	}
	return names
})

// charNamed gives the character of a name of Unicode, as unicodedata.lookup does.
func charNamed(name string) (rune, bool) {
	if digits, ok := strings.CutPrefix(name, "CJK UNIFIED IDEOGRAPH-"); ok {
		code, err := strconv.ParseInt(digits, 16, 32)
		ok = err == nil && strings.ToUpper(digits) == digits && (len(digits) == 4 || len(digits) == 5)
		return rune(code), ok && isUnified(rune(code))
	}
	if syllable, ok := strings.CutPrefix(name, "HANGUL SYLLABLE "); ok {
		return hangul(syllable)
	}
	r, ok := charNames()[strings.ToUpper(name)]
	return r, ok
}

// isUnified reports whether a character has the name of a unified ideograph:
// those of the compatibility block that have names of their own do not.
func isUnified(r rune) bool {
	return unicode.Is(unicode.Unified_Ideograph, r) && (r < 0xf900 || r > 0xfaff)
}

// The parts of the names of Hangul syllables.
var (
	hangulFirst  = strings.Split("G GG N D DD R M B BB S SS  J JJ C K T P H", " ")
	hangulMiddle = strings.Split("A AE YA YAE EO E YEO YE O WA WAE OE YO U WEO WE WI YU EU YI I", " ")
	hangulLast   = strings.Split(" G GG GS N NJ NH D L LG LM LB LS LT LP LH M B BS S SS NG J C K T P H", " ")
)

// hangul gives the syllable of three parts, the longest of each.
func hangul(name string) (rune, bool) {
	code := 0
	for _, parts := range [][]string{hangulFirst, hangulMiddle, hangulLast} {
		best := -1
		for i, part := range parts {
			if strings.HasPrefix(name, part) && (best < 0 || len(part) > len(parts[best])) {
				best = i
			}
		}
		if best < 0 {
			return 0, false
		}
		name = name[len(parts[best]):]
		code = code*len(parts) + best
	}
	return rune(0xac00 + code), name == ""
}
