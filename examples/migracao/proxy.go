package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// startProxy starts the one address that visitors know.
func (s *site) startProxy(o options, flask, cantil string) error {
	nginx, err := exec.LookPath("nginx")
	switch {
	case o.proxy == "go" || o.proxy == "" && err != nil:
		return s.startGoProxy(o, flask, cantil)
	case err != nil:
		return err
	}
	folder, err := os.MkdirTemp("", "migracao-nginx-")
	if err != nil {
		return err
	}
	s.stops = append(s.stops, func() { os.RemoveAll(folder) })
	if err := os.Chmod(folder, 0o755); err != nil { // nginx started by root works as another user
		return err
	}
	file := filepath.Join(folder, "nginx.conf")
	if err := os.WriteFile(file, []byte(nginxConfig(o, folder, flask, cantil)), 0o644); err != nil {
		return err
	}
	return s.startChild(exec.Command(nginx, "-p", folder, "-e", "stderr", "-c", file), o.addr)
}

// nginxConfig is the whole configuration: everything is Flask's but for one
// "location =" a moved path. The buffers hold a session cookie of full size, for
// which nginx's own 4 KiB are too small: it would answer 502.
func nginxConfig(o options, folder, flask, cantil string) string {
	var moved strings.Builder
	for _, path := range o.moved {
		fmt.Fprintf(&moved, "    location = %s { proxy_pass http://%s; }\n", path, cantil)
	}
	return strings.NewReplacer("FOLDER", folder, "ADDR", o.addr, "FLASK", flask, "MOVED", moved.String()).Replace(`daemon off;
error_log stderr error;
pid FOLDER/nginx.pid;
events {}
http {
  access_log off;
  client_body_temp_path FOLDER/body;
  proxy_temp_path FOLDER/proxy;
  fastcgi_temp_path FOLDER/fastcgi;
  uwsgi_temp_path FOLDER/uwsgi;
  scgi_temp_path FOLDER/scgi;
  proxy_buffer_size 16k;
  proxy_buffers 8 16k;
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-For $remote_addr;
  proxy_set_header X-Forwarded-Proto $scheme;
  proxy_set_header X-Forwarded-Host $http_host;
  server {
    listen ADDR;
    location / { proxy_pass http://FLASK; }
MOVED  }
}
`)
}

// startGoProxy is the same in Go.
func (s *site) startGoProxy(o options, flask, cantil string) error {
	ln, err := net.Listen("tcp", o.addr)
	if err != nil {
		return err
	}
	toFlask, toCantil := forward(flask), forward(cantil)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if slices.Contains(o.moved, r.URL.Path) {
			toCantil.ServeHTTP(w, r)
			return
		}
		toFlask.ServeHTTP(w, r)
	})}
	go server.Serve(ln)
	s.stops = append(s.stops, func() {
		ctx, cancel := context.WithTimeout(context.Background(), stopTime)
		defer cancel()
		if server.Shutdown(ctx) != nil {
			server.Close()
		}
	})
	return nil
}

func forward(addr string) http.Handler {
	target := &url.URL{Scheme: "http", Host: addr}
	return &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.SetXForwarded()
		r.Out.Host = r.In.Host
	}}
}
