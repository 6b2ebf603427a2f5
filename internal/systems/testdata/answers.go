package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	tenantA = "aaaaaaaa-0000-4000-8000-000000000001"
	tenantB = "bbbbbbbb-0000-4000-8000-000000000002"
)

// leaks says whether a tenant got at what is another's.
func leaks(got bool, what string) {
	if got {
		fmt.Println("leaks", what)
	} else {
		fmt.Println("holds", what)
	}
}

// works says so where a tenant does not get what is its own.
func works(got bool, what string, err error) {
	if !got || err != nil {
		fmt.Println("fails", what, err)
	}
}

// open opens a pool of one connection, which each request gets after the one before.
func open(dsn string) *pgxpool.Pool { return openMany(dsn, 1) }

// openMany opens a pool of some connections. Nothing waits long for one.
func openMany(dsn string, conns int32) *pgxpool.Pool {
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		log.Fatal(err)
	}
	config.MaxConns = conns
	time.AfterFunc(time.Minute, func() { log.Fatal("this takes too long") })
	pool, err := pgxpool.NewWithConfig(context.Background(), config)
	if err != nil {
		log.Fatal(err)
	}
	return pool
}

// arrange sends a statement that must succeed as the superuser.
func arrange(sql string, args ...any) {
	pool := open(os.Getenv("ADMIN_URL"))
	defer pool.Close()
	if _, err := pool.Exec(context.Background(), sql, args...); err != nil {
		log.Fatal(sql, ": ", err)
	}
}

// count asks for a number as the superuser.
func count(sql string, args ...any) (n int) {
	pool := open(os.Getenv("ADMIN_URL"))
	defer pool.Close()
	if err := pool.QueryRow(context.Background(), sql, args...).Scan(&n); err != nil {
		log.Fatal(sql, ": ", err)
	}
	return n
}
