package main

import (
	"fmt"
	"os"
	"time"
)

// progress is the line that says how far the run is. On a terminal it is
// written over; elsewhere, in a log, every tenth step gets a line.
type progress struct {
	started     time.Time
	done, total int
	terminal    bool
}

func (p *progress) start(total int) {
	info, err := os.Stderr.Stat()
	*p = progress{started: time.Now(), total: total, terminal: err == nil && info.Mode()&os.ModeCharDevice != 0}
}

// step announces the next step. What is left is guessed from what it took so far.
func (p *progress) step(what string) {
	left := ""
	if p.done > 10 {
		each := time.Since(p.started) / time.Duration(p.done)
		left = fmt.Sprintf(", about %v left", (each * time.Duration(p.total-p.done)).Round(time.Second))
	}
	line := fmt.Sprintf("%3d %%  %s%s", 100*p.done/p.total, what, left)
	switch {
	case p.terminal:
		fmt.Fprintf(os.Stderr, "\r\x1b[K%s", line)
	case p.done%10 == 0:
		fmt.Fprintln(os.Stderr, line)
	}
	p.done++
}

func (p *progress) end() {
	if p.terminal {
		fmt.Fprint(os.Stderr, "\r\x1b[K")
	}
}
