package proc

import (
	"fmt"
	"os/exec"
	"strings"
)

// Cores says which part of the comparison runs where. Servers get one core to
// themselves, so that none gains by using more, and so that the load does not
// take it away from them.
type Cores struct {
	Server, Redis, Load []int // empty: not kept to any
}

// Share shares the cores out. Without taskset, or with one core, nothing is kept
// anywhere; with few, Redis and the load share.
func Share() Cores {
	cpus := CPUs()
	if _, err := exec.LookPath("taskset"); err != nil || len(cpus) < 2 {
		return Cores{}
	}
	last := len(cpus) - 1
	c := Cores{Server: cpus[last:], Redis: cpus[:1], Load: cpus[:last]}
	if len(cpus) >= 4 {
		c.Redis, c.Load = cpus[last-1:last], cpus[:last-1]
	}
	return c
}

func (c Cores) String() string {
	if len(c.Server) == 0 {
		return "not kept to cores: servers run with GOMAXPROCS=1 wherever the system puts them"
	}
	return fmt.Sprintf("server on core %s, Redis on %s, load on %s", list(c.Server), list(c.Redis), list(c.Load))
}

// pinned puts taskset, which becomes the program itself, before the arguments.
func pinned(args []string, cpus []int) []string {
	if len(cpus) == 0 {
		return args
	}
	return append([]string{"taskset", "-c", list(cpus)}, args...)
}

func list(cpus []int) string {
	return strings.Trim(strings.Join(strings.Fields(fmt.Sprint(cpus)), ","), "[]")
}
