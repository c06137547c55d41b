package jinja

import (
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
func softStr(v any) any {
	switch v := norm(v).(type) {
	case string, Markup:
		return v
	default:
		return str(v)
	}
}

// isHTML tells whether a value has safe HTML of its own.
func isHTML(v any) bool {
	_, ok := norm(v).(HTMLer)
	return ok
}

// textOf gives the text of a str and whether it is safe.
func textOf(v any) (s string, safe bool) {
	switch v := softStr(v).(type) {
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
