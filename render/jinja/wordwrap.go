package jinja

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

func filterWordWrap(f *frame, a []any) any {
	s, _ := textOf(splittable(a[0]))
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
	rest := append([]string{chunk[len(head):]}, chunks[1:]...)
	return append(line, head), rest
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

// hyphenBreak is a hyphen between letters: two before it, or a letter and a
// hyphen, and a letter with one more, or a hyphen and a letter, after it.
var (
	hyphenBefore = regexp.MustCompile(`([\pL_]{2}|[\pL_]-[\pL_])$`)
	hyphenAfter  = regexp.MustCompile(`^[\pL_]-?[\pL_]`)
	emDash       = regexp.MustCompile(`^-{2,}`)
	wordPunct    = regexp.MustCompile(`[\pL\pN_!"'&.,?]$`)
	wordStart    = regexp.MustCompile(`^[\pL\pN_]`)
)

// splitHyphens divides one word.
func splitHyphens(s string) []string {
	var chunks []string
	start := 0
	for i := 0; i < len(s); i++ {
		if s[i] != '-' {
			continue
		}
		// Two hyphens or more between words are a dash of their own.
		if dash := emDash.FindString(s[i:]); dash != "" && wordPunct.MatchString(s[:i]) && wordStart.MatchString(s[i+len(dash):]) {
			if i > start {
				chunks = append(chunks, s[start:i])
			}
			chunks = append(chunks, dash)
			start = i + len(dash)
			i = start - 1
			continue
		}
		if hyphenBefore.MatchString(s[start:i]) && hyphenAfter.MatchString(s[i+1:]) {
			chunks = append(chunks, s[start:i+1])
			start = i + 1
		}
	}
	if start < len(s) {
		chunks = append(chunks, s[start:])
	}
	return chunks
}
