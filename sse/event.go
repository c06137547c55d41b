package sse

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// Event is one event. The zero value is an empty message.
type Event struct {
	// ID is what the browser hands back in Last-Event-ID when it asks again. It
	// has no line break and no NUL.
	ID string
	// Event is its kind, for addEventListener: "message" unless given. It has no
	// line break.
	Event string
	// Data is the text, of any number of lines.
	Data string
	// Retry is how long the browser waits before it asks again, from now on, in
	// whole milliseconds, one at least; 0 says nothing of it.
	Retry time.Duration
}

// errLineBreak is the error of an event that would be more than one.
var errLineBreak = errors.New("sse: the ID or the kind of an event has a line break or NUL")

var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// bytes are the event as it is sent (HTML, 9.2.6). One that only sets the ID or
// the time to wait has no data, so that no listener is called.
func (e *Event) bytes() ([]byte, error) {
	if strings.ContainsAny(e.ID+e.Event, "\r\n\x00") {
		return nil, errLineBreak
	}
	var b []byte
	line := func(field, value string) {
		b = append(b, field...)
		b = append(b, ": "...)
		b = append(b, strings.ToValidUTF8(value, "\uFFFD")...)
		b = append(b, '\n')
	}
	if e.Event != "" {
		line("event", e.Event)
	}
	if e.ID != "" {
		line("id", e.ID)
	}
	if e.Retry > 0 { // 0 would have the browser ask without a pause
		line("retry", strconv.FormatInt(max(1, e.Retry.Milliseconds()), 10))
	}
	if e.Data != "" || e.Event != "" || len(b) == 0 {
		for text := range strings.SplitSeq(lineBreaks.Replace(e.Data), "\n") {
			line("data", text)
		}
	}
	return append(b, '\n'), nil
}
