// Package flask lets tests talk to a real Flask.
package flask

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/cantil-go/cantil/internal/testkit"
)

// serveFlask serves the application "app" of a Python file on a free port and
// prints it.
const serveFlask = `
import os, sys
sys.dont_write_bytecode = True
folder, name = os.path.split(os.path.abspath(sys.argv[1]))
sys.path.insert(0, folder)
app = __import__(name[:-len(".py")]).app
from werkzeug.serving import make_server
server = make_server("127.0.0.1", 0, app, threaded=True)
print(server.server_port, flush=True)
server.serve_forever()
`

// Run runs the application "app" of a Python file with a real Flask until the
// test ends and returns its address, "http://127.0.0.1:PORT". The modules are
// those that the file needs beside Flask.
func Run(t testing.TB, file string, modules ...string) string {
	t.Helper()
	python := Python(t, append([]string{"flask"}, modules...)...)
	return "http://127.0.0.1:" + testkit.Start(t, python, "-c", serveFlask, file)
}

// Python returns a Python that has all the modules, Debian's first.
func Python(t testing.TB, modules ...string) string {
	t.Helper()
	for _, name := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(name, "-c", "import "+strings.Join(modules, ",")).Run() == nil {
			return name
		}
	}
	testkit.Missing(t, strings.ReplaceAll("python3-"+strings.Join(modules, " python3-"), "_", "-"))
	return ""
}
