// Package runner builds a program, runs it, and does so again whenever its
// sources change. It holds the port itself: the program is handed the listener,
// and while there is no program connections wait, or get a page that says what
// is wrong.
//
//	change ──▶ build ──▶ stop the old program ──▶ start the new one
//	             └─ fails ──▶ stop it, show the error until the next change
package runner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"syscall"
	"time"
)

// Options say what to run.
type Options struct {
	Package string   // as go build takes it
	Args    []string // of the program
	Addr    string   // host:port
	Debug   bool     // turn the program's Debug on
	Proxy   bool     // hand requests on instead of the listener, as on Windows
	Stdout  io.Writer
	Stderr  io.Writer
	Color   bool // of what the command itself says on Stderr
	Signals <-chan os.Signal
}

const (
	quiet     = 50 * time.Millisecond  // without a change before a build starts
	restless  = 500 * time.Millisecond // after which it starts anyway
	stopGrace = 5 * time.Second        // for the program to answer what it has
)

// run is one running command. All of it but the build belongs to one goroutine.
type run struct {
	Options
	bin     *binaries
	watch   *watcher
	front   *front
	child   *child // nil: none runs
	build   *build // nil: none is under way
	changed time.Time
	ending  os.Signal // came while a program was being replaced; nil: none
}

// Run returns when a signal ended it, with an error if it cannot begin.
func Run(o Options) error {
	// On Linux a child is killed when the thread that started it ends.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	ln, err := net.Listen("tcp", o.Addr)
	if err != nil {
		return explain(o.Addr, err)
	}
	defer ln.Close()
	r := &run{Options: o}
	if r.bin, err = newBinaries(); err != nil {
		return err
	}
	defer r.bin.remove()
	unwatched := func(folder string, err error) {
		r.say("changes in %s, and perhaps in others, are not seen: %v", folder, err)
	}
	if r.watch, err = newWatcher(unwatched); err != nil {
		return err
	}
	defer r.watch.Close()
	if r.front, err = newFront(ln.(*net.TCPListener), o.Proxy || !canHandOver); err != nil {
		return err
	}
	defer r.front.close()
	r.say("http://%s/ serves %s; Ctrl+C ends it", ln.Addr(), o.Package)
	r.loop()
	return nil
}

// explain says what to do about an address that cannot be listened at.
func explain(addr string, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%s is in use by another program: end that one, or choose another port, as in --addr localhost:5001", addr)
	}
	return fmt.Errorf("cannot listen at %s: %w", addr, err)
}

// loop returns when a signal ended the command.
func (r *run) loop() {
	defer r.stopChild()
	defer r.cancelBuild()
	r.startBuild()
	settle := time.NewTimer(0)
	settle.Stop()
	defer settle.Stop()
	for {
		select {
		case sig := <-r.Signals:
			if !passedOn(sig) {
				r.endChild(sig)
				return
			}
			r.pass(sig)
		case <-r.watch.changed:
			if r.changed.IsZero() {
				r.changed = time.Now()
			}
			settle.Reset(min(quiet, max(0, restless-time.Since(r.changed))))
		case <-settle.C:
			r.startBuild()
		case <-r.built():
			if r.take(); r.ending != nil {
				return
			}
		case <-r.ended():
			r.showEnd()
		}
	}
}

// pass hands a signal to the program, if one runs.
func (r *run) pass(sig os.Signal) {
	if r.child != nil {
		r.child.signal(sig)
	}
}

// built is ready when the build is.
func (r *run) built() <-chan struct{} {
	if r.build == nil {
		return nil
	}
	return r.build.done
}

// ended is ready when the program ended by itself.
func (r *run) ended() <-chan struct{} {
	if r.child == nil {
		return nil
	}
	return r.child.done
}

func (r *run) cancelBuild() {
	if r.build != nil {
		r.build.cancel()
		<-r.build.done
		r.build = nil
	}
}

// startBuild starts anew if a build is under way: what it reads has changed.
func (r *run) startBuild() {
	r.cancelBuild()
	started := r.changed
	if started.IsZero() {
		started = time.Now()
	}
	r.changed = time.Time{}
	r.build = startBuild(context.Background(), r.Package, r.bin.next(), started, r.watch.follow)
}

// take replaces the program by the one that was built, unless a signal that ends
// the command comes meanwhile.
func (r *run) take() {
	b := r.build
	r.build = nil
	if b.err != nil {
		r.stopChild()
		failure := explainBuild(b.output, b.err)
		r.front.show(failure.page())
		fmt.Fprint(r.Stderr, failure.terminal(r.Color))
		return
	}
	r.front.hold()
	if r.stopChild(); r.ending != nil {
		return
	}
	c, err := startChild(r.Options, b.binary, r.front)
	if err != nil {
		r.front.show(problem{title: "The program cannot be started", text: err.Error()}.page())
		r.say("the program cannot be started: %v", err)
		return
	}
	r.child = c
	r.bin.keep(b.binary)
	r.front.serve(c.addr)
	r.say("built in %d ms, started %d ms after the change", b.took.Milliseconds(), time.Since(b.changed).Milliseconds())
}

// stopChild ends the program, if one runs. A signal that comes meanwhile ends the
// command when the program has ended; a second one ends the program.
func (r *run) stopChild() {
	if r.child == nil {
		return
	}
	if r.ending = await(r.front.drain(), time.After(stopGrace), r.Signals, r.pass); r.ending != nil {
		r.endChild(r.ending)
		return
	}
	if r.ending = r.child.stop(syscall.SIGTERM, stopGrace, r.Signals); r.ending != nil {
		await(r.child.done, time.After(drainGrace), r.Signals, r.pass)
	}
	r.child.kill()
	r.child = nil
}

// showEnd tells of a program that ended without being asked.
func (r *run) showEnd() {
	c := r.child
	r.child = nil
	_ = killGroup(c.cmd) // what it started itself
	title := "The program ended: " + c.status()
	r.front.show(problem{title: title, text: c.tail.String()}.page())
	r.say("%s; a change of its sources starts it again", title)
}

// endChild passes the signal on and waits for the program, if one runs.
func (r *run) endChild(sig os.Signal) {
	if r.child != nil {
		r.child.stop(sig, drainGrace, r.Signals)
		r.child.kill()
		r.child = nil
	}
}

// drainGrace is how long a program that is to end may take: App.Run's own ten
// seconds, and a little.
const drainGrace = 12 * time.Second

// say writes a line of the command's own.
func (r *run) say(format string, args ...any) {
	prefix := "cantil: "
	if r.Color {
		prefix = "\x1b[2mcantil:\x1b[0m "
	}
	fmt.Fprintf(r.Stderr, prefix+format+"\n", args...)
}
