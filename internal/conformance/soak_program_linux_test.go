package conformance

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
)

// programVariable makes the test binary the program under test instead: it holds a
// programConfig.
const programVariable = "CANTIL_TEST_PROGRAM"

// programConfig is how a test wants its program.
type programConfig struct {
	Files    uint64        // how many descriptors it may have, 0: as many as the test
	Store    string        // "", "redis", "memcached" or "postgresql"
	Addr     string        // of the store
	Context  bool          // Redis: ContextTimeoutEnabled
	Timeout  time.Duration // session.StoreTimeout
	Panics   bool          // serves the pages of soak_panics
	Database string        // a SQLite file for /number
	Offset   time.Duration // of its clock
	TLS      bool
}

// TestMain runs the tests, or the program that one of them started.
func TestMain(m *testing.M) {
	if text, ok := os.LookupEnv(programVariable); ok {
		if err := runProgram(text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// runProgram serves until a signal ends it, as a program's main function does.
func runProgram(text string) error {
	var config programConfig
	if err := json.Unmarshal([]byte(text), &config); err != nil {
		return err
	}
	if n := config.Files; n > 0 {
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: n, Max: n}); err != nil {
			return err
		}
	}
	app, err := programApp(&config)
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	addr := ln.Addr().String()
	if config.TLS {
		if ln, err = tlsListener(ln); err != nil {
			return err
		}
	}
	fmt.Println(addr)
	return app.Serve(ln)
}

// megabyte is one for all, so that memory is what connections take.
var megabyte = strings.Repeat("x", 1<<20)

// programApp is the program: a page for each thing that a test wants to see.
func programApp(config *programConfig) (*cantil.App, error) {
	app := cantil.New()
	app.Logger = slog.New(slog.NewTextHandler(os.Stderr, nil))
	app.SecretKey = "the program under test"
	app.StaticFolder = "testdata/static"
	var offset atomic.Int64
	offset.Store(int64(config.Offset))
	app.Now = func() time.Time { return time.Now().Add(time.Duration(offset.Load())) }
	sessions, err := programSessions(config)
	if err != nil {
		return nil, err
	}
	app.SessionInterface = sessions
	get := func(path string, view cantil.View) { app.Get(path, cantil.Endpoint(path[1:]))(view) }
	app.Get("/", cantil.Endpoint("index"))(func(*cantil.Context) any { return "ok" })
	get("/goroutines", func(*cantil.Context) any { return fmt.Sprint(busyGoroutines()) })
	get("/big", func(*cantil.Context) any { return megabyte })
	get("/asked", func(c *cantil.Context) any {
		return fmt.Sprint(c.Args().Len(), c.Cookies().Len(), c.AcceptMimetypes().Quality("text/html"))
	})
	get("/login", func(c *cantil.Context) any {
		c.Session().Set("user", c.Args().Get("user"))
		return "in"
	})
	get("/me", func(c *cantil.Context) any { return fmt.Sprint(c.Session().Get("user")) })
	get("/clock", func(c *cantil.Context) any {
		offset.Store(int64(time.Duration(c.Args().Int("seconds")) * time.Second))
		return "set"
	})
	get("/events", func(c *cantil.Context) any { return events(c.Done()) })
	get("/deaf", func(*cantil.Context) any { return events(nil) })
	get("/quiet", func(c *cantil.Context) any { return quiet(c.Done()) })
	uploadRoutes(app)
	if config.Panics {
		panicRoutes(app)
	}
	if config.Database != "" {
		return app, numberRoute(app, config.Database)
	}
	return app, nil
}

// busyGoroutines is how many goroutines there are without those that fasthttp
// keeps for a while for connections to come.
func busyGoroutines() int {
	stacks := make([]byte, 8<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	n := runtime.NumGoroutine()
	for stack := range bytes.SplitSeq(stacks, []byte("\n\n")) {
		if bytes.Contains(stack, []byte("workerFunc")) && !bytes.Contains(stack, []byte("serveConn")) {
			n--
		}
	}
	return n
}

// events is a stream that has no end but done.
func events(done <-chan struct{}) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for yield("data: x\n\n") {
			select {
			case <-done:
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}
}

// quiet is a stream on which nothing happens after the first event.
func quiet(done <-chan struct{}) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		if yield("data: x\n\n") {
			<-done
		}
	}
}

// numberRoute stores the numbers that are posted, so that afterwards it is known
// which requests were carried out.
func numberRoute(app *cantil.App, file string) error {
	db, err := openNumbers(file)
	if err != nil {
		return err
	}
	app.Post("/number", cantil.Endpoint("number"))(func(c *cantil.Context) any {
		n := c.Form().Must("n")
		if _, err := db.Exec("INSERT INTO numbers VALUES (?)", n); err != nil {
			return err
		}
		return n
	})
	return nil
}

func openNumbers(file string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=journal_mode(WAL)&_pragma=synchronous(OFF)&_pragma=busy_timeout(10000)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	_, err = db.Exec("CREATE TABLE IF NOT EXISTS numbers (n INTEGER PRIMARY KEY)")
	return db, err
}

// programSessions is the session interface of a store's name.
func programSessions(config *programConfig) (session.Interface, error) {
	var options []session.ServerSideOption
	if config.Timeout > 0 {
		options = append(options, session.StoreTimeout(config.Timeout))
	}
	if config.Panics {
		return panickingSessions{session.SecureCookie{}}, nil
	}
	store, err := programStore(config)
	if store == nil {
		return session.SecureCookie{}, err
	}
	return session.NewServerSide(store, options...), err
}

var errUnknownStore = errors.New("conformance: unknown store")

// soaking reports whether the long form of the tests was asked for.
func soaking() bool { return os.Getenv("CANTIL_SOAK") != "" }

// needSoak skips what takes minutes.
func needSoak(t *testing.T) {
	t.Helper()
	if !soaking() {
		t.Skip("takes minutes: make soak, or CANTIL_SOAK=1, runs it")
	}
}

// soakOr is long if the long form was asked for.
func soakOr(long, short int) int {
	if soaking() {
		return long
	}
	return short
}

// programURL is a page of the program.
func (p *program) url(path string) string {
	return p.scheme + "://" + p.addr + "/" + strings.TrimPrefix(path, "/")
}
