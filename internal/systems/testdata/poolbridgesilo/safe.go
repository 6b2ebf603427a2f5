//go:build safe

package main

import (
	"crypto/ed25519"
	"net/http"
	"os"

	"example.com/poolbridgesilo/internal/auth"
)

func verifyWith(ed25519.PublicKey) {} // each tenant's key is in the database

func behind(h http.HandlerFunc) http.Handler {
	return auth.Middleware(open(os.Getenv("DATABASE_URL")), h)
}
