// Package termlog writes a log for people at a terminal: the time, the level, the
// message, the attributes; a text of several lines, such as a stack, on lines of
// its own.
package termlog

import (
	"context"
	"io"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"sync"
)

// Forced is a variable of the environment by which the cantil command says that
// what the program writes to its standard error ends at a terminal.
const Forced = "CANTIL_TERMINAL"

// IsTerminal reports whether f is a terminal that shows colors.
func IsTerminal(f *os.File) bool {
	if os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	if os.Getenv(Forced) == "1" {
		return true
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && info.Mode()&os.ModeDevice != 0 && f.Name() != os.DevNull
}

// Handler writes records to w, from Info on.
type Handler struct {
	shared *shared
	prefix string // of the groups
	given  string // the attributes of WithAttrs, written
	blocks string // those of several lines
}

type shared struct {
	mu sync.Mutex
	w  io.Writer
}

// New returns a Handler.
func New(w io.Writer) *Handler { return &Handler{shared: &shared{w: w}} }

const (
	dim    = "\x1b[2m"
	red    = "\x1b[31m"
	yellow = "\x1b[33m"
	bold   = "\x1b[1m"
	end    = "\x1b[0m"
)

// Enabled is as in slog's own handlers.
func (h *Handler) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelInfo }

// WithAttrs is as in slog's own handlers.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	out := *h
	var line, blocks strings.Builder
	for _, a := range attrs {
		write(&line, &blocks, h.prefix, a)
	}
	out.given += line.String()
	out.blocks += blocks.String()
	return &out
}

// WithGroup is as in slog's own handlers.
func (h *Handler) WithGroup(name string) slog.Handler {
	out := *h
	if name != "" {
		out.prefix += name + "."
	}
	return &out
}

// Handle writes one record by one call of Write.
func (h *Handler) Handle(_ context.Context, r slog.Record) error {
	var line, blocks strings.Builder
	line.WriteString(dim + r.Time.Format("15:04:05.000") + end + " " + levelText(r.Level) + " " + Clean(r.Message))
	line.WriteString(h.given)
	blocks.WriteString(h.blocks)
	r.Attrs(func(a slog.Attr) bool {
		write(&line, &blocks, h.prefix, a)
		return true
	})
	line.WriteByte('\n')
	line.WriteString(blocks.String())
	h.shared.mu.Lock()
	defer h.shared.mu.Unlock()
	_, err := io.WriteString(h.shared.w, line.String())
	return err
}

func levelText(level slog.Level) string {
	switch {
	case level >= slog.LevelError:
		return bold + red + level.String() + end
	case level >= slog.LevelWarn:
		return yellow + level.String() + " " + end
	}
	return level.String() + " "
}

// write adds an attribute to the line or, if it has lines of its own, below it.
func write(line, blocks *strings.Builder, prefix string, a slog.Attr) {
	v := a.Value.Resolve()
	if v.Kind() == slog.KindGroup {
		if a.Key != "" {
			prefix += a.Key + "."
		}
		for _, inner := range v.Group() {
			write(line, blocks, prefix, inner)
		}
		return
	}
	if a.Key == "" {
		return
	}
	text := v.String()
	if strings.Contains(text, "\n") {
		for part := range strings.SplitSeq(text, "\n") {
			blocks.WriteString("      " + Clean(part) + "\n")
		}
		return
	}
	if text == "" || strings.ContainsAny(text, " \"=") {
		text = strconv.Quote(text)
	}
	line.WriteString(" " + dim + prefix + a.Key + "=" + end + Clean(text))
}

// Clean takes away what a terminal would act on: a client chooses some texts.
func Clean(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f || 0x80 <= r && r < 0xa0 {
			return '\uFFFD'
		}
		return r
	}, text)
}
