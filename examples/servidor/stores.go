package main

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/bradfitz/gomemcache/memcache"
	_ "github.com/jackc/pgx/v5/stdlib" // o driver "pgx"
	"github.com/redis/go-redis/v9"
	_ "modernc.org/sqlite" // o driver "sqlite"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/memcachestore"
	"github.com/cantil-go/cantil/session/redisstore"
	"github.com/cantil-go/cantil/session/sqlstore"
)

// openSessions escolhe onde ficam as sessões.
func openSessions(store, addr string) (session.Interface, error) {
	switch store {
	case "cookie":
		return session.SecureCookie{}, nil
	case "redis":
		client := redis.NewClient(&redis.Options{Addr: or(addr, "127.0.0.1:6379"), ContextTimeoutEnabled: true})
		return session.NewServerSide(redisstore.New(client)), nil
	case "memcached":
		client := memcache.New(or(addr, "127.0.0.1:11211"))
		return session.NewServerSide(memcachestore.New(client)), nil
	case "sqlite":
		const options = "?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)"
		return openSQL("sqlite", "file:"+or(addr, "sessoes.db")+options, sqlstore.SQLite)
	case "postgres":
		return openSQL("pgx", or(addr, "postgres://127.0.0.1/postgres"), sqlstore.PostgreSQL)
	}
	return nil, fmt.Errorf("-store %s: só há sqlite, redis, memcached, postgres e cookie", store)
}

// openSQL faz a tabela, se ainda não existe, e apaga de hora em hora o que venceu.
func openSQL(driver, source string, dialect sqlstore.Dialect) (session.Interface, error) {
	db, err := sql.Open(driver, source)
	if err != nil {
		return nil, err
	}
	store := sqlstore.New(db, dialect)
	if err := store.CreateTable(context.Background()); err != nil {
		return nil, err
	}
	store.CleanupEvery(context.Background(), time.Hour)
	return session.NewServerSide(store), nil
}

func or(text, otherwise string) string {
	if text != "" {
		return text
	}
	return otherwise
}
