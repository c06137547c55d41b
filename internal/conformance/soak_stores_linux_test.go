package conformance

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"math/big"
	"net"
	"time"

	"github.com/bradfitz/gomemcache/memcache"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/redis/go-redis/v9"
	_ "modernc.org/sqlite"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/memcachestore"
	"github.com/cantil-go/cantil/session/redisstore"
	"github.com/cantil-go/cantil/session/sqlstore"
)

// programStore is the store of a name, nil for none.
func programStore(config *programConfig) (session.Store, error) {
	switch config.Store {
	case "":
		return nil, nil
	case "redis":
		redis.SetLogger(silent{})
		return redisstore.New(redis.NewClient(&redis.Options{Addr: config.Addr, PoolSize: 64, ContextTimeoutEnabled: config.Context})), nil
	case "memcached":
		client := memcache.New(config.Addr)
		client.MaxIdleConns = 64
		return memcachestore.New(client), nil
	case "postgresql":
		db, err := sql.Open("pgx", config.Addr)
		if err != nil {
			return nil, err
		}
		db.SetMaxOpenConns(64)
		db.SetMaxIdleConns(64)
		store := sqlstore.New(db, sqlstore.PostgreSQL)
		return store, store.CreateTable(context.Background())
	}
	return nil, errUnknownStore
}

// silent keeps go-redis from logging each call of an outage: only Cantil's lines
// are counted.
type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}

// tlsListener speaks TLS with a certificate of its own over ln.
func tlsListener(ln net.Listener) (net.Listener, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	return tls.NewListener(ln, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}), nil
}
