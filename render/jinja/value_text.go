package jinja

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

func runeLen(s string) int { return utf8.RuneCountInString(s) }

// isLineBreak tells where str.splitlines breaks.
func isLineBreak(r rune) bool {
	switch r {
	case '\n', '\r', '\v', '\f', 0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029:
		return true
	}
	return false
}

// splitLines is splitLines within the budget.
func (f *frame) splitLines(s string, keepEnds bool) []string {
	n := 1
	for _, r := range s {
		if isLineBreak(r) {
			n++
		}
	}
	f.st.items(n)
	return splitLines(s, keepEnds)
}

// splitLines is str.splitlines.
func splitLines(s string, keepEnds bool) []string {
	var lines []string
	start := 0
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if !isLineBreak(r) {
			i += n
			continue
		}
		end := i + n
		if r == '\r' && end < len(s) && s[end] == '\n' {
			end++
		}
		if keepEnds {
			lines = append(lines, s[start:end])
		} else {
			lines = append(lines, s[start:i])
		}
		start, i = end, end
	}
	if start < len(s) {
		lines = append(lines, s[start:])
	}
	return lines
}

// pyUpper and pyLower are str.upper and str.lower. Go maps rune by rune; the
// few characters that become several are handled here.
func pyUpper(s string) string {
	if isASCII(s) {
		return strings.ToUpper(s)
	}
	var b strings.Builder
	for _, r := range s {
		if full, ok := fullUpper[r]; ok {
			b.WriteString(full)
		} else {
			b.WriteRune(unicode.ToUpper(r))
		}
	}
	return b.String()
}

var fullUpper = map[rune]string{
	'ß': "SS", 'ŉ': "ʼN", 'ǰ': "J̌", 'ΐ': "Ϊ́", 'ΰ': "Ϋ́", 'և': "ԵՒ", 'ẖ': "H̱", 'ẗ': "T̈",
	'ẘ': "W̊", 'ẙ': "Y̊", 'ẚ': "Aʾ", 'ﬀ': "FF", 'ﬁ': "FI", 'ﬂ': "FL", 'ﬃ': "FFI",
	'ﬄ': "FFL", 'ﬅ': "ST", 'ﬆ': "ST",
}

var fullTitle = map[rune]string{
	'ß': "Ss", 'ŉ': "ʼN", 'ǰ': "J̌", 'և': "Եւ", 'ﬀ': "Ff", 'ﬁ': "Fi", 'ﬂ': "Fl",
	'ﬃ': "Ffi", 'ﬄ': "Ffl", 'ﬅ': "St", 'ﬆ': "St",
}

func pyLower(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	var b strings.Builder
	rs := []rune(s)
	for i, r := range rs {
		switch {
		case r == 'İ':
			b.WriteString("i̇")
		case r == 'Σ' && isFinalSigma(rs, i):
			b.WriteRune('ς')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// isFinalSigma reports whether a sigma ends a word, where it has its own form.
func isFinalSigma(rs []rune, i int) bool {
	before := i > 0 && unicode.IsLetter(rs[i-1])
	after := i+1 < len(rs) && unicode.IsLetter(rs[i+1])
	return before && !after
}

// titleRune is the form a character takes at the start of a word.
func titleRune(r rune) string {
	if full, ok := fullTitle[r]; ok {
		return full
	}
	return string(unicode.ToTitle(r))
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// isCased reports whether a character has an upper or a lower form.
func isCased(r rune) bool {
	return unicode.IsUpper(r) || unicode.IsLower(r) || unicode.IsTitle(r)
}

// pyTitle is str.title: a cased character is upper at the start of a run of
// cased characters and lower within it.
func pyTitle(s string) string {
	var b strings.Builder
	inWord := false
	for _, r := range s {
		switch {
		case inWord:
			b.WriteString(pyLower(string(r)))
		default:
			b.WriteString(titleRune(r))
		}
		inWord = isCased(r)
	}
	return b.String()
}

// pyCapitalize is str.capitalize.
func pyCapitalize(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return titleRune(r) + pyLower(s[n:])
}

// pySwapcase is str.swapcase.
func pySwapcase(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			b.WriteString(pyLower(string(r)))
		case unicode.IsLower(r):
			b.WriteString(pyUpper(string(r)))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// pyCasefold is str.casefold, for comparing without regard to case.
func pyCasefold(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch r {
		case 'ß', 'ẞ':
			b.WriteString("ss")
		case 'ŉ':
			b.WriteString("ʼn")
		case 'ς':
			b.WriteRune('σ')
		default:
			b.WriteString(pyLower(string(r)))
		}
	}
	return b.String()
}

// cased reports whether s has cased characters and none that bad refuses, as
// str.islower and str.isupper want it.
func cased(s string, good, bad func(rune) bool) bool {
	found := false
	for _, r := range s {
		if bad(r) || unicode.IsTitle(r) {
			return false
		}
		found = found || good(r)
	}
	return found
}

// allRunes is the form of str.isdigit and its like: not empty, and all so.
func allRunes(s string, is func(rune) bool) bool {
	for _, r := range s {
		if !is(r) {
			return false
		}
	}
	return s != ""
}

func isAlnum(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// isDigitRune is str.isdigit for one character: decimals and superscripts.
func isDigitRune(r rune) bool {
	if unicode.Is(unicode.Nd, r) {
		return true
	}
	switch {
	case r == '²' || r == '³' || r == '¹', r >= '⁰' && r <= '⁹', r >= '₀' && r <= '₉',
		r >= '①' && r <= '⑨':
		return true
	}
	return false
}

// pyIsTitle is str.istitle: upper only after what has no case, lower only after
// what has.
func pyIsTitle(s string) bool {
	inWord, found := false, false
	for _, r := range s {
		switch {
		case unicode.IsUpper(r) || unicode.IsTitle(r):
			if inWord {
				return false
			}
			inWord, found = true, true
		case unicode.IsLower(r):
			if !inWord {
				return false
			}
		default:
			inWord = false
		}
	}
	return found
}
