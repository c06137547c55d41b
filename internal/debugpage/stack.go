// Package debugpage is what a developer sees of an error: the page in the
// browser, the frames of the program among those of the framework, and texts
// without their secrets.
package debugpage

import (
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
)

// Frame is one call of a stack.
type Frame struct {
	Function string // without its arguments
	File     string
	Line     int
	Own      bool // of the program, neither of Go nor of a library
	Lines    []Line
}

// Line is a line of a source.
type Line struct {
	Number int
	Text   string
	Here   bool
}

const (
	neighbours = 4  // lines before and after the one in question
	maxFrames  = 64 // of a page
)

// Frames reads what runtime/debug.Stack wrote, from the panic outwards. The
// program's own have their lines.
func Frames(stack []byte) []Frame {
	lines := strings.Split(string(stack), "\n")
	var frames []Frame
	for i := 0; i+1 < len(lines); i++ {
		function, place := lines[i], lines[i+1]
		if !strings.HasPrefix(place, "\t") || strings.HasPrefix(function, "\t") {
			continue
		}
		f := newFrame(function, place)
		if f.Function == "panic" { // what recovered it came before
			frames = frames[:0]
			continue
		}
		if len(frames) < maxFrames {
			frames = append(frames, f)
		}
	}
	return frames
}

func newFrame(function, place string) Frame {
	function = strings.TrimPrefix(function, "created by ")
	function, _, _ = strings.Cut(function, " in goroutine ")
	if end := strings.LastIndexByte(function, '('); end > 0 && strings.HasSuffix(function, ")") {
		function = function[:end]
	}
	file, _, _ := strings.Cut(strings.TrimSpace(place), " +0x")
	f := Frame{Function: function, File: file}
	if at := strings.LastIndexByte(file, ':'); at > 0 {
		f.File = file[:at]
		f.Line, _ = strconv.Atoi(file[at+1:])
	}
	if f.Own = isOwn(f.Function, f.File); f.Own {
		f.Lines = FileLines(f.File, f.Line)
	}
	return f
}

// framework is the module of this package.
const framework = "github.com/cantil-go/cantil"

// isOwn reports whether a function belongs to the program: not to Go, to a
// downloaded module or to the framework, whose examples are programs.
func isOwn(function, file string) bool {
	file = filepath.ToSlash(file)
	if rest, ok := strings.CutPrefix(function, framework); ok && !strings.HasSuffix(file, "_test.go") {
		return strings.HasPrefix(rest, "/examples/")
	}
	if strings.Contains(file, "/pkg/mod/") || strings.Contains(file, "/vendor/") || strings.Contains(file, "@v") {
		return false
	}
	if root := goSources(); root != "" {
		return !strings.HasPrefix(file, root)
	}
	module := mainModule() // built with -trimpath: the files tell less
	return strings.HasPrefix(function, "main.") || module != "" && strings.HasPrefix(function, module)
}

// goSources is the folder of Go's own sources, with a slash at its end: that of
// the function which every goroutine begins with. It is empty in a program that
// was built with -trimpath.
var goSources = sync.OnceValue(func() string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(0, pcs)])
	for {
		f, more := frames.Next()
		if at := strings.LastIndex(f.File, "runtime/"); at >= 0 && strings.HasPrefix(f.Function, "runtime.") {
			return f.File[:at]
		}
		if !more {
			return ""
		}
	}
})

var mainModule = sync.OnceValue(func() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Path
	}
	return ""
})

// FileLines is a line of a file with its neighbours, nothing if it cannot be
// read.
func FileLines(file string, line int) []Line {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	return Lines(string(text), line)
}

// Lines is a line of a text with its neighbours.
func Lines(text string, line int) []Line {
	all := strings.Split(text, "\n")
	if line < 1 || line > len(all) {
		return nil
	}
	var lines []Line
	for n := max(1, line-neighbours); n <= min(len(all), line+neighbours); n++ {
		lines = append(lines, Line{n, strings.TrimSuffix(all[n-1], "\r"), n == line})
	}
	return lines
}

// Trim is a stack for a log: the program's own calls, a line each, and how many
// others were left out. Without one of the program's the first few are kept.
func Trim(stack []byte) string {
	frames := Frames(stack)
	var b strings.Builder
	own, left := 0, 0
	for _, f := range frames {
		if f.Own {
			own++
		}
	}
	for i, f := range frames {
		if !f.Own && (own > 0 || i >= 5) {
			left++
			continue
		}
		b.WriteString(f.File + ":" + strconv.Itoa(f.Line) + " " + f.Function + "\n")
	}
	if left > 0 {
		b.WriteString("and " + strconv.Itoa(left) + " calls of Go and of libraries")
	}
	return strings.TrimSuffix(b.String(), "\n")
}
