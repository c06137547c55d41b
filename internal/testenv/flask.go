package testenv

import "testing"

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

// Flask runs the application "app" of a Python file with a real Flask until the
// test ends and returns its address, "http://127.0.0.1:PORT".
func Flask(t testing.TB, file string) string {
	t.Helper()
	return "http://127.0.0.1:" + Start(t, Python(t, "flask"), "-c", serveFlask, file)
}
