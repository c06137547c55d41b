package jinja

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/pytext"
)

func init() {
	addFilter("wordwrap", "s, width=79, break_long_words=True, wrapstring=None, break_on_hyphens=True", filterWordWrap)
}

func filterWordWrap(f *frame, a []any) any {
	s, _ := f.textOf(splittable(a[0]))
	w := wrapper{f: f, width: toInt(a[1]), breakLong: truth(a[2]), breakHyphens: truth(a[4]), sep: "\n"}
	if a[3] != nil {
		w.sep = strArg(a[3])
	}
	if w.width <= 0 && s != "" {
		fail(KindValue, "invalid width %d (must be > 0)", w.width)
	}
	f.st.size(len(s))
	f.st.step(len(s) >> 3)
	for i, line := range f.splitLines(s, false) {
		if i > 0 {
			w.write(w.sep)
		}
		w.wrap(line)
	}
	return string(w.out)
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

// wrapper breaks paragraphs into lines, by the rules of Python's textwrap.
type wrapper struct {
	f                       *frame
	width                   int
	breakLong, breakHyphens bool
	sep                     string
	out                     []byte
}

// chunk is a part of a paragraph that is not broken unless it is too long for a
// line. Its length in characters is counted once.
type chunk struct {
	text  string
	runes int
}

func (w *wrapper) write(s string) {
	w.f.st.grow(len(w.out), len(w.out)+len(s))
	w.out = append(w.out, s...)
}

// wrap writes the lines of a paragraph. White space is dropped at the ends of
// lines, except at the start of the first. A line is always a part of s, from
// start to end; last is where its last chunk begins.
func (w *wrapper) wrap(s string) {
	chunks := w.split(s)
	at, first := 0, true
	for len(chunks) > 0 {
		w.f.st.step(1)
		if !first && isBlankChunk(chunks[0].text) {
			at += len(chunks[0].text)
			chunks = chunks[1:]
		}
		start, last, end, n := at, at, at, 0
		for len(chunks) > 0 && n+chunks[0].runes <= w.width {
			last, end, n = end, end+len(chunks[0].text), n+chunks[0].runes
			chunks = chunks[1:]
		}
		if len(chunks) > 0 && chunks[0].runes > w.width && (w.breakLong || start == end) {
			last = end
			end += w.cut(&chunks, w.width-n)
		}
		at = end
		if isBlankChunk(s[last:end]) {
			end = last
		}
		if start == end {
			continue
		}
		if !first {
			w.write(w.sep)
		}
		w.write(s[start:end])
		first = false
	}
}

// cut takes from the first chunk, which is longer than a line, what goes into
// the space left in one, and gives its length in bytes.
func (w *wrapper) cut(chunks *[]chunk, space int) int {
	c := &(*chunks)[0]
	if !w.breakLong {
		*chunks = (*chunks)[1:]
		return len(c.text)
	}
	n := max(space, 0)
	head := c.text[:pytext.RuneOffset(c.text, n)]
	if w.breakHyphens {
		// A hyphen within reach is a better place, if more than hyphens is
		// before it.
		if i := strings.LastIndexByte(head, '-'); i > 0 && strings.Trim(head[:i], "-") != "" {
			head = head[:i+1]
			n = runeLen(head)
		}
	}
	*c = chunk{c.text[len(head):], c.runes - n}
	return len(head)
}

const wrapSpaces = " \t\n\v\f\r"

func isBlankChunk(s string) bool { return strings.Trim(s, wrapSpaces) == "" }

// split divides a text into chunks that lines can be broken between: words,
// white space, and the parts of words with hyphens.
func (w *wrapper) split(s string) []chunk {
	var chunks []chunk
	add := func(s string) {
		w.f.st.items(1)
		chunks = append(chunks, chunk{s, runeLen(s)})
	}
	for s != "" {
		isWhite := strings.IndexByte(wrapSpaces, s[0]) >= 0
		i := 1
		for i < len(s) && strings.IndexByte(wrapSpaces, s[i]) >= 0 == isWhite {
			i++
		}
		if isWhite || !w.breakHyphens {
			add(s[:i])
		} else {
			splitHyphens(s[:i], add)
		}
		s = s[i:]
	}
	return chunks
}

// splitHyphens divides one word after hyphens between letters and around
// dashes, which are two hyphens or more between words. Each run of hyphens is
// looked at once: only its first one can follow a letter.
func splitHyphens(s string, add func(string)) {
	start := 0
	for i := 0; i < len(s); {
		if s[i] != '-' {
			i++
			continue
		}
		end := i + 1
		for end < len(s) && s[end] == '-' {
			end++
		}
		switch {
		case end-i > 1 && isDash(s[:i], s[end:]):
			if i > start {
				add(s[start:i])
			}
			add(s[i:end])
			start = end
		case end-i == 1 && i > start && breaksBefore(s[:i]) && breaksAfter(s[end:]):
			add(s[start:end])
			start = end
		}
		i = end
	}
	if start < len(s) {
		add(s[start:])
	}
}

// isDash reports whether hyphens between two texts are a dash.
func isDash(before, after string) bool {
	if before == "" {
		return false
	}
	b, _ := utf8.DecodeLastRuneInString(before)
	a, _ := utf8.DecodeRuneInString(after)
	return (isWordRune(b) || strings.ContainsRune("!\"'&.,?", b)) && isWordRune(a)
}

func isWordRune(r rune) bool { return r == '_' || isAlnum(r) && r != utf8.RuneError }

func isWordLetter(r rune) bool { return r == '_' || unicode.IsLetter(r) }

// breaksBefore reports whether two letters, or a letter, a hyphen and a letter,
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

// breaksAfter reports whether s begins with two letters, a hyphen between them
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
