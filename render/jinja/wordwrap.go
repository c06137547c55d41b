package jinja

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

func filterWordWrap(f *frame, a []any) any {
	s, _ := textOf(splittable(a[0]))
	f.st.step(len(s) >> 2)
	w := wrapper{width: toInt(a[1]), breakLong: truth(a[2]), breakHyphens: truth(a[4])}
	sep := "\n"
	if a[3] != nil {
		sep = strArg(a[3])
	}
	if w.width <= 0 && s != "" {
		fail(KindValue, "invalid width %d (must be > 0)", w.width)
	}
	var out []string
	for _, line := range splitLines(s, false) {
		out = append(out, strings.Join(w.wrap(line), sep))
	}
	text := strings.Join(out, sep)
	f.st.size(len(text))
	return text
}

// splittable refuses what has no lines.
func splittable(v any) any {
	v = norm(v)
	if _, ok := asString(v); !ok {
		checkDefined(v)
		fail(KindAttribute, "'%s' object has no attribute 'splitlines'", typeName(v))
	}
	return v
}

// wrapper breaks a paragraph into lines, by the rules of Python's textwrap.
type wrapper struct {
	width                   int
	breakLong, breakHyphens bool
}

// wrap gives the lines. White space is dropped at the ends of lines, except at
// the start of the first.
func (w *wrapper) wrap(s string) []string {
	chunks := w.split(s)
	var lines []string
	for len(chunks) > 0 {
		if len(lines) > 0 && isBlankChunk(chunks[0]) {
			chunks = chunks[1:]
		}
		var line []string
		n := 0
		for len(chunks) > 0 && n+runeLen(chunks[0]) <= w.width {
			n += runeLen(chunks[0])
			line, chunks = append(line, chunks[0]), chunks[1:]
		}
		if len(chunks) > 0 && runeLen(chunks[0]) > w.width {
			line, chunks = w.breakWord(line, chunks, w.width-n)
		}
		if len(line) > 0 && isBlankChunk(line[len(line)-1]) {
			line = line[:len(line)-1]
		}
		if len(line) > 0 {
			lines = append(lines, strings.Join(line, ""))
		}
	}
	return lines
}

// breakWord deals with a word that is longer than a line.
func (w *wrapper) breakWord(line, chunks []string, space int) ([]string, []string) {
	if !w.breakLong {
		if len(line) == 0 {
			return chunks[:1:1], chunks[1:]
		}
		return line, chunks
	}
	end := max(space, 0)
	chunk := chunks[0]
	if w.width < 1 {
		end = 1
	}
	if w.breakHyphens && runeLen(chunk) > end {
		// A hyphen within reach is a better place, if more than hyphens is
		// before it.
		head := sliceRunes(chunk, 0, end, nil)
		if i := strings.LastIndexByte(head, '-'); i > 0 && strings.Trim(head[:i], "-") != "" {
			end = runeLen(head[:i]) + 1
		}
	}
	head := sliceRunes(chunk, 0, end, nil)
	chunks[0] = chunk[len(head):]
	return append(line, head), chunks
}

func isBlankChunk(s string) bool { return strings.Trim(s, " \t\n\v\f\r") == "" }

// split divides a text into chunks that lines can be broken between: words,
// white space, and the parts of words with hyphens.
func (w *wrapper) split(s string) []string {
	var chunks []string
	for s != "" {
		r, _ := utf8.DecodeRuneInString(s)
		isWhite := strings.ContainsRune(" \t\n\v\f\r", r)
		i := strings.IndexFunc(s, func(r rune) bool {
			return strings.ContainsRune(" \t\n\v\f\r", r) != isWhite
		})
		if i < 0 {
			i = len(s)
		}
		if isWhite || !w.breakHyphens {
			chunks = append(chunks, s[:i])
		} else {
			chunks = append(chunks, splitHyphens(s[:i])...)
		}
		s = s[i:]
	}
	return chunks
}

// splitHyphens divides one word after hyphens between letters and around
// dashes, which are two hyphens or more between words.
func splitHyphens(s string) []string {
	var chunks []string
	start := 0
	for i := 0; i < len(s); i++ {
		if s[i] != '-' {
			continue
		}
		if end := dashEnd(s, i); end > 0 {
			if i > start {
				chunks = append(chunks, s[start:i])
			}
			chunks = append(chunks, s[i:end])
			start, i = end, end-1
			continue
		}
		if i > start && breaksBefore(s[:i]) && breaksAfter(s[i+1:]) {
			chunks = append(chunks, s[start:i+1])
			start = i + 1
		}
	}
	if start < len(s) {
		chunks = append(chunks, s[start:])
	}
	return chunks
}

// dashEnd gives the end of a dash at i, or 0.
func dashEnd(s string, i int) int {
	end := i
	for end < len(s) && s[end] == '-' {
		end++
	}
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[end:])
	if end-i < 2 || i == 0 || !isWordRune(before) && !strings.ContainsRune("!\"'&.,?", before) || !isWordRune(after) {
		return 0
	}
	return end
}

func isWordRune(r rune) bool { return r == '_' || isAlnum(r) && r != utf8.RuneError }

func isWordLetter(r rune) bool { return r == '_' || unicode.IsLetter(r) }

// breaksBefore tells whether two letters, or a letter, a hyphen and a letter,
// end s.
func breaksBefore(s string) bool {
	r, n := utf8.DecodeLastRuneInString(s)
	if !isWordLetter(r) {
		return false
	}
	s = strings.TrimSuffix(s[:len(s)-n], "-")
	r, _ = utf8.DecodeLastRuneInString(s)
	return isWordLetter(r)
}

// breaksAfter tells whether s begins with two letters, a hyphen between them
// or not.
func breaksAfter(s string) bool {
	r, n := utf8.DecodeRuneInString(s)
	if !isWordLetter(r) {
		return false
	}
	s = strings.TrimPrefix(s[n:], "-")
	r, _ = utf8.DecodeRuneInString(s)
	return isWordLetter(r)
}
