package main

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/cantil-go/cantil/bench/internal/proc"
	"github.com/cantil-go/cantil/bench/internal/roster"
	"github.com/cantil-go/cantil/bench/internal/site"
)

// TestPeers starts each peer that can run here and checks all of its answers,
// as the comparison does before it takes a time.
func TestPeers(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	source, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	w := &roster.Workshop{Dir: t.TempDir(), Source: source}
	if redis, err := proc.StartRedis(ctx, nil, t.TempDir()); err == nil {
		t.Cleanup(redis.Stop)
		w.Redis = redis.Addr
	}
	for _, p := range roster.All {
		t.Run(p.Name, func(t *testing.T) {
			if err := w.Build(ctx, p); err != nil {
				if p.InGo() && p.Skip == "" && (w.Redis != "" || p.Store != site.Redis) {
					t.Fatal(err)
				}
				// No Debian package has Flask-Session 0.8: it alone may be missing.
				if os.Getenv("CANTIL_REQUIRE_SERVICES") == "1" && p.Skip == "" && p.Name != "flask-session" {
					t.Fatal(err)
				}
				t.Skip(err)
			}
			for _, work := range p.Works {
				checkPeer(t, w, p, work)
			}
		})
	}
}

func checkPeer(t *testing.T, w *roster.Workshop, p roster.Peer, name string) {
	server, err := w.Start(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Stop()
	work, _ := site.Find(name)
	if _, err := work.Prepare(server.Dial, 2); err != nil {
		if died := server.Died(); died != nil {
			err = died
		}
		t.Errorf("%s: %v", name, err)
	}
}
