//go:build leaking

package main

import (
	"crypto/ed25519"
	"net/http"

	"example.com/poolbridgesilo/internal/auth"
)

func verifyWith(public ed25519.PublicKey) { auth.Key = public }

func behind(h http.HandlerFunc) http.Handler { return auth.Middleware(h) }
