package servers

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// nginxConfig keeps connections to the server behind it and hands request bodies
// over as they come: what is left on such a connection meets the next visitor.
// One process does it all, so that none is left over when it is killed.
const nginxConfig = `daemon off;
master_process off;
error_log stderr crit;
pid FOLDER/nginx.pid;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path FOLDER/body;
  proxy_temp_path FOLDER/proxy;
  fastcgi_temp_path FOLDER/fastcgi;
  uwsgi_temp_path FOLDER/uwsgi;
  scgi_temp_path FOLDER/scgi;
  client_max_body_size 0;
  keepalive_requests 1000000;
  upstream behind {
    server BEHIND;
    keepalive 4;
    keepalive_requests 1000000;
  }
  server {
    listen 127.0.0.1:PORT;
    location / {
      proxy_pass http://behind;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_request_buffering off;
    }
  }
}
`

// Nginx starts an nginx in front of the server at behind, HOST:PORT. The
// connections between the two are kept.
func Nginx(t testing.TB, behind string) *Process {
	t.Helper()
	program := "/usr/sbin/nginx" // not on every user's PATH
	if _, err := exec.LookPath(program); err != nil {
		program = find(t, "nginx", "nginx")
	}
	folder := t.TempDir()
	file := filepath.Join(folder, "nginx.conf")
	return start(t, listens, func(port int) []string {
		config := strings.NewReplacer("FOLDER", folder, "BEHIND", behind, "PORT", fmt.Sprint(port)).Replace(nginxConfig)
		if err := os.WriteFile(file, []byte(config), 0o644); err != nil {
			t.Fatal(err)
		}
		return []string{program, "-p", folder, "-e", "stderr", "-c", file}
	})
}

// listens asks for no more than a connection.
func listens(net.Conn) error { return nil }
