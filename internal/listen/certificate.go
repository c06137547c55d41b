package listen

import (
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Certificate is a certificate and its key in two files, which are read again
// when they have changed: a renewed one is used without a restart.
type Certificate struct {
	// Now is the clock: time.Now.
	Now func() time.Time
	// Renewed is called when the files were read again; with an error that says
	// why the old certificate stays, once for each state of the files.
	Renewed func(error)

	certFile, keyFile string
	current           atomic.Pointer[tls.Certificate]
	looked            atomic.Int64 // when, in nanoseconds of Unix

	mu             sync.Mutex
	loaded, failed stamp
}

// stamp is a state of the two files.
type stamp [2]struct {
	modified time.Time
	size     int64
}

// lookAgain is how often the files are looked at, at most.
const lookAgain = time.Second

// NewCertificate reads the two files, which are PEM.
func NewCertificate(certFile, keyFile string) (*Certificate, error) {
	c := &Certificate{Now: time.Now, Renewed: func(error) {}, certFile: certFile, keyFile: keyFile}
	now, err := c.stamp()
	if err != nil {
		return nil, err
	}
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return nil, fmt.Errorf("certificate %s: %w", certFile, err)
	}
	c.loaded = now
	c.current.Store(&pair)
	return c, nil
}

func (c *Certificate) stamp() (s stamp, err error) {
	for i, name := range []string{c.certFile, c.keyFile} {
		info, err := os.Stat(name)
		if err != nil {
			return s, err
		}
		s[i].modified, s[i].size = info.ModTime(), info.Size()
	}
	return s, nil
}

// Get returns the certificate for a handshake, tls.Config.GetCertificate. It
// never fails: while the files cannot be read, or do not fit each other, the last
// pair that did is used.
func (c *Certificate) Get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	now, last := c.Now().UnixNano(), c.looked.Load()
	if (now-last >= int64(lookAgain) || now < last) && c.looked.CompareAndSwap(last, now) {
		c.renew()
	}
	return c.current.Load(), nil
}

// renew reads the files if they have changed.
func (c *Certificate) renew() {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, err := c.stamp()
	if err == nil && s == c.loaded {
		return
	}
	if err == nil {
		var pair tls.Certificate
		if pair, err = tls.LoadX509KeyPair(c.certFile, c.keyFile); err == nil {
			c.loaded, c.failed = s, stamp{}
			c.current.Store(&pair)
			c.Renewed(nil)
			return
		}
	}
	if s != c.failed { // it is tried again: a key may be on its way
		c.failed = s
		c.Renewed(err)
	}
}

// TLS puts TLS over ln with the certificate.
func (c *Certificate) TLS(ln net.Listener) net.Listener {
	return tls.NewListener(ln, &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}, GetCertificate: c.Get})
}
