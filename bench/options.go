package main

import (
	"flag"
	"fmt"
	"strings"
	"time"

	"github.com/cantil-go/cantil/bench/internal/roster"
	"github.com/cantil-go/cantil/bench/internal/site"
)

// options are what the command line says.
type options struct {
	peers       []roster.Peer
	works       []site.Work
	rounds      int
	duration    time.Duration
	connections int
	client      bool
	out         string
}

func parse(args []string) (options, error) {
	var opt options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	peers := flags.String("peers", "", "the peers to compare, with commas between: "+strings.Join(peerNames(), ",")+" (default all)")
	works := flags.String("work", "", "the work to compare them at: "+strings.Join(workNames(), ",")+" (default all)")
	flags.IntVar(&opt.rounds, "rounds", 5, "how often each peer is timed at each work")
	flags.DurationVar(&opt.duration, "duration", 2*time.Second, "how long each time; wrk takes whole seconds")
	flags.IntVar(&opt.connections, "connections", 32, "connections of the load generator")
	flags.BoolVar(&opt.client, "client", false, "make load with the built-in client even if wrk is installed")
	flags.StringVar(&opt.out, "out", "results/latest", "the folder for the report")
	if err := flags.Parse(args); err != nil {
		return opt, err
	}
	if opt.rounds < 1 || opt.connections < 1 || opt.duration < time.Millisecond {
		return opt, fmt.Errorf("-rounds, -connections and -duration are positive")
	}
	for _, name := range names(*peers, peerNames()) {
		p, ok := roster.Find(name)
		if !ok {
			return opt, fmt.Errorf("there is no peer %q; there are %s", name, strings.Join(peerNames(), ", "))
		}
		opt.peers = append(opt.peers, p)
	}
	for _, name := range names(*works, workNames()) {
		w, ok := site.Find(name)
		if !ok {
			return opt, fmt.Errorf("there is no work %q; there is %s", name, strings.Join(workNames(), ", "))
		}
		opt.works = append(opt.works, w)
	}
	return opt, nil
}

// names splits a flag's list; an empty one means all.
func names(list string, all []string) []string {
	if list == "" {
		return all
	}
	return strings.Split(list, ",")
}

func peerNames() (all []string) {
	for _, p := range roster.All {
		all = append(all, p.Name)
	}
	return all
}

func workNames() (all []string) {
	for _, w := range site.Works {
		all = append(all, w.Name)
	}
	return all
}

// has tells whether a peer was asked for.
func (o options) has(peer string) bool {
	for _, p := range o.peers {
		if p.Name == peer {
			return true
		}
	}
	return false
}
