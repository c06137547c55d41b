package jinja

import (
	"math/big"
	"strconv"
	"strings"
	"time"
)

// appendEscaped appends s with the five characters replaced that have a
// meaning in HTML. Runs without any are copied at once.
func appendEscaped(dst []byte, s string) []byte {
	last := 0
	for i := 0; i < len(s); i++ {
		e := escapes[s[i]]
		if e == "" {
			continue
		}
		dst = append(dst, s[last:i]...)
		dst = append(dst, e...)
		last = i + 1
	}
	return append(dst, s[last:]...)
}

var escapes = [256]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '\'': "&#39;", '"': "&#34;"}

// escapeString gives s escaped; a text without special characters is itself.
func escapeString(s string) string {
	if !strings.ContainsAny(s, `&<>'"`) {
		return s
	}
	return string(appendEscaped(make([]byte, 0, len(s)+16), s))
}

// appendValue is the one place where values become output. With esc set,
// everything is escaped but Markup and what knows its own HTML; numbers and
// the like cannot contain anything to escape.
func appendValue(dst []byte, v any, esc bool) []byte {
	switch v := v.(type) {
	case string:
		if esc {
			return appendEscaped(dst, v)
		}
		return append(dst, v...)
	case Markup:
		return append(dst, v...)
	case int:
		return strconv.AppendInt(dst, int64(v), 10)
	case nil, bool, float64, *Undefined, time.Time:
		return appendStr(dst, v)
	}
	if !esc {
		return appendStr(dst, v)
	}
	v = norm(v)
	if h, ok := v.(HTMLer); ok {
		return append(dst, h.HTML()...)
	}
	n := len(dst)
	dst = appendStr(dst, v)
	if tail := dst[n:]; strings.ContainsAny(string(tail), `&<>'"`) {
		return appendEscaped(dst[:n], string(tail))
	}
	return dst
}

// escapedLen gives the length of s escaped.
func escapedLen(s string) int {
	n := len(s)
	for i := 0; i < len(s); i++ {
		if e := escapes[s[i]]; e != "" {
			n += len(e) - 1
		}
	}
	return n
}

// longText is from what length on a text is measured before it is escaped or
// copied: what is shorter cannot pass a limit by much.
const longText = 1 << 12

// appendValue is appendValue for a long text too: it fails before it makes more
// than limit bytes of dst.
func (st *state) appendValue(dst []byte, v any, esc bool, limit int) []byte {
	n := 0
	switch v := v.(type) {
	case string:
		if n = len(v); n > longText && esc {
			n = escapedLen(v)
		}
	case Markup:
		n = len(v)
	case nil, bool, int, float64:
	case Localized:
		return st.appendValue(dst, v.Localize(st.root.resolve), esc, limit)
	}
	if n > longText && len(dst)+n > limit {
		st.failOutput()
	}
	return appendValue(dst, v, esc)
}

// escape is escapeValue within the budget: what it makes is charged.
func (f *frame) escape(v any) Markup {
	if s, ok := v.(string); ok {
		return Markup(f.escapeString(s))
	}
	if m, ok := v.(Markup); ok {
		return m
	}
	if l, ok := v.(Localized); ok {
		return Markup(f.escapeString(l.Localize(f.ctx.resolve)))
	}
	m := escapeValue(v)
	f.st.size(len(m))
	return m
}

// escapeString is escapeString within the budget.
func (f *frame) escapeString(s string) string {
	n := escapedLen(s)
	if n == len(s) {
		return s
	}
	f.st.size(n)
	return escapeString(s)
}

// str is str within the budget: printing a list takes as long as it is.
func (f *frame) str(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case Markup:
		return string(v)
	case nil, bool, int, float64:
	case Localized:
		return v.Localize(f.ctx.resolve)
	}
	s := str(v)
	f.printed(v, len(s))
	return s
}

// repr is repr within the budget.
func (f *frame) repr(v any) string {
	s := repr(v)
	f.printed(v, len(s))
	return s
}

// printed charges for n bytes that a value was printed as. The digits of a
// large int take the square of their number.
func (f *frame) printed(v any, n int) {
	f.st.size(n)
	if big, ok := v.(*big.Int); ok {
		f.st.bigWork(big.BitLen())
	}
}

// escapeValue is MarkupSafe's escape: it gives the safe HTML of any value.
func escapeValue(v any) Markup {
	switch v := norm(v).(type) {
	case string:
		return Markup(escapeString(v))
	case Markup:
		return v
	case HTMLer:
		return Markup(v.HTML())
	default:
		return Markup(escapeString(str(v)))
	}
}

// softStr gives the text of a value and keeps it safe if it is.
func (f *frame) softStr(v any) any {
	switch v := norm(v).(type) {
	case string, Markup:
		return v
	default:
		return f.str(v)
	}
}

// isHTML reports whether a value has safe HTML of its own.
func isHTML(v any) bool {
	_, ok := norm(v).(HTMLer)
	return ok
}

// textOf gives the text of a str and whether it is safe.
func (f *frame) textOf(v any) (s string, safe bool) {
	switch v := f.softStr(v).(type) {
	case Markup:
		return string(v), true
	case string:
		return v, false
	}
	return "", false
}

// likeText gives s as the kind of text that it was made of.
func likeText(s string, safe bool) any {
	if safe {
		return Markup(s)
	}
	return s
}
