package listen

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestOpenUnix(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.sock")
	first, err := Open("unix:" + path)
	if err != nil {
		t.Fatal(err)
	}
	if got := URL(first, "http"); got != "unix:"+path {
		t.Errorf("URL = %q", got)
	}
	if _, err := Open("unix:" + path); err == nil || !strings.Contains(err.Error(), "a server listens there already") {
		t.Errorf("a socket that is served: %v", err)
	}
	first.(*net.UnixListener).SetUnlinkOnClose(false) // as a program that was killed leaves it
	first.Close()
	second, err := Open("unix:" + path)
	if err != nil {
		t.Fatalf("a socket that was left behind: %v", err)
	}
	second.Close()
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("the socket stays after Close: %v", err)
	}
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open("unix:" + path); err == nil {
		t.Error("a file of another kind was replaced")
	}
	if data, _ := os.ReadFile(path); string(data) != "mine" {
		t.Errorf("the file is %q", data)
	}
}

// TestInherited starts this test again with a listener as its descriptor 3.
func TestInherited(t *testing.T) {
	if os.Getenv("LISTEN_TEST_CHILD") != "" {
		inheritedChild(t)
		return
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	f, err := ln.(*net.TCPListener).File()
	if err != nil {
		t.Skip("this system hands no listeners over: ", err)
	}
	defer f.Close()
	for _, test := range []struct{ env, want string }{
		{"LISTEN_FDS=1", "it"},
		{"LISTEN_FDS=1 LISTEN_PID=1", "another"},
		{"LISTEN_FDS=0", "another"},
		{"LISTEN_FDS=x", "error: LISTEN_FDS is not a number of listeners: \"x\""},
		{"LISTEN_FDS=2", "error: descriptor 4 of LISTEN_FDS"},
	} {
		cmd := exec.Command(os.Args[0], "-test.run=TestInherited$", "-test.v")
		cmd.Env = append(os.Environ(), append(strings.Fields(test.env), "LISTEN_TEST_CHILD="+ln.Addr().String())...)
		cmd.ExtraFiles = []*os.File{f}
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "GOT "+test.want) {
			t.Errorf("%s: %v %s\nwant %s", test.env, err, out, test.want)
		}
	}
}

func inheritedChild(t *testing.T) {
	ln, err := Open("127.0.0.1:0")
	if err != nil {
		t.Log("GOT error:", err)
		return
	}
	defer ln.Close()
	if ln.Addr().String() != os.Getenv("LISTEN_TEST_CHILD") {
		t.Log("GOT another")
		return
	}
	if again, _ := Inherited(); again != nil || os.Getenv("LISTEN_FDS") != "" {
		t.Error("the listener is left for others")
	}
	t.Log("GOT it")
}

// writePair writes a certificate for a name and its key.
func writePair(t *testing.T, name, certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: cert}, keyFile: {Type: "PRIVATE KEY", Bytes: der}} {
		if file == "" {
			continue
		}
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCertificateMissing(t *testing.T) {
	if _, err := NewCertificate(filepath.Join(t.TempDir(), "cert.pem"), "key.pem"); err == nil {
		t.Error("files that are not there")
	}
}

func TestCertificate(t *testing.T) {
	dir := t.TempDir()
	certFile, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	writePair(t, "one", certFile, keyFile)
	c, err := NewCertificate(certFile, keyFile)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Unix(1_000_000, 0)
	var renewed []string
	c.Now = func() time.Time { return now }
	c.Renewed = func(err error) {
		if err != nil {
			renewed = append(renewed, "error")
			return
		}
		renewed = append(renewed, "ok")
	}
	name := func() string {
		pair, err := c.Get(nil)
		if err != nil {
			t.Fatal(err)
		}
		return pair.Leaf.Subject.CommonName
	}
	// later moves on to the next look, and the files' times with it.
	later := func(files ...string) {
		now = now.Add(lookAgain)
		for _, file := range files {
			if err := os.Chtimes(file, now, now); err != nil {
				t.Fatal(err)
			}
		}
	}
	step := func(what, wantName, wantRenewed string) {
		t.Helper()
		if got := name(); got != wantName || strings.Join(renewed, " ") != wantRenewed {
			t.Errorf("%s: %s, %q; want %s, %s", what, got, renewed, wantName, wantRenewed)
		}
	}
	step("at first", "one", "")
	writePair(t, "two", certFile, "") // without its key
	step("within the second", "one", "")
	later(certFile)
	step("a certificate without its key", "one", "error")
	later()
	step("the same again is said once", "one", "error")
	writePair(t, "three", certFile, keyFile)
	later(certFile, keyFile)
	step("both", "three", "error ok")
	later()
	step("no change", "three", "error ok")
	os.Remove(keyFile)
	later()
	step("a key that is missing", "three", "error ok error")
	writePair(t, "four", certFile, keyFile)
	later(certFile, keyFile)
	step("both again", "four", "error ok error ok")

	handshake(t, c, "four")
}

// handshake fails unless a client is shown the certificate of name.
func handshake(t *testing.T, c *Certificate, name string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	secure := c.TLS(ln)
	defer secure.Close()
	go func() {
		conn, err := secure.Accept()
		if err == nil {
			_ = conn.(*tls.Conn).Handshake()
			conn.Close()
		}
	}()
	conn, err := tls.Dial("tcp", ln.Addr().String(), &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if got := conn.ConnectionState().PeerCertificates[0].Subject.CommonName; got != name {
		t.Errorf("the handshake gave %q", got)
	}
}
