package testkit

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"
)

// application is what Serve needs of a *cantil.App.
type application interface {
	Serve(net.Listener) error
	Shutdown(context.Context) error
}

// stopTime is how long an application may take to stop.
const stopTime = 5 * time.Second

// Serve runs an application on a free port of its own until the test ends and
// returns its address, "http://127.0.0.1:PORT".
func Serve(t testing.TB, app application) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- app.Serve(ln) }()
	t.Cleanup(func() {
		stop, cancel := context.WithTimeout(context.Background(), stopTime)
		defer cancel()
		if err := errors.Join(app.Shutdown(stop), <-done); err != nil {
			t.Errorf("the server ended with %v", err)
		}
	})
	return "http://" + ln.Addr().String()
}
